import { isOpen, release } from './allocation.ts'
import { checkEnough, checkStockWork } from './checks.ts'
import type { Effect } from './effects.ts'
import type { Look } from './look.ts'
import { binLane, orderLane, stop } from './spec.ts'
import type { CommandOf, CommandSpec, Objection } from './spec.ts'
import { inBin } from './stock.ts'

type Pick = CommandOf<'pick'>

/** Free, or against an order's line: then what the line held back is given back, and its order is being picked. */
export const pick: CommandSpec<Pick> = {
  kind: 'pick',

  lanes(command, look) {
    const line = lineOf(command, look)
    const bin = binLane(command.warehouse_id, command.product_id, command.bin)
    return line === null ? [bin] : [bin, orderLane(line.order_id)]
  },

  check: (command, look) =>
    checkStockWork(look, command) ?? checkLine(command, look) ?? checkEnough(look, command),

  effects(command, look) {
    const effects: Effect[] = [inBin(command, command.bin, -command.quantity)]
    const line = lineOf(command, look)
    if (line === null) return effects
    const { id, order_id, warehouse_id } = line
    effects.push({ on: 'order-line', warehouse_id, order_id, id, picked: command.quantity })
    if (look.order(order_id)?.status === 'pending') {
      effects.push({ on: 'order', warehouse_id, order_id, status: 'picking' })
    }
    const bins = look.bins(command.warehouse_id, command.product_id)
    return [...effects, ...release(command, bins, command.quantity, command.bin)]
  },
}

const lineOf = ({ order_item_id }: Pick, look: Look) => (order_item_id ? look.orderLine(order_item_id) : null)

function checkLine(command: Pick, look: Look): Objection | null {
  if (!command.order_item_id) return null
  const line = lineOf(command, look)
  const order = line && look.order(line.order_id)
  if (!line || !order) return stop('unknown_order', { order_item_id: command.order_item_id })
  if (line.product_id !== command.product_id) return stop('invalid', { field: 'order_item_id' })
  const { number, status } = order
  if (!isOpen(status)) return stop('order_closed', { number, status })
  const { quantity_ordered: ordered, quantity_picked: picked } = line
  return picked + command.quantity > ordered
    ? stop('over_pick', { number, ordered, picked, asked: command.quantity })
    : null
}
