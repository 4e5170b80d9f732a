import { useState } from 'react'
import type { OrderId, WarehouseId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { OrderDetail, OrdersSummary } from '#shared/protocol/orders.ts'
import type { ValueState } from '../stores/value-store.ts'
import { useRealtimeTable, type RealtimeTable, type TableParams } from './use-realtime-table.ts'
import { useValueView } from './use-value-view.ts'

/**
 * The live sales orders.
 * @param status null for all
 * @param warehouseId null for all warehouses of this user
 * @param narrowed what else narrows the list, and its order: by urgency unless it says otherwise
 */
export function useRealtimeOrders(
  status: OrderStatus | null,
  warehouseId: WarehouseId | null = null,
  narrowed: Omit<TableParams<'orders.list'>, 'status' | 'warehouseId'> = {},
): RealtimeTable<'orders.list'> {
  return useRealtimeTable('orders.list', { warehouseId, status, ...narrowed })
}

/** What there is to do by status, as of the beginning of this minute. Stays while the next minute is asked for. */
export function useOrdersSummary(warehouseId: WarehouseId, at: Millis): OrdersSummary | undefined {
  const { value } = useValueView<'orders.summary'>({ name: 'orders.summary', params: { warehouseId, at } })
  const [last, setLast] = useState({ warehouseId, value })
  if (value !== undefined && (last.value !== value || last.warehouseId !== warehouseId))
    setLast({ warehouseId, value })
  return value ?? (last.warehouseId === warehouseId ? last.value : undefined)
}

/** One order with its lines, and what was done to it here. */
export const useOrderDetail = (orderId: OrderId | null): ValueState<OrderDetail | null> =>
  useValueView<'order.detail'>(orderId && { name: 'order.detail', params: { orderId } })
