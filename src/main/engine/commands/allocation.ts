import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { OrderStatus, SalesOrderItemRow, SalesOrderRow } from '#shared/domain/rows.ts'
import type { BinEffect, Effect } from './effects.ts'
import type { BinFigures } from './look.ts'

/*
 * What orders hold back of the stock, by the same rules as the server's (`private.allocate` and `private.release` in
 * supabase/migrations): only open orders hold anything; what is promised beyond the stock stands where most was free.
 */

export const isOpen = (status: OrderStatus): boolean => status === 'pending' || status === 'picking'

/** Where nothing of a product was ever seen in a warehouse, what is promised of it stands here. */
export const NO_BIN = 'NO-BIN'

interface Place {
  warehouse_id: WarehouseId
  product_id: ProductId
}

const held = ({ warehouse_id, product_id }: Place, bin: string, allocated: number): BinEffect => ({
  on: 'bin',
  warehouse_id,
  product_id,
  bin,
  onHand: 0,
  allocated,
})

const byBin = (a: BinFigures, b: BinFigures): number => (a.bin < b.bin ? -1 : a.bin > b.bin ? 1 : 0)
const free = ({ onHand, allocated }: BinFigures): number => onHand - allocated

export function allocate(place: Place, bins: readonly BinFigures[], quantity: number): BinEffect[] {
  const fullestFirst = [...bins].sort((a, b) => free(b) - free(a) || byBin(a, b))
  const effects: BinEffect[] = []
  let open = quantity
  for (const figures of fullestFirst) {
    const taken = Math.min(Math.max(free(figures), 0), open)
    if (taken === 0) break
    effects.push(held(place, figures.bin, taken))
    open -= taken
  }
  if (open > 0) effects.push(held(place, fullestFirst[0]?.bin ?? NO_BIN, open))
  return effects
}

/** @param firstBin given back from this bin before any other */
export function release(
  place: Place,
  bins: readonly BinFigures[],
  quantity: number,
  firstBin: string | null = null,
): BinEffect[] {
  const inTurn = [...bins].sort(
    (a, b) => Number(b.bin === firstBin) - Number(a.bin === firstBin) || byBin(a, b),
  )
  const effects: BinEffect[] = []
  let open = quantity
  for (const { bin, allocated } of inTurn) {
    const given = Math.min(Math.max(allocated, 0), open)
    if (given > 0) effects.push(held(place, bin, -given))
    open -= given
  }
  return effects
}

/** What is still to be picked of each product of an order. */
export function restByProduct(lines: readonly SalesOrderItemRow[]): Map<ProductId, number> {
  const rest = new Map<ProductId, number>()
  for (const { product_id, quantity_ordered, quantity_picked } of lines) {
    const open = Math.max(quantity_ordered - quantity_picked, 0)
    if (open > 0) rest.set(product_id, (rest.get(product_id) ?? 0) + open)
  }
  return rest
}

/** An order goes to another status, and what it holds back with it. */
export function goTo(
  order: SalesOrderRow,
  status: OrderStatus,
  lines: readonly SalesOrderItemRow[],
  binsOf: (product: ProductId) => readonly BinFigures[],
): Effect[] {
  const { id: order_id, warehouse_id } = order
  const effects: Effect[] = [{ on: 'order', warehouse_id, order_id, status }]
  const takes = !isOpen(order.status) && isOpen(status)
  const gives = isOpen(order.status) && !isOpen(status)
  if (!takes && !gives) return effects
  for (const [product_id, rest] of restByProduct(lines)) {
    const place = { warehouse_id, product_id }
    effects.push(...(takes ? allocate : release)(place, binsOf(product_id), rest))
  }
  return effects
}
