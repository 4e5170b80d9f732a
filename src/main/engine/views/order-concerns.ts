import type { OrderDetail } from '#shared/protocol/orders.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import type { Changeset, OrderChange, OrderKeys } from '../mirror/mirror.ts'
import { isListed, orderOrder, type OrderQuery } from '../mirror/order-order.ts'
import type { ViewAnswer } from './answers.ts'

type OrderView = Extract<ViewSpec, { name: 'orders.list' | 'orders.summary' | 'order.detail' }>

/** Whether a commit may have changed what a view of orders shows. */
export function concernsOrders(
  view: OrderView,
  shown: ViewAnswer,
  { tables, stock, orders }: Pick<Changeset, 'tables' | 'stock' | 'orders'>,
): boolean {
  switch (view.name) {
    case 'orders.list':
      return orders.length > 0 && concernsList(view.params, shown, orders)
    case 'orders.summary':
      return orders.some(({ warehouseId }) => warehouseId === view.params.warehouseId)
    case 'order.detail':
      return (
        tables.products !== undefined ||
        orders.some(({ id }) => id === view.params.orderId) ||
        (stock.size > 0 && concernsLines(shown, stock))
      )
  }
}

/** The bins of its products moved. */
function concernsLines({ result }: ViewAnswer, stock: Changeset['stock']): boolean {
  const detail = result.kind === 'value' ? (result.value as OrderDetail | null) : null
  const moved = detail && stock.get(detail.warehouseId)
  return detail !== null && moved ? detail.lines.some(({ product }) => moved.has(product.id)) : false
}

type Side = 'before' | 'inside' | 'after'

/** A change elsewhere in the list concerns a window only if it moves an order past it, or changes how long the list is. */
function concernsList(query: OrderQuery, shown: ViewAnswer, orders: readonly OrderChange[]): boolean {
  const keys = shown.orders ?? []
  const ids = new Set<string>(keys.map(({ id }) => id))
  const compare = orderOrder(query)
  const [first, last] = [keys[0], keys.at(-1)]
  const side = (one: OrderKeys): Side => {
    if (!first || !last || compare(one, first) < 0) return 'before'
    return compare(one, last) > 0 ? 'after' : 'inside'
  }
  return orders.some(({ warehouseId, id, before, after, texts }) => {
    if (query.warehouseId !== null && warehouseId !== query.warehouseId) return false
    if (ids.has(id)) return true
    const was = isListed(before, query)
    const is = isListed(after, query)
    if (!was && !is) return false
    if (!was || !is || (texts && (query.search ?? '') !== '')) return true
    const [from, to] = [side(before), side(after)]
    return from !== to || from === 'inside'
  })
}
