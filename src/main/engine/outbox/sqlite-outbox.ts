import { mkdirSync } from 'node:fs'
import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { SendTrouble, WorkFilter } from '#shared/protocol/work.ts'
import type { Clock, Log } from '../ports.ts'
import { lockFile } from '../mirror/open-database.ts'
import { realDisk, type Disk } from './disk.ts'
import { entriesAfter, type WorkEvent } from './entry-events.ts'
import { HealingFiles } from './healing-files.ts'
import { OutboxError, type Entry, type NewWork, type Outbox } from './outbox.ts'
import { rewriteJournal, type FilesOptions, type OutboxFiles, type Recovered } from './outbox-files.ts'
import { outboxPath } from './outbox-paths.ts'
import { namingTrouble } from './outbox-trouble.ts'

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
  private readonly options: FilesOptions
  private readonly files: HealingFiles
  private readonly unlock: () => void
  private rewriteAtBytes: number

  constructor(options: FilesOptions, unlock: () => void) {
    this.options = options
    this.unlock = unlock
    this.files = new HealingFiles(options)
    this.rewriteAtBytes = options.journalLimitBytes
    this.shorten()
  }

  get recovered(): Recovered {
    return this.files.recovered
  }

  keep(work: NewWork): { entry: Entry; isNew: boolean } {
    return this.files.use((files) => {
      const known = find(files, work.command.mutation_id)
      if (known) return { entry: known, isNew: false }
      const [entry] = this.happen(files, { e: 'kept', at: this.now(), no: files.held.nextNo(), work })
      if (!entry) throw new Error('Expected a new command to make an entry.')
      return { entry, isNew: true }
    })
  }

  get(id: MutationId): Entry | null {
    return this.files.use((files) => find(files, id))
  }

  unsent(): readonly Entry[] {
    return this.files.use(({ held }) => held.unsent())
  }

  unsettled(): readonly Entry[] {
    return this.files.use(({ held }) => held.unsettled())
  }

  page(filter: WorkFilter, offset: number, limit: number): { total: number; rows: Entry[] } {
    return this.files.use(({ held, store }) => {
      const { total, numbers } = held.page(filter, offset, limit)
      return { total, rows: numbers.map((no) => store.numbered(no)) }
    })
  }

  counts(): { unsent: number; oldestUnsentAt: Millis | null; refused: number } {
    return this.files.use(({ held }) => held.counts())
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
    try {
      this.files.close()
    } finally {
      this.unlock()
    }
  }

  private now(): Millis {
    return this.options.clock.now()
  }

  /** @returns whether it changed anything */
  private change(event: WorkEvent): boolean {
    const isChanged = this.files.use((files) => this.happen(files, event).length > 0)
    if (isChanged) this.shorten()
    return isChanged
  }

  /** @returns what it changed */
  private happen(files: OutboxFiles, event: WorkEvent): Entry[] {
    const { held, store, journal } = files
    const changed = entriesAfter(event, (id) => find(files, id))
    if (changed.length === 0) return changed
    const line = journal.append(event)
    try {
      store.write(changed, line, held.lastNo)
    } catch (error) {
      journal.undoLast()
      throw error
    }
    held.take(changed)
    return changed
  }

  /** Takes what is over out of a journal that has grown long. It can as well be done later. */
  private shorten(): void {
    const { log, journalLimitBytes } = this.options
    try {
      this.files.use(({ journal, store }) => {
        if (journal.bytes <= this.rewriteAtBytes) return
        // Not tried at every change when it cannot be done, or there is nothing to take out.
        this.rewriteAtBytes = 2 * journal.bytes
        rewriteJournal(journal, store, this.options)
        this.rewriteAtBytes = Math.max(journalLimitBytes, 2 * journal.bytes)
      })
    } catch (error) {
      if (!(error instanceof OutboxError)) throw error
      log.warn('outbox.journal-not-shortened', { problem: error.problem })
    }
  }
}

const find = ({ held, store }: OutboxFiles, id: MutationId): Entry | null => held.get(id) ?? store.get(id)
