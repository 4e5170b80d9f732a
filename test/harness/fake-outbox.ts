import type { MutationId } from '#shared/domain/ids.ts'
import type { WorkFilter, WorkState } from '#shared/protocol/work.ts'
import { unsentStates } from '#shared/protocol/work.ts'
import { OutboxError, type Entry, type Outbox, type OutboxProblem } from '#engine/outbox/outbox.ts'
import { entriesAfter, unsettledStates, type WorkEvent } from '#engine/outbox/entry-events.ts'
import type { Clock } from '#engine/ports.ts'

export interface FakeOutbox extends Outbox {
  /** Every change is refused like this while it is set, and nothing of it done. */
  refuses: OutboxProblem | null
  /** Everything that happened, oldest first. */
  readonly events: readonly WorkEvent[]
  /** Every entry, in the order they were kept. */
  entries(): Entry[]
}

/** An outbox in memory that keeps the port's rules. What it holds outlives `close`, as a file would. */
export function fakeOutbox(clock: Pick<Clock, 'now'>): FakeOutbox {
  const entries = new Map<MutationId, Entry>()
  const events: WorkEvent[] = []
  let no = 0

  const get = (id: MutationId): Entry | null => entries.get(id) ?? null
  const inStates = (states: readonly WorkState[]): Entry[] =>
    [...entries.values()].filter(({ state }) => states.includes(state))
  const statesOf: Record<WorkFilter, (entry: Entry) => boolean> = {
    all: () => true,
    unsent: ({ state }) => unsentStates.includes(state),
    refused: ({ state }) => state === 'refused',
  }

  /** @returns whether it changed anything */
  const happen = (event: WorkEvent): boolean => {
    const changed = entriesAfter(event, get)
    if (changed.length === 0) return false
    if (outbox.refuses) throw new OutboxError(outbox.refuses, `the disk says ${outbox.refuses}`)
    for (const entry of changed) entries.set(entry.id, entry)
    events.push(event)
    return true
  }

  const outbox: FakeOutbox = {
    refuses: null,
    events,
    entries: () => [...entries.values()],
    keep(work) {
      const known = get(work.command.mutation_id)
      if (known) return { entry: known, isNew: false }
      happen({ e: 'kept', at: clock.now(), no: no + 1, work })
      no += 1
      return { entry: entries.get(work.command.mutation_id)!, isNew: true }
    },
    get,
    unsent: () => inStates(unsentStates),
    unsettled: () => inStates(unsettledStates),
    page(filter, offset, limit) {
      const found = [...entries.values()].filter(statesOf[filter]).reverse()
      return { total: found.length, rows: found.slice(offset, offset + limit) }
    },
    counts() {
      const unsent = inStates(unsentStates)
      return {
        unsent: unsent.length,
        oldestUnsentAt: unsent[0]?.keptAt ?? null,
        refused: inStates(['refused']).length,
      }
    },
    sending: (ids) => void happen({ e: 'sending', at: clock.now(), ids }),
    answered: (outcomes) => void happen({ e: 'answered', at: clock.now(), outcomes }),
    unanswered: (ids, fate, trouble) => void happen({ e: 'unanswered', at: clock.now(), ids, fate, trouble }),
    settled: (ids) => void happen({ e: 'settled', at: clock.now(), ids }),
    takeBack: (id) => happen({ e: 'taken-back', at: clock.now(), id }),
    undone: (id, by) => void happen({ e: 'undone', at: clock.now(), id, by }),
    amended: (id, by) => happen({ e: 'amended', at: clock.now(), id, by }),
    discard: (id, reason) => happen({ e: 'discarded', at: clock.now(), id, reason }),
    assign: (id, note) => happen({ e: 'assigned', at: clock.now(), id, note }),
    close: () => undefined,
  }
  return outbox
}
