import { distrust } from '../mirror/mirror-file.ts'
import type { Entry } from './outbox.ts'
import { openFiles, type FilesOptions, type OutboxFiles, type Recovered } from './outbox-files.ts'
import { isDamage, namingTrouble, outboxTrouble } from './outbox-trouble.ts'

/**
 * The one way to the outbox's files: what the disk throws comes out by its kind, and a database found damaged while it is in use is
 * made anew from the journal, and asked once more.
 */
export class HealingFiles {
  /** What the first opening had to do. */
  readonly recovered: Recovered
  private readonly options: FilesOptions
  /** Null between finding it damaged and having made it anew, which is tried with every call. */
  private files: OutboxFiles | null
  /** What to go by meanwhile. */
  private known: readonly Entry[] = []
  private isClosed = false

  /** @throws OutboxError `from-newer-version`, `disk-full`, `read-only` or `io-error` */
  constructor(options: FilesOptions) {
    this.options = options
    this.files = namingTrouble(() => openFiles(options))
    this.recovered = this.files.recovered
  }

  use<T>(work: (files: OutboxFiles) => T): T {
    return namingTrouble(() => {
      try {
        return work(this.opened())
      } catch (error) {
        if (!isDamage(error)) throw error
        this.distrust()
        return work(this.opened())
      }
    })
  }

  close(): void {
    this.isClosed = true
    namingTrouble(() => this.closeFiles())
  }

  private opened(): OutboxFiles {
    if (this.isClosed) throw new Error('The outbox is closed.')
    return (this.files ??= openFiles(this.options, this.known))
  }

  private distrust(): void {
    if (!this.files) return
    this.known = this.files.held.unsettled()
    // Should this process end before it is made anew.
    this.attempt('outbox.not-marked', () => distrust(this.options.path))
    this.attempt('outbox.not-closed', () => this.closeFiles())
  }

  private attempt(event: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.options.log.warn(event, { problem: outboxTrouble(error)?.problem ?? String(error) })
    }
  }

  private closeFiles(): void {
    const { files } = this
    this.files = null
    try {
      files?.journal.close()
    } finally {
      files?.store.close()
    }
  }
}
