import type { MemberRole } from '#shared/domain/rows.ts'
import type { OrderId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { SalesOrderRow } from '#shared/domain/rows.ts'
import type { Look } from './look.ts'
import { stop, warn } from './spec.ts'
import type { Objection } from './spec.ts'

/* What several kinds ask. The server asks the same again: it alone decides. */

const rank: Record<MemberRole, number> = { viewer: 1, picker: 2, supervisor: 3, manager: 4 }

export function checkRole(look: Look, warehouse: WarehouseId, needed: MemberRole): Objection | null {
  if (look.warehouse(warehouse) === null) return stop('unknown_warehouse', { warehouse_id: warehouse })
  const role = look.role(warehouse)
  return role !== null && rank[role] >= rank[needed]
    ? null
    : stop('not_allowed', { warehouse_id: warehouse, role, needed })
}

export const checkProduct = (look: Look, product: ProductId): Objection | null =>
  look.product(product) === null ? stop('unknown_product', { product_id: product }) : null

interface StockWork {
  warehouse_id: WarehouseId
  product_id: ProductId
}

/** The rights and the product that all work on stock needs. */
export const checkStockWork = (look: Look, { warehouse_id, product_id }: StockWork): Objection | null =>
  checkRole(look, warehouse_id, 'picker') ?? checkProduct(look, product_id)

/** Where a warehouse refuses to go below 0. Only a warning: somebody else may have filled the bin meanwhile. */
export function checkEnough(
  look: Look,
  { warehouse_id, product_id, bin, quantity }: StockWork & { bin: string; quantity: number },
): Objection | null {
  if (look.warehouse(warehouse_id)?.negative_stock !== 'refuse') return null
  const onHand = look.bins(warehouse_id, product_id).find((figures) => figures.bin === bin)?.onHand ?? 0
  return onHand >= quantity ? null : warn('insufficient_stock', { bin, on_hand: onHand, asked: quantity })
}

/** @returns the order, or why it cannot be worked on as the person saw it */
export function seenOrder(look: Look, id: OrderId, from: string): SalesOrderRow | Objection {
  const order = look.order(id)
  if (order === null) return stop('unknown_order', { order_id: id })
  if (order.status !== from)
    return stop('stale_version', { number: order.number, seen: from, status: order.status })
  return order
}

export const isObjection = (value: object): value is Objection => 'level' in value
