import { dirname } from 'node:path'
import type { UserId } from '#shared/domain/ids.ts'
import type { Clock, Log } from '../ports.ts'
import { mirrorError } from '../mirror/disk-trouble.ts'
import { companions, inspectHeader, isDistrusted, isMade, setAside } from '../mirror/mirror-file.ts'
import { finishRebuild } from '../mirror/rebuild.ts'
import type { Disk } from './disk.ts'
import { hasEnded } from './entry-events.ts'
import { changedAt } from './entry-row.ts'
import { EntryStore } from './entry-store.ts'
import { HeldEntries } from './held-entries.ts'
import { JOURNAL_VERSION } from './journal-lines.ts'
import { Journal } from './journal.ts'
import { migrate, outboxMark } from './migrations/index.ts'
import type { Entry } from './outbox.ts'
import { copyAside, journalPath } from './outbox-paths.ts'
import { isDamage, outboxTrouble } from './outbox-trouble.ts'
import { isWhole, readJournal, type FoundJournal } from './read-journal.ts'
import { agrees, repairOf, stillGoingOn } from './recovery.ts'
import { salvageEntries } from './salvage-entries.ts'

/** Entries that are over are shown for so long. */
const SHOWN_MS = 30 * 24 * 60 * 60_000

export interface FilesOptions {
  path: string
  owner: UserId
  serverUrl: string
  nativeBinding: string | null
  clock: Clock
  log: Log
  disk: Disk
  /** The journal is rewritten, without what is over, when it has grown beyond this and to twice of what it was last. */
  journalLimitBytes: number
}

/** What opening had to do. */
export interface Recovered {
  /** The database was missing or damaged: it was made anew from the journal. */
  rebuilt: boolean
  /** How many entries the journal knew, or knew more of, than the database. */
  restored: number
  /** How many of the journal's lines could not be read, or are missing. */
  badLines: number
  /** Where files that could not be trusted were put. */
  aside: readonly string[]
}

export interface OutboxFiles {
  store: EntryStore
  journal: Journal
  held: HeldEntries
  recovered: Recovered
}

/**
 * Opens the database and the journal, and brings them to say the same. Whatever fails on the way, the next try begins with all
 * that this one had.
 * @param known the entries that are not settled, when the database was found damaged while it was in use
 * @throws OutboxError `from-newer-version`; what the disk says
 */
export function openFiles(options: FilesOptions, known: readonly Entry[] | null = null): OutboxFiles {
  const { path, disk, owner, log } = options
  finishRebuild(path)
  const found = readJournal(disk, journalPath(path), owner)
  // A journal is begun when its database is made: without one, a database without a byte was never more.
  const isNew = found.bytes > 0 ? !disk.exists(path) : !isMade(path)
  const aside: string[] = []
  let loaded = known === null && !isDistrusted(path) ? unlessDamaged(() => load(options, found, isNew)) : null
  const isDamaged = loaded === null
  if (loaded === null) {
    aside.push(rebuild(options, found, known))
    loaded = load(options, found, true)
  }
  try {
    const { store, held, restored, missed } = loaded
    const badLines = found.badLines + missed
    const journal = isComplete(found, loaded)
      ? new Journal(disk, journalPath(path), found)
      : writeAnew(options, found, store, aside)
    const rebuilt = isDamaged || (isNew && found.bytes > 0)
    const recovered = { rebuilt, restored, badLines, aside }
    if (rebuilt || restored > 0 || badLines > 0) log.warn('outbox.recovered', { ...recovered })
    return { store, journal, held, recovered }
  } catch (error) {
    loaded.store.close()
    throw error
  }
}

interface Loaded {
  store: EntryStore
  held: HeldEntries
  restored: number
  /** Lines that the database has seen and the journal has not behind its last good one. */
  missed: number
  /** Whether the journal tells of every entry that is not over. */
  toldAll: boolean
}

