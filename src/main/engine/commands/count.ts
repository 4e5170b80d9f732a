import { checkStockWork } from './checks.ts'
import { binLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'
import { inBin } from './stock.ts'

/** The difference is against what the books said when the counting began; what moved since is kept on top of it. */
export const count: CommandSpec<CommandOf<'count'>> = {
  kind: 'count',
  lanes: ({ warehouse_id, product_id, bin }) => [binLane(warehouse_id, product_id, bin)],
  check: (command, look) => checkStockWork(look, command),
  effects: (command) => [inBin(command, command.bin, command.counted - command.basis.on_hand)],
}
