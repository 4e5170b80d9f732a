import { allocate, goTo, holdsOn, isOpen } from './allocation.ts'
import { checkRole } from './checks.ts'
import { isWord, type Command } from '#shared/domain/commands.ts'
import type { OrderStatus, SalesOrderRow } from '#shared/domain/rows.ts'
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
    if (isWord(target.command)) return stop('not_undoable', { kind: target.command.kind })
    if (target.state === 'undone') return stop('already_undone', { undoes: command.undoes })
    if (target.state === 'refused' || target.state === 'discarded') {
      return stop('not_undoable', { undoes: command.undoes })
    }
    return checkRights(target.command, look) ?? checkPicked(target, look) ?? checkStep(target.command, look)
  },
  effects(command, look) {
    const target = look.kept(command.undoes)
    if (target === null) return []
    const step = stepOf(target.command, look)
    if (step) {
      const binsOf = (product: Parameters<typeof look.bins>[1]) => look.bins(step.order.warehouse_id, product)
      return goTo(step.order, step.was, look.orderLines(step.order.id), binsOf, target.effects)
    }
    return [...target.effects.flatMap((effect) => opposite(effect)), ...heldAgain(target, look)]
  },
})

function checkRights(command: Command, look: Look): Objection | null {
  if (!('warehouse_id' in command)) return null
  const needed = command.kind === 'order.create' || command.kind === 'order.cancel' ? 'supervisor' : 'picker'
  const denied = checkRole(look, command.warehouse_id, needed)
  return denied ?? ('to_warehouse_id' in command ? checkRole(look, command.to_warehouse_id, 'picker') : null)
}

/** What was picked for an order goes back only while that is open. */
function checkPicked({ effects }: KeptCommand, look: Look): Objection | null {
  for (const effect of effects) {
    const order = effect.on === 'order-line' ? look.order(effect.order_id) : null
    if (order && !isOpen(order.status)) {
      return stop('order_closed', { number: order.number, status: order.status })
    }
  }
  return null
}

interface Step {
  order: SalesOrderRow
  became: OrderStatus
  was: OrderStatus
}

/** Which way an order went by a command, and where it is now. */
function stepOf(command: Command, look: Look): Step | null {
  const step = (id: SalesOrderRow['id'], became: OrderStatus, was: OrderStatus): Step | null => {
    const order = look.order(id)
    return order && { order, became, was }
  }
  switch (command.kind) {
    case 'order.create':
      return step(command.order.id, 'pending', 'cancelled')
    case 'order.advance':
      return step(command.order_id, command.to, command.from)
    case 'order.cancel':
      return step(command.order_id, 'cancelled', command.from)
    default:
      return null
  }
}

/** An order that has gone on since is not pulled back under somebody's hands. */
function checkStep(command: Command, look: Look): Objection | null {
  const step = stepOf(command, look)
  if (step === null) return null
  const { order, became, was } = step
  const { number, status } = order
  if (status !== became) return stop('stale_version', { number, seen: became, status })
  const isPicked = look.orderLines(order.id).some((line) => line.quantity_picked > 0)
  return was === 'pending' && isPicked ? stop('illegal_transition', { number, status, to: was }) : null
}

/** What it held back or gave back is not here: see `heldAgain`. */
function opposite(effect: Effect): Effect[] {
  switch (effect.on) {
    case 'bin':
      return [{ ...effect, onHand: -effect.onHand, allocated: 0 }]
    case 'order-line':
      return [{ ...effect, picked: -effect.picked }]
    case 'notification':
      return [{ ...effect, read: !effect.read }]
    // That a pick has begun an order stays true when the piece is put back.
    case 'order':
    case 'new-order':
      return []
  }
}

/** What a pick gave back of its order's stock is held again, in the bins where it was. */
function heldAgain({ command, effects }: KeptCommand, look: Look): Effect[] {
  if (command.kind !== 'pick' || !command.order_item_id) return []
  const back = (bin: string): number => (bin === command.bin ? command.quantity : 0)
  const bins = look
    .bins(command.warehouse_id, command.product_id)
    .map((figures) => ({ ...figures, onHand: figures.onHand + back(figures.bin) }))
  return allocate(command, bins, command.quantity, holdsOn(command.product_id, effects))
}
