import { nextSteps } from '#shared/domain/orders.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { useDo } from '../work/use-do.ts'

/** Where an order may go from here, the likeliest first; its keys are 1 to 4 in this order. */
export const stepsOf = ({ status, unitsPicked }: OrderListRow): OrderStatus[] =>
  nextSteps(status, unitsPicked > 0)

/** Takes an order a step further: drawn at once, kept on disk, sent when it can be. */
export function useAdvance(warehouseId: WarehouseId): (order: OrderListRow, to: OrderStatus) => void {
  const { act } = useDo()
  return ({ id: orderId, status: from, number }, to) =>
    void act(
      `advance ${orderId} ${from} ${to}`,
      (id) => ({
        ...{ kind: 'order.advance', mutation_id: id, warehouse_id: warehouseId, order_id: orderId },
        ...{ from, to },
      }),
      { product: null, order: { id: orderId, number } },
    )
}
