import { checkEnough, checkStockWork } from './checks.ts'
import { binLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'
import { inBin } from './stock.ts'

export const scrap: CommandSpec<CommandOf<'scrap'>> = {
  kind: 'scrap',
  lanes: ({ warehouse_id, product_id, bin }) => [binLane(warehouse_id, product_id, bin)],
  check: (command, look) => checkStockWork(look, command) ?? checkEnough(look, command),
  effects: (command) => [inBin(command, command.bin, -command.quantity)],
}
