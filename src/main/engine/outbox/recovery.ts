import type { MutationId } from '#shared/domain/ids.ts'
import { entriesAfter, hasEnded, idsOf, unsettledStates } from './entry-events.ts'
import { changedAt } from './entry-row.ts'
import type { EntryStore } from './entry-store.ts'
import { isEvent, replay, type Replay } from './journal-lines.ts'
import type { Entry } from './outbox.ts'
import type { FoundJournal } from './read-journal.ts'

/** What has to be done to the tables so that they say what the journal says. */
export interface Repair {
  /** Entries that are not in the tables, or are further than the tables say. */
  entries: readonly Entry[]
  /** Entries that were said not to be kept, and are in the tables all the same. */
  erased: readonly MutationId[]
  /** The journal by itself. */
  told: Replay
}

/**
 * Compares the tables with the journal. A line is written before its commit, so the journal is at most ahead: what it has and the
 * tables do not is put back. That goes for a command whose line was written when the process died, too: whoever asked for it got no
 * receipt, but a command that is kept once too often can be taken back, and one that is lost cannot.
 * @param isOver entries that are not missed when they are not there
 */
export function repairOf(store: EntryStore, found: FoundJournal, isOver: (entry: Entry) => boolean): Repair {
  const { line } = store.reached()
  const told = replay(found.lines)
  const missing = new Map<MutationId, Entry>()
  for (const entry of told.entries.values()) {
    if (!store.has(entry.id) && !isOver(entry)) missing.set(entry.id, entry)
  }
  const isOlder = line < (found.begins?.n ?? 0)
  const forward = isOlder ? laterThan(store, told, missing) : eventsAfter(line, store, found, told, missing)
  const unsaid = undoneLast(line, found, told)
  for (const entry of unsaid.entries) forward.set(entry.id, entry)
  return { entries: [...missing.values(), ...forward.values()], erased: unsaid.erased, told }
}

type Entries = Map<MutationId, Entry>

/** What happened after the tables' last commit. */
function eventsAfter(
  line: number,
  store: EntryStore,
  { lines }: FoundJournal,
  { voided }: Replay,
  missing: Entries,
): Entries {
  const forward: Entries = new Map()
  const now = (id: MutationId): Entry | null => forward.get(id) ?? missing.get(id) ?? store.get(id)
  for (const event of lines) {
    if (!isEvent(event) || event.n <= line || voided.has(event.n)) continue
    for (const entry of entriesAfter(event, now)) {
      // The missing are as new as the journal already.
      if (!missing.has(entry.id)) forward.set(entry.id, entry)
    }
  }
  return forward
}

/** Tables from before the journal's beginning, or salvaged from a damaged file: of each entry, whichever knows more of it. */
function laterThan(store: EntryStore, { entries }: Replay, missing: Entries): Entries {
  const forward: Entries = new Map()
  for (const entry of entries.values()) {
    const held = missing.has(entry.id) ? null : store.get(entry.id)
    if (held && isLater(entry, held)) forward.set(entry.id, entry)
  }
  return forward
}

const isLater = (a: Entry, b: Entry): boolean =>
  a.history.length === b.history.length ? changedAt(a) > changedAt(b) : a.history.length > b.history.length

/**
 * A commit that failed may be in the file all the same when the process dies soon after. Its line is void, and that is what
 * people were told.
 */
function undoneLast(line: number, { lines }: FoundJournal, { voided, entries }: Replay): UnsaidEntries {
  const event = voided.has(line) ? lines.find(({ n, e }) => n === line && e !== 'void') : undefined
  if (!event || !isEvent(event)) return { entries: [], erased: [] }
  const ids = idsOf(event)
  return {
    entries: ids.flatMap((id) => entries.get(id) ?? []),
    erased: event.e === 'kept' ? ids.filter((id) => !entries.has(id)) : [],
  }
}

type UnsaidEntries = Pick<Repair, 'entries' | 'erased'>

/**
 * Leaves out salvaged entries that the journal knows to be over. What it began with was everything that was not, so an older
 * entry that is missing there was settled, taken back or amended before, and its row is from an even earlier time: going on with
 * it would send what somebody took back.
 */
export function stillGoingOn(found: FoundJournal, salvaged: readonly Entry[]): readonly Entry[] {
  const { begins, lines } = found
  if (begins === null) return salvaged
  const begunWith = new Set(lines.flatMap((line) => (line.e === 'entry' ? [line.entry.id] : [])))
  if (begunWith.size < begins.entries) return salvaged
  return salvaged.filter(({ id, no, state }) => no > begins.lastNo || hasEnded(state) || begunWith.has(id))
}

/** States in which losing sight of an entry would lose it. */
const watched = [...unsettledStates, 'refused']

/**
 * Whether what is found by the tables' indexes is what the journal says: a spoiled index need not fail, it can as well be silent.
 * @param stateOf as the indexes tell
 */
export const agrees = ({ entries }: Replay, stateOf: (entry: Entry) => Entry['state'] | null): boolean =>
  [...entries.values()].every((entry) => !watched.includes(entry.state) || stateOf(entry) === entry.state)
