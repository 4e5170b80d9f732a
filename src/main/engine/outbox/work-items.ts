import type { OrderId } from '#shared/domain/ids.ts'
import type { WorkDetail, WorkItem } from '#shared/protocol/work.ts'
import { objectionTo } from '../commands/index.ts'
import type { Look } from '../commands/look.ts'
import type { Entry, Outbox } from './outbox.ts'
import { liveUndo } from './work-look.ts'
import { namesOf, seenOf, subjectOf } from './work-subject.ts'
import { undoOf } from './work-undo.ts'

/* Kept commands as a window shows them, with the names a person knows their things by. */

export function itemOf(entry: Entry, look: Look, outbox: Pick<Outbox, 'get'>): WorkItem {
  const { id, command, state, keptAt, trouble, outcome, assigned } = entry
  return {
    id,
    command,
    state,
    keptAt,
    ...namesOf(subjectOf(command, look), look),
    trouble,
    refusal: outcome?.outcome === 'refused' ? { code: outcome.code, facts: outcome.facts } : null,
    assigned,
    undoable: isUndoable(entry, look),
    undoneBy: liveUndo(entry, outbox),
  }
}

export function detailOf(entry: Entry, look: Look, outbox: Pick<Outbox, 'get'>): WorkDetail {
  const now = seenOf(subjectOf(entry.command, look), look)
  return {
    item: itemOf(entry, look, outbox),
    binsThen: [...entry.seen.bins],
    binsNow: [...now.bins],
    orderThen: entry.seen.order,
    orderNow: now.order,
    doubt: entry.doubt && { code: entry.doubt.code, facts: entry.doubt.facts },
    history: [...entry.history],
  }
}

/** By the rules of the undo that a person would ask for. */
function isUndoable({ id, command }: Entry, look: Look): boolean {
  const { station_id, operator_id, happened_at } = command
  const undo = undoOf(id, id, { stamps: () => ({ station_id, operator_id, happened_at }) })
  return objectionTo(undo, look)?.level !== 'stop'
}

/** Work older than the newest so many entries is not looked through for one order. */
const LOOKED_THROUGH = 400
const MOST_OF_ORDER = 100

export function workOfOrder(id: OrderId, look: Look, outbox: Pick<Outbox, 'get' | 'page'>): WorkItem[] {
  const { rows } = outbox.page('all', 0, LOOKED_THROUGH)
  return rows
    .filter(({ command }) => subjectOf(command, look).order?.id === id)
    .slice(0, MOST_OF_ORDER)
    .map((entry) => itemOf(entry, look, outbox))
}
