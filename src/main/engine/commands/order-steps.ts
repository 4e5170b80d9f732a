import { isCancellable, nextSteps } from '#shared/domain/orders.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import { goTo } from './allocation.ts'
import { checkRole, isObjection, seenOrder } from './checks.ts'
import type { Effect } from './effects.ts'
import type { Look } from './look.ts'
import { orderLane, stop } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'

type Step = CommandOf<'order.advance'> | CommandOf<'order.cancel'>

function effectsOf(command: Step, to: OrderStatus, look: Look): Effect[] {
  const order = look.order(command.order_id)
  if (order === null) return []
  return goTo(order, to, look.orderLines(order.id), (product) => look.bins(order.warehouse_id, product))
}

export const orderAdvance: CommandSpec<CommandOf<'order.advance'>> = {
  kind: 'order.advance',
  lanes: ({ order_id }) => [orderLane(order_id)],
  check(command, look) {
    const denied = checkRole(look, command.warehouse_id, 'picker')
    if (denied) return denied
    const order = seenOrder(look, command.order_id, command.from)
    if (isObjection(order)) return order
    const isPicked = look.orderLines(order.id).some((line) => line.quantity_picked > 0)
    return nextSteps(order.status, isPicked).includes(command.to)
      ? null
      : stop('illegal_transition', { number: order.number, status: order.status, to: command.to })
  },
  effects: (command, look) => effectsOf(command, command.to, look),
}

export const orderCancel: CommandSpec<CommandOf<'order.cancel'>> = {
  kind: 'order.cancel',
  lanes: ({ order_id }) => [orderLane(order_id)],
  check(command, look) {
    const denied = checkRole(look, command.warehouse_id, 'supervisor')
    if (denied) return denied
    const order = seenOrder(look, command.order_id, command.from)
    if (isObjection(order)) return order
    return isCancellable(order.status)
      ? null
      : stop('illegal_transition', { number: order.number, status: order.status, to: 'cancelled' })
  },
  effects: (command, look) => effectsOf(command, 'cancelled', look),
}
