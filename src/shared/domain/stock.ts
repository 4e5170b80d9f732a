/** How a product stands in one warehouse, over all its bins. */
export type StockState = 'in-stock' | 'low' | 'out' | 'oversold'

export const stockStates = ['in-stock', 'low', 'out', 'oversold'] as const satisfies readonly StockState[]

/** What may still be promised: on hand minus allocated, never shown below 0 (then it is `oversold`). */
export function availableQuantity(onHand: number, allocated: number): number {
  return Math.max(0, onHand - allocated)
}

/**
 * The state of a figure, the worst that is true of it.
 * @param onHand whole base units on the shelves; below 0 when more was taken than was booked in
 * @param allocated whole base units promised to open orders
 * @param reorderPoint available units at or below which it is `low`
 */
export function stockState(onHand: number, allocated: number, reorderPoint: number): StockState {
  if (allocated > onHand) return 'oversold'
  const available = onHand - allocated
  if (available <= 0) return 'out'
  return available <= reorderPoint ? 'low' : 'in-stock'
}
