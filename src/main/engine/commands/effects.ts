import type { OrderId, ProductId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import type { OrderStatus, SalesOrderItemRow, SalesOrderRow } from '#shared/domain/rows.ts'

/*
 * What a command changes, as the station expects it. Figures are differences, so that they hold on whatever the server
 * brings meanwhile; a status is what it becomes.
 */

export interface BinEffect {
  on: 'bin'
  warehouse_id: WarehouseId
  product_id: ProductId
  bin: string
  onHand: number
  allocated: number
}

/** `warehouse_id` of an order's effects is the order's own: the unit of sharing that will bring them. */
export type Effect =
  | BinEffect
  | { on: 'order'; warehouse_id: WarehouseId; order_id: OrderId; status: OrderStatus }
  | { on: 'order-line'; warehouse_id: WarehouseId; order_id: OrderId; id: RowId; picked: number }
  | { on: 'new-order'; order: SalesOrderRow; lines: SalesOrderItemRow[] }
  | { on: 'notification'; id: RowId; read: boolean }

/** Whether an effect leaves everything as it is. */
const isNothing = (effect: Effect): boolean =>
  effect.on === 'bin'
    ? effect.onHand === 0 && effect.allocated === 0
    : effect.on === 'order-line' && effect.picked === 0

/** Effects on the same bin or line as one, those without effect left out. */
export function summed(effects: readonly Effect[]): Effect[] {
  const sums = new Map<string, Effect>()
  for (const effect of effects) {
    const key = keyOf(effect)
    const before = sums.get(key)
    sums.set(key, before ? added(before, effect) : effect)
  }
  return [...sums.values()].filter((effect) => !isNothing(effect))
}

function keyOf(effect: Effect): string {
  switch (effect.on) {
    case 'bin':
      return `bin ${effect.warehouse_id} ${effect.product_id} ${effect.bin}`
    case 'order':
      return `order ${effect.order_id}`
    case 'order-line':
      return `line ${effect.id}`
    case 'new-order':
      return `new ${effect.order.id}`
    case 'notification':
      return `notification ${effect.id}`
  }
}

/** The later of two on the same thing stands, but for figures, which add up. */
function added(before: Effect, next: Effect): Effect {
  if (before.on === 'bin' && next.on === 'bin') {
    return { ...next, onHand: before.onHand + next.onHand, allocated: before.allocated + next.allocated }
  }
  if (before.on === 'order-line' && next.on === 'order-line') {
    return { ...next, picked: before.picked + next.picked }
  }
  return next
}
