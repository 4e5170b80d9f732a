import { checkStockWork } from './checks.ts'
import { binLane, stop } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'
import { inBin } from './stock.ts'

/** How much came back before is known to the server alone: the ledger is not mirrored. */
export const returnGoods: CommandSpec<CommandOf<'return'>> = {
  kind: 'return',
  lanes: ({ warehouse_id, product_id, bin }) => [binLane(warehouse_id, product_id, bin)],
  check(command, look) {
    const objection = checkStockWork(look, command)
    if (objection || !command.order_item_id) return objection
    const line = look.orderLine(command.order_item_id)
    if (line === null) return stop('unknown_order', { order_item_id: command.order_item_id })
    return line.product_id === command.product_id ? null : stop('invalid', { field: 'order_item_id' })
  },
  effects: (command) => [inBin(command, command.bin, command.quantity)],
}
