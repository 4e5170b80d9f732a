import { isOpen } from './allocation.ts'
import type { Command } from '#shared/domain/commands.ts'
import type { Effect } from './effects.ts'
import type { KeptCommand, Look } from './look.ts'
import { stop } from './spec.ts'
import type { CommandOf, CommandSpec, Lane, Objection } from './spec.ts'

type Undo = CommandOf<'undo'>

/**
 * Takes back a command of this station, once. One that never left it is simply not sent: that is the outbox's to do, and no
 * command. What is undone here went to the server, and is undone there by booking the opposite.
 * @param lanesOf the lanes of the other kinds: an undo goes behind what it undoes
 */
export const undoWith = (lanesOf: (command: Command, look: Look) => Lane[]): CommandSpec<Undo> => ({
  kind: 'undo',
  lanes(command, look) {
    const target = look.kept(command.undoes)
    return target ? lanesOf(target.command, look) : []
  },
  check(command, look) {
    const target = look.kept(command.undoes)
    if (target === null) return stop('not_undoable', { undoes: command.undoes })
    const { kind } = target.command
    if (kind === 'undo' || kind === 'refusal.assign') return stop('not_undoable', { kind })
    if (target.state === 'undone') return stop('already_undone', { undoes: command.undoes })
    if (target.state === 'refused' || target.state === 'discarded') {
      return stop('not_undoable', { undoes: command.undoes })
    }
    return checkOrder(target, look)
  },
  effects(command, look) {
    const target = look.kept(command.undoes)
    return target ? target.effects.flatMap((effect) => opposite(effect, target.command, look)) : []
  },
})

/** An order that has gone on since is not pulled back under somebody's hands. */
function checkOrder({ command, effects }: KeptCommand, look: Look): Objection | null {
  for (const effect of effects) {
    if (effect.on === 'order-line') {
      const order = look.order(effect.order_id)
      if (order && !isOpen(order.status)) {
        return stop('order_closed', { number: order.number, status: order.status })
      }
    }
  }
  const became =
    command.kind === 'order.advance' ? command.to : command.kind === 'order.cancel' ? 'cancelled' : null
  if (became === null || !('order_id' in command)) return null
  const order = look.order(command.order_id)
  return order && order.status !== became
    ? stop('stale_version', { number: order.number, seen: became, status: order.status })
    : null
}

function opposite(effect: Effect, command: Command, look: Look): Effect[] {
  switch (effect.on) {
    case 'bin':
      return [{ ...effect, onHand: -effect.onHand, allocated: -effect.allocated }]
    case 'order-line':
      return [{ ...effect, picked: -effect.picked }]
    case 'notification':
      return [{ ...effect, read: !effect.read }]
    case 'new-order': {
      const { id: order_id, warehouse_id } = effect.order
      return look.order(order_id) ? [{ on: 'order', warehouse_id, order_id, status: 'cancelled' }] : []
    }
    case 'order':
      // That a pick has begun an order stays true when the piece is put back.
      return 'from' in command ? [{ ...effect, status: command.from }] : []
  }
}
