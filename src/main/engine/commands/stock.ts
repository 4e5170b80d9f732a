import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { BinEffect } from './effects.ts'

/** So many pieces more (or fewer) in a bin. */
export const inBin = (
  { warehouse_id, product_id }: { warehouse_id: WarehouseId; product_id: ProductId },
  bin: string,
  onHand: number,
): BinEffect => ({ on: 'bin', warehouse_id, product_id, bin, onHand, allocated: 0 })
