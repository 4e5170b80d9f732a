import type { OrderStatus } from './rows.ts'

/** Where an order may go from where, the likeliest first; cancelling is a command of its own. The server decides. */
const ways: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['picking', 'failed'],
  picking: ['packed', 'pending', 'failed'],
  packed: ['shipped', 'picking'],
  failed: ['pending'],
  shipped: [],
  cancelled: [],
}

/** @param isPicked whether anything of it was picked: then it does not go back to waiting */
export const nextSteps = (status: OrderStatus, isPicked: boolean): OrderStatus[] =>
  ways[status].filter((to) => to !== 'pending' || !isPicked)

export const isCancellable = (status: OrderStatus): boolean =>
  status === 'pending' || status === 'picking' || status === 'failed'
