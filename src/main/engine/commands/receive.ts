import { checkStockWork } from './checks.ts'
import { binLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'
import { inBin } from './stock.ts'

export const receive: CommandSpec<CommandOf<'receive'>> = {
  kind: 'receive',
  lanes: ({ warehouse_id, product_id, bin }) => [binLane(warehouse_id, product_id, bin)],
  check: (command, look) => checkStockWork(look, command),
  effects: (command) => [inBin(command, command.bin, command.quantity)],
}
