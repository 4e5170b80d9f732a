import { mkdirSync } from 'node:fs'
import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { SendTrouble, WorkFilter } from '#shared/protocol/work.ts'
import type { Clock, Log } from '../ports.ts'
import { distrust } from '../mirror/mirror-file.ts'
import { lockFile } from '../mirror/open-database.ts'
import { realDisk, type Disk } from './disk.ts'
import { entriesAfter, type WorkEvent } from './entry-events.ts'
import type { Entry, NewWork, Outbox } from './outbox.ts'
import {
  openFiles,
  rewriteJournal,
  type FilesOptions,
  type OutboxFiles,
  type Recovered,
} from './outbox-files.ts'
import { outboxPath } from './outbox-paths.ts'
import { isDamage, namingTrouble, outboxTrouble } from './outbox-trouble.ts'

export { outboxPath } from './outbox-paths.ts'

const JOURNAL_LIMIT_BYTES = 8 * 1024 * 1024

export interface OpenOutboxOptions {
  /** Folder of the mirrors; made when missing. */
  directory: string
  serverUrl: string
  owner: UserId
  /** Path of a better-sqlite3 binding for runtimes that the package's own does not serve. */
  nativeBinding: string | null
  clock: Clock
  log: Log
  /** Another disk, for tests. */
  disk?: Disk
  journalLimitBytes?: number
}

export interface OpenedOutbox {
  outbox: Outbox
  recovered: Recovered
}

/**
 * Opens the outbox of one project and user, making it when there is none. What is damaged or missing of its database and its journal
 * is made anew from the other; what was there is put aside.
 * @throws OutboxError `in-use`; `from-newer-version` (the files are untouched); `disk-full`, `read-only` or `io-error`
 */
export function openOutbox(options: OpenOutboxOptions): OpenedOutbox {
  const { directory, serverUrl, owner, nativeBinding } = options
  return namingTrouble(() => {
    mkdirSync(directory, { recursive: true })
    const path = outboxPath(directory, serverUrl, owner)
    const unlock = lockFile(path, nativeBinding)
    try {
      const files: FilesOptions = {
        disk: realDisk,
        journalLimitBytes: JOURNAL_LIMIT_BYTES,
        ...options,
        path,
        log: options.log.with({ component: 'outbox' }),
      }
      const outbox = new SqliteOutbox(files, unlock)
      return { outbox, recovered: outbox.recovered }
    } catch (error) {
      unlock()
      throw error
    }
  })
}

/** Every change is a line in the journal, on disk, then a commit, on disk, then in memory [O1]. */
class SqliteOutbox implements Outbox {
  readonly recovered: Recovered
  private readonly options: FilesOptions
  private readonly unlock: () => void
  /** Null between finding it damaged and having made it anew. */
  private files: OutboxFiles | null
  /** What to go by while there are no files. */
  private known: readonly Entry[] = []
  private isClosed = false
  private lastNo: number
  private rewriteAtBytes: number

  constructor(options: FilesOptions, unlock: () => void) {
    this.options = options
    this.unlock = unlock
    this.files = openFiles(options)
    this.recovered = this.files.recovered
    this.lastNo = this.files.store.reached().lastNo
    this.rewriteAtBytes = options.journalLimitBytes
    this.shorten(this.files)
  }

  keep(work: NewWork): { entry: Entry; isNew: boolean } {
    return this.guard((files) => {
      const known = this.find(files, work.command.mutation_id)
      if (known) return { entry: known, isNew: false }
      // A number is not given again, also when the disk refuses.
      const no = ++this.lastNo
      const [entry] = this.happen(files, { e: 'kept', at: this.now(), no, work })
      if (!entry) throw new Error('Expected a new command to make an entry.')
      return { entry, isNew: true }
    })
  }

  get(id: MutationId): Entry | null {
    return this.guard((files) => this.find(files, id))
  }

  unsent(): readonly Entry[] {
    return this.guard(({ held }) => held.unsent())
  }

  unsettled(): readonly Entry[] {
    return this.guard(({ held }) => held.unsettled())
  }

