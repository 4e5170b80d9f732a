import { checkEnough, checkStockWork } from './checks.ts'
import { binLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'
import { inBin } from './stock.ts'

export const adjust: CommandSpec<CommandOf<'adjust'>> = {
  kind: 'adjust',
  lanes: ({ warehouse_id, product_id, bin }) => [binLane(warehouse_id, product_id, bin)],
  check: (command, look) =>
    checkStockWork(look, command) ??
    (command.quantity < 0 ? checkEnough(look, { ...command, quantity: -command.quantity }) : null),
  effects: (command) => [inBin(command, command.bin, command.quantity)],
}
