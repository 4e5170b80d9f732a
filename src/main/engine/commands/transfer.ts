import type { WarehouseId } from '#shared/domain/ids.ts'
import { checkEnough, checkRole, checkStockWork } from './checks.ts'
import type { Effect } from './effects.ts'
import type { Look } from './look.ts'
import { binLane, stop } from './spec.ts'
import type { CommandOf, CommandSpec, Lane, Objection } from './spec.ts'
import { inBin } from './stock.ts'

type Move = Omit<CommandOf<'transfer'>, 'kind'>

/* Out of one bin and into another: the same for a transfer and for putting away, which stays in its warehouse. */

const lanesOf = (move: Move): Lane[] => [
  binLane(move.warehouse_id, move.product_id, move.bin),
  binLane(move.to_warehouse_id, move.product_id, move.to_bin),
]

const effectsOf = (move: Move): Effect[] => [
  inBin(move, move.bin, -move.quantity),
  inBin({ ...move, warehouse_id: move.to_warehouse_id }, move.to_bin, move.quantity),
]

function checkMove(move: Move, look: Look): Objection | null {
  const nowhere = move.to_warehouse_id === move.warehouse_id && move.to_bin === move.bin
  if (nowhere) return stop('invalid', { field: 'to_bin' })
  return (
    checkStockWork(look, move) ?? checkRole(look, move.to_warehouse_id, 'picker') ?? checkEnough(look, move)
  )
}

const within = (command: CommandOf<'putaway'>): Move => ({
  ...command,
  to_warehouse_id: command.warehouse_id satisfies WarehouseId,
})

export const transfer: CommandSpec<CommandOf<'transfer'>> = {
  kind: 'transfer',
  lanes: lanesOf,
  check: checkMove,
  effects: effectsOf,
}

export const putaway: CommandSpec<CommandOf<'putaway'>> = {
  kind: 'putaway',
  lanes: (command) => lanesOf(within(command)),
  check: (command, look) => checkMove(within(command), look),
  effects: (command) => effectsOf(within(command)),
}
