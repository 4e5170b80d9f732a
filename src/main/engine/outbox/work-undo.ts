import type { CommandOf } from '../commands/spec.ts'
import { objectionTo } from '../commands/index.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Question } from '#shared/protocol/contract.ts'
import type { UndoAnswer } from '#shared/protocol/work.ts'
import type { Entry, Outbox } from './outbox.ts'
import type { WorkDrawing } from './work-drawing.ts'
import { canonical, objectedBy, receiptOf } from './work-keeper.ts'
import type { WorkKeeper } from './work-keeper.ts'

interface UndoPorts {
  outbox: Outbox
  keeper: WorkKeeper
  drawing: WorkDrawing
}

/**
 * Takes a command back, once: one that was never sent is not sent, of any other the opposite is. Asked again, it answers the same.
 * @throws OutboxError, MirrorError: nothing was done then
 */
export function undoWork(
  { outbox, keeper, drawing }: UndoPorts,
  question: Question<'work.undo'>,
): UndoAnswer {
  const id = canonical(question.id)
  const undoes = canonical(question.undoes)
  const known = outbox.get(id)
  if (known) return receiptOf(known)
  const target = outbox.get(undoes)
  if (target?.state === 'taken-back') return { kind: 'taken-back' }
  const command = undoOf(undoes, id, keeper)
  const objection = objectionTo(command, keeper.look())
  if (objection?.level === 'stop') return objectedBy(objection)
  if (target && !isBuiltOn(target, outbox) && outbox.takeBack(undoes)) {
    drawing.takenBack(undoes)
    return { kind: 'taken-back' }
  }
  const entry = keeper.keep(command, objection)
  // What undoes what is said by the command itself as well: a mark that is lost only lets the server say no to a second one.
  keeper.afterwards('mark undone', () => outbox.undone(undoes, id))
  return receiptOf(entry)
}

export const undoOf = (
  undoes: MutationId,
  id: MutationId,
  keeper: Pick<WorkKeeper, 'stamps'>,
): CommandOf<'undo'> => ({ kind: 'undo', mutation_id: id, ...keeper.stamps(), undoes })

/**
 * Whether later work that waits here needs it to have happened: an order that was made here and picked from since. Such a
 * command is sent, and undone behind that work, so that the server has the last word on both.
 */
function isBuiltOn(target: Entry, outbox: Pick<Outbox, 'unsent'>): boolean {
  if (target.command.kind !== 'order.create') return false
  return outbox
    .unsent()
    .some(({ no, lanes }) => no > target.no && lanes.some((lane) => target.lanes.includes(lane)))
}
