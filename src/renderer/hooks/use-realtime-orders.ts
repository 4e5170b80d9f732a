import type { WarehouseId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import { useRealtimeTable, type RealtimeTable } from './use-realtime-table.ts'

/**
 * The live sales orders.
 * @param status null for all
 * @param warehouseId null for all warehouses of this user
 */
export function useRealtimeOrders(
  status: OrderStatus | null,
  warehouseId: WarehouseId | null = null,
): RealtimeTable<'orders.list'> {
  return useRealtimeTable('orders.list', { warehouseId, status })
}