  page(filter: WorkFilter, offset: number, limit: number): { total: number; rows: Entry[] } {
    return this.guard(({ held, store }) => {
      const { total, numbers } = held.page(filter, offset, limit)
      return { total, rows: numbers.map((no) => store.numbered(no)) }
    })
  }

  counts(): { unsent: number; oldestUnsentAt: Millis | null; refused: number } {
    return this.guard(({ held }) => held.counts())
  }

  sending(ids: readonly MutationId[]): void {
    this.change({ e: 'sending', at: this.now(), ids })
  }

  answered(outcomes: readonly CommandOutcome[]): void {
    this.change({ e: 'answered', at: this.now(), outcomes })
  }

  unanswered(ids: readonly MutationId[], fate: 'unsure' | 'surely-not', trouble: SendTrouble): void {
    this.change({ e: 'unanswered', at: this.now(), ids, fate, trouble })
  }

  settled(ids: readonly MutationId[]): void {
    this.change({ e: 'settled', at: this.now(), ids })
  }

  takeBack(id: MutationId): boolean {
    return this.change({ e: 'taken-back', at: this.now(), id })
  }

  undone(id: MutationId, by: MutationId): void {
    this.change({ e: 'undone', at: this.now(), id, by })
  }

  amended(id: MutationId, by: MutationId): boolean {
    return this.change({ e: 'amended', at: this.now(), id, by })
  }

  discard(id: MutationId, reason: string): boolean {
    return this.change({ e: 'discarded', at: this.now(), id, reason })
  }

  assign(id: MutationId, note: string): boolean {
    return this.change({ e: 'assigned', at: this.now(), id, note })
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    try {
      namingTrouble(() => this.closeFiles())
    } finally {
      this.unlock()
    }
  }

  private now(): Millis {
    return this.options.clock.now()
  }

  private find({ held, store }: OutboxFiles, id: MutationId): Entry | null {
    return held.get(id) ?? store.get(id)
  }

  /** @returns whether it changed anything */
  private change(event: WorkEvent): boolean {
    return this.guard((files) => {
      const changed = this.happen(files, event)
      if (changed.length > 0) this.shorten(files)
      return changed.length > 0
    })
  }

  private happen(files: OutboxFiles, event: WorkEvent): Entry[] {
    const { held, store, journal } = files
    const changed = entriesAfter(event, (id) => this.find(files, id))
    if (changed.length === 0) return changed
    const line = journal.append(event)
    try {
      store.write(changed, line, this.lastNo)
    } catch (error) {
      journal.undoLast()
      throw error
    }
    held.take(changed)
    return changed
  }

  /** Takes what is over out of a journal that has grown long. It can as well be done later. */
  private shorten({ journal, store }: OutboxFiles): void {
    if (journal.bytes <= this.rewriteAtBytes) return
    const { log, journalLimitBytes } = this.options
    try {
      rewriteJournal(journal, store, this.options)
    } catch (error) {
      const trouble = outboxTrouble(error)
      if (!trouble || isDamage(error)) throw error
      log.warn('outbox.journal-not-shortened', { problem: trouble.problem })
    }
    this.rewriteAtBytes = Math.max(journalLimitBytes, 2 * journal.bytes)
  }

  /** What the disk throws comes out by its kind. A database found damaged is made anew, and asked once more. */
  private guard<T>(work: (files: OutboxFiles) => T): T {
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

  private opened(): OutboxFiles {
    if (this.isClosed) throw new Error('The outbox is closed.')
    if (this.files) return this.files
    this.files = openFiles(this.options, this.known)
    this.lastNo = Math.max(this.lastNo, this.files.store.reached().lastNo)
    return this.files
  }

  private distrust(): void {
    const { files } = this
    if (!files) return
    this.known = files.held.unsettled()
    try {
      // Should this process end before it is made anew.
      distrust(this.options.path)
    } catch (error) {
      this.options.log.warn('outbox.not-marked', { problem: outboxTrouble(error)?.problem ?? String(error) })
    }
    try {
      this.closeFiles()
    } catch (error) {
      if (!outboxTrouble(error)) throw error
    }
  }

  private closeFiles(): void {
    const { files } = this
    this.files = null
    files?.journal.close()
    files?.store.close()
  }
}
