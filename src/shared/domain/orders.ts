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

/** The statuses in the order in which orders go through them; the last two are where they leave the way. */
export const statusOrder = [
  'pending',
  'picking',
  'packed',
  'shipped',
  'failed',
  'cancelled',
] as const satisfies readonly OrderStatus[]

/** Something of it is still to be picked. */
export const isToPick = (order: {
  status: OrderStatus
  unitsPicked: number
  unitsOrdered: number
}): boolean =>
  (order.status === 'pending' || order.status === 'picking') && order.unitsPicked < order.unitsOrdered

/** Whether it still has to be shipped: only then can it be late. */
export const isToDo = (status: OrderStatus): boolean =>
  status === 'pending' || status === 'picking' || status === 'packed'
