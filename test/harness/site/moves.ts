import { isWord, type Command, type CommandIntent } from '#shared/domain/commands.ts'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'

/** So many pieces more (or fewer) in a bin. */
export interface Move {
  warehouse: WarehouseId
  product: ProductId
  bin: string
  pieces: number
}

/** A command as it is asked for, or as it was kept. */
export type Asked = CommandIntent | Command

/**
 * What a command means for the figures of bins, read off the command alone, so that what the engine makes of it can be held
 * against this.
 * @param undone the moves of the command that an undo takes back
 */
export function movesOf(command: Asked, undone: readonly Move[] = []): readonly Move[] {
  if (command.kind === 'undo') return undone.map((move) => ({ ...move, pieces: -move.pieces }))
  if (isWord(command)) return []
  switch (command.kind) {
    case 'receive':
    case 'return':
    case 'adjust':
      return [inBin(command, command.bin, command.quantity)]
    case 'pick':
    case 'scrap':
      return [inBin(command, command.bin, -command.quantity)]
    case 'count':
      return [inBin(command, command.bin, command.counted - command.basis.on_hand)]
    case 'putaway':
      return [
        inBin(command, command.bin, -command.quantity),
        inBin(command, command.to_bin, command.quantity),
      ]
    case 'transfer':
      return [
        inBin(command, command.bin, -command.quantity),
        inBin({ ...command, warehouse_id: command.to_warehouse_id }, command.to_bin, command.quantity),
      ]
    case 'order.create':
    case 'order.advance':
    case 'order.cancel':
    case 'notification.read':
      return []
  }
}

const inBin = (
  place: { warehouse_id: WarehouseId; product_id: ProductId },
  bin: string,
  pieces: number,
): Move => ({ warehouse: place.warehouse_id, product: place.product_id, bin, pieces })
