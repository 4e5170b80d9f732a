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

const byBin = (a: { bin: string }, b: { bin: string }): number => (a.bin < b.bin ? -1 : a.bin > b.bin ? 1 : 0)
const free = ({ onHand, allocated }: BinFigures): number => onHand - allocated

/** Bins whose allocation a command changed by so much: what its undo goes by. */
export type Holds = readonly Pick<BinEffect, 'bin' | 'allocated'>[]

/** @param before the holds of what is taken back: what it gave back is held there again, before anywhere else */
export function allocate(
  place: Place,
  bins: readonly BinFigures[],
  quantity: number,
  before: Holds = [],
): BinEffect[] {
  const effects: BinEffect[] = []
  let open = quantity
  const hold = (bin: string, most: number): boolean => {
    const taken = Math.min(most, open)
    if (taken <= 0) return false
    effects.push(held(place, bin, taken))
    open -= taken
    return true
  }
  for (const { bin, allocated } of [...before].sort(byBin)) if (isThere(bins, bin)) hold(bin, -allocated)
  const now = withHolds(bins, effects)
  const fullestFirst = now.sort((a, b) => free(b) - free(a) || byBin(a, b))
  for (const figures of fullestFirst) if (!hold(figures.bin, free(figures))) break
  hold(fullestFirst[0]?.bin ?? NO_BIN, open)
  return effects
}

/**
 * @param firstBin given back from this bin before any other
 * @param before the holds of what is taken back: what it held is given back there, before anywhere else
 */
export function release(
  place: Place,
  bins: readonly BinFigures[],
  quantity: number,
  firstBin: string | null = null,
  before: Holds = [],
): BinEffect[] {
  const effects: BinEffect[] = []
  let open = quantity
  const give = ({ bin, allocated }: BinFigures, most = Infinity): void => {
    const given = Math.min(Math.max(allocated, 0), most, open)
    if (given <= 0) return
    effects.push(held(place, bin, -given))
    open -= given
  }
  for (const { bin, allocated } of [...before].sort(byBin)) {
    const figures = bins.find((one) => one.bin === bin)
    if (figures) give(figures, allocated)
  }
  const inTurn = withHolds(bins, effects).sort(
    (a, b) => Number(b.bin === firstBin) - Number(a.bin === firstBin) || byBin(a, b),
  )
  for (const figures of inTurn) give(figures)
  return effects
}

const isThere = (bins: readonly BinFigures[], bin: string): boolean => bins.some((one) => one.bin === bin)

const withHolds = (bins: readonly BinFigures[], holds: Holds): BinFigures[] =>
  bins.map((figures) => ({
    ...figures,
    allocated: holds
      .filter(({ bin }) => bin === figures.bin)
      .reduce((sum, { allocated }) => sum + allocated, figures.allocated),
  }))

/** What a command changed of a product's allocation. */
export const holdsOn = (product: ProductId, effects: readonly Effect[]): BinEffect[] =>
  effects.filter(
    (effect) => effect.on === 'bin' && effect.product_id === product && effect.allocated !== 0,
  ) as BinEffect[]

/** What is still to be picked of each product of an order. */
export function restByProduct(lines: readonly SalesOrderItemRow[]): Map<ProductId, number> {
  const rest = new Map<ProductId, number>()
  for (const { product_id, quantity_ordered, quantity_picked } of lines) {
    const open = Math.max(quantity_ordered - quantity_picked, 0)
    if (open > 0) rest.set(product_id, (rest.get(product_id) ?? 0) + open)
  }
  return rest
}

/**
 * An order goes to another status, and what it holds back with it.
 * @param before what the step that is taken back changed, if it is one
 */
export function goTo(
  order: SalesOrderRow,
  status: OrderStatus,
  lines: readonly SalesOrderItemRow[],
  binsOf: (product: ProductId) => readonly BinFigures[],
  before: readonly Effect[] = [],
): Effect[] {
  const { id: order_id, warehouse_id } = order
  const effects: Effect[] = [{ on: 'order', warehouse_id, order_id, status }]
  const takes = !isOpen(order.status) && isOpen(status)
  const gives = isOpen(order.status) && !isOpen(status)
  if (!takes && !gives) return effects
  for (const [product_id, rest] of restByProduct(lines)) {
    const place = { warehouse_id, product_id }
    const bins = binsOf(product_id)
    const holds = holdsOn(product_id, before)
    effects.push(...(takes ? allocate(place, bins, rest, holds) : release(place, bins, rest, null, holds)))
  }
  return effects
}