function load(options: FilesOptions, found: FoundJournal, isNew: boolean): Loaded {
  const { path, clock, owner, serverUrl } = options
  if (!isNew) inspectHeader(path, outboxMark)
  const store = openStore(path, options)
  try {
    store.claim(owner, serverUrl)
    const shownSince = clock.now() - SHOWN_MS
    const isOver = (entry: Entry): boolean => hasEnded(entry.state) && changedAt(entry) < shownSince
    const { entries, erased, told } = repairOf(store, found, isOver)
    const before = store.reached().line
    if (entries.length + erased.length > 0 || before < 0) {
      store.write(entries, Math.max(before, found.lastLine), told.lastNo, erased)
    }
    prune(store, shownSince, options.log)
    const held = new HeldEntries(store)
    const toldAll = store.liveKeys().every(({ id }) => told.entries.has(id))
    if (
      !isNew &&
      isWhole(found) &&
      before <= found.lastLine &&
      !agrees(told, (entry) => held.stateOf(entry))
    ) {
      throw mirrorError('damaged')
    }
    const missed = Math.max(0, before - found.lastLine - found.badAtEnd)
    return { store, held, restored: entries.length, missed, toldAll }
  } catch (error) {
    store.close()
    throw error
  }
}

const isComplete = (found: FoundJournal, { toldAll, missed }: Loaded): boolean =>
  isWhole(found) && toldAll && missed === 0

function openStore(path: string, { disk, nativeBinding }: FilesOptions): EntryStore {
  const db = disk.database(path, nativeBinding)
  try {
    migrate(db)
    return new EntryStore(db)
  } catch (error) {
    db.close()
    throw error
  }
}

/** What could not be taken out for want of space is taken out another time. */
function prune(store: EntryStore, before: number, log: Log): void {
  try {
    store.prune(before)
  } catch (error) {
    const trouble = outboxTrouble(error)
    if (!trouble || isDamage(error)) throw error
    log.warn('outbox.not-pruned', { problem: trouble.problem })
  }
}

function unlessDamaged<T>(work: () => T): T | null {
  try {
    return work()
  } catch (error) {
    if (!isDamage(error)) throw error
    return null
  }
}

/**
 * Puts a fresh database in a damaged one's place; the journal fills it when it is loaded. Only where the journal is no better,
 * it has what can still be read of the damaged one. That stays where it is until the fresh one is complete.
 * @returns where the damaged file was put
 */
function rebuild(options: FilesOptions, found: FoundJournal, known: readonly Entry[] | null): string {
  const { path, disk, owner, nativeBinding, clock, log } = options
  const fresh = `${path}-rebuilt`
  const salvaged = isWhole(found) ? [] : stillGoingOn(found, salvageEntries(path, owner, nativeBinding))
  const entries = known === null ? salvaged : withKnown(salvaged, known)
  remove(disk, fresh)
  try {
    const store = openStore(fresh, options)
    try {
      const lastNo = entries.at(-1)?.no ?? 0
      store.write(entries, known === null ? -1 : found.lastLine, lastNo)
    } finally {
      store.close()
    }
  } catch (error) {
    remove(disk, fresh)
    throw error
  }
  const aside = setAside(path, clock.now())
  disk.rename(fresh, path)
  disk.syncFolder(dirname(path))
  log.error('outbox.damaged', { aside, salvaged: entries.length })
  return aside
}

/** What is in memory was committed: it is never older than what a file has. */
function withKnown(salvaged: readonly Entry[], known: readonly Entry[]): Entry[] {
  const entries = new Map([...salvaged, ...known].map((entry) => [entry.no, entry]))
  return [...entries.values()].sort((a, b) => a.no - b.no)
}

function remove(disk: Disk, path: string): void {
  for (const companion of companions) disk.remove(path + companion)
}

/** A journal that lacks something, or cannot be written on, makes room for one that says what the database does. */
function writeAnew(options: FilesOptions, found: FoundJournal, store: EntryStore, aside: string[]): Journal {
  const { path, disk, clock, log } = options
  const file = journalPath(path)
  const copy = found.bytes > 0 ? copyAside(disk, file, clock.now()) : null
  const journal = new Journal(disk, file, { bytes: 0, lastLine: 0 })
  try {
    rewriteJournal(journal, store, options)
  } catch (error) {
    if (copy !== null) disk.remove(copy)
    throw error
  }
  if (copy !== null) {
    aside.push(copy)
    log.warn('outbox.bad-journal', { aside: copy, badLines: found.badLines })
  }
  return journal
}

/** Leaves out what is over: of that, the database alone is enough. */
export function rewriteJournal(journal: Journal, store: EntryStore, options: FilesOptions): void {
  const { owner, serverUrl } = options
  const { line, lastNo } = store.reached()
  const head = { version: JOURNAL_VERSION, owner, server: serverUrl, lastNo }
  journal.rewrite({ n: line, head, entries: [...store.live()] })
}
