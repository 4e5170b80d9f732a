import type { WarehouseId } from '#shared/domain/ids.ts'
import type { SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import { useRealtimeTable, type RealtimeTable } from './use-realtime-table.ts'

export interface InventoryOptions {
  readonly search: string
  readonly filter: StockFilter
  readonly sort: StockSort
  readonly direction: SortDirection
}

/** The live stock of one warehouse, one row for each product. */
export function useRealtimeInventory(
  warehouseId: WarehouseId | null,
  options: InventoryOptions,
): RealtimeTable<'stock.list'> {
  return useRealtimeTable('stock.list', warehouseId && { warehouseId, ...options })
}
