import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow } from '#shared/protocol/views.ts'

/*
 * Where an order may go from where, for offering the steps; the engine and the server decide. The likeliest first.
 */
const ways: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['picking', 'failed'],
  picking: ['packed', 'pending', 'failed'],
  packed: ['shipped', 'picking'],
  failed: ['pending'],
  shipped: [],
  cancelled: [],
}

/** An order of which something was picked does not go back to waiting. */
export const nextSteps = ({
  status,
  unitsPicked,
}: Pick<OrderListRow, 'status' | 'unitsPicked'>): OrderStatus[] =>
  ways[status].filter((to) => to !== 'pending' || unitsPicked === 0)

export const isCancellable = ({ status }: Pick<OrderListRow, 'status'>): boolean =>
  status === 'pending' || status === 'picking' || status === 'failed'
