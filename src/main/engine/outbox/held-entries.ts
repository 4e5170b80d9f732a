import type { MutationId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import { unsentStates, type WorkFilter, type WorkState } from '#shared/protocol/work.ts'
import { unsettledStates } from './entry-events.ts'
import type { EntryStore } from './entry-store.ts'
import type { Entry } from './outbox.ts'

/** Entries in the order they were kept, as a list that is made when it is asked for and then handed out until one changes. */
class OrderedEntries {
  private readonly entries = new Map<MutationId, Entry>()
  private made: readonly Entry[] | null = null

  get(id: MutationId): Entry | null {
    return this.entries.get(id) ?? null
  }

  list(): readonly Entry[] {
    return (this.made ??= [...this.entries.values()])
  }

  /** None that has left comes back, so a map's order is the order of keeping. */
  take(entry: Entry, isIn: boolean): void {
    if (isIn) this.entries.set(entry.id, entry)
    else if (!this.entries.delete(entry.id)) return
    this.made = null
  }
}

/**
 * What is asked after every command, in memory in step with the file: what is not settled, whole, and the rest by its numbers.
 * Changed only by what is committed.
 */
export class HeldEntries {
  private readonly open = new OrderedEntries()
  private readonly toSend = new OrderedEntries()
  /** Rising. */
  private readonly all: number[]
  private readonly refused: number[]
  private last: number

  constructor(store: EntryStore) {
    this.all = store.numbers()
    this.refused = store.numbers('refused')
    this.last = Math.max(store.reached().lastNo, this.all.at(-1) ?? 0)
    for (const entry of store.unsettled()) this.sort(entry)
  }

  /** The highest number that was ever given to an entry. */
  get lastNo(): number {
    return this.last
  }

  /** Not given again, also when the disk then refuses the entry. */
  nextNo(): number {
    return ++this.last
  }

  /** Of those that are not settled. */
  get(id: MutationId): Entry | null {
    return this.open.get(id)
  }

  /** As far as what is held tells of it: null for what is over. */
  stateOf({ id, no }: Entry): WorkState | null {
    return this.get(id)?.state ?? (this.refused[placeOf(this.refused, no)] === no ? 'refused' : null)
  }

  unsettled(): readonly Entry[] {
    return this.open.list()
  }

  unsent(): readonly Entry[] {
    return this.toSend.list()
  }

  counts(): { unsent: number; oldestUnsentAt: Millis | null; refused: number } {
    const unsent = this.unsent()
    return {
      unsent: unsent.length,
      oldestUnsentAt: unsent[0]?.keptAt ?? null,
      refused: this.refused.length,
    }
  }

  /** Numbers of a page's entries, newest first. */
  page(filter: WorkFilter, offset: number, limit: number): { total: number; numbers: number[] } {
    if (filter === 'unsent') {
      const unsent = this.unsent()
      return { total: unsent.length, numbers: fromTheEnd(unsent, offset, limit).map(({ no }) => no) }
    }
    const numbers = filter === 'all' ? this.all : this.refused
    return { total: numbers.length, numbers: fromTheEnd(numbers, offset, limit) }
  }

  take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      put(this.all, entry.no, true)
      put(this.refused, entry.no, entry.state === 'refused')
      this.sort(entry)
    }
  }

  private sort(entry: Entry): void {
    this.open.take(entry, unsettledStates.includes(entry.state))
    this.toSend.take(entry, unsentStates.includes(entry.state))
  }
}

function fromTheEnd<T>(rising: readonly T[], offset: number, limit: number): T[] {
  const end = Math.max(0, rising.length - offset)
  return rising.slice(Math.max(0, end - limit), end).reverse()
}

/** Puts a number into a rising list, or takes it out. */
function put(rising: number[], no: number, isIn: boolean): void {
  const at = placeOf(rising, no)
  const isThere = rising[at] === no
  if (isIn && !isThere) rising.splice(at, 0, no)
  if (!isIn && isThere) rising.splice(at, 1)
}

/** Where the first number stands that is not less. */
function placeOf(rising: readonly number[], no: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? Infinity) < no) low = middle + 1
    else high = middle
  }
  return low
}
