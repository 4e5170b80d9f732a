import type { ListParams, ViewSpec } from '#shared/protocol/views.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { Changeset, LineChange, LineKeys, MirrorReader } from '../mirror/mirror.ts'
import { concernsAlerts, isOfAlerts } from '../alerts/alert-concerns.ts'
import { lineOrder } from '../mirror/line-order.ts'
import type { ViewAnswer } from './answers.ts'
import { concernsOrders } from './order-concerns.ts'

/**
 * Whether a commit may have changed what a view shows. It may say yes for nothing, never no for something: the view is
 * then run and compared. Most commits concern no row in any window, and are seen off here without a query.
 */
export function concerns(
  view: ViewSpec,
  shown: ViewAnswer,
  { everything, tables, stock, lines, orders }: Changeset,
  mirror: MirrorReader,
): boolean {
  if (view.name === 'status' || view.name === 'diagnostics' || view.name === 'drill') return false
  if (everything) return true
  switch (view.name) {
    case 'stock.list':
      return stock.has(view.params.warehouseId) && concernsList(view.params, shown, lines, mirror)
    case 'stock.detail':
      return stock.get(view.params.warehouseId)?.has(view.params.productId) ?? false
    case 'summary':
      return stock.has(view.params.warehouseId)
    case 'pulse':
      return stock.has(view.params.warehouseId) || tables.sales_orders !== undefined
    case 'ledger.names':
      return tables.people !== undefined || tables.stations !== undefined
    case 'ledger.unsettled': {
      const { warehouseId, productId } = view.params
      const moved = stock.get(warehouseId)
      return moved !== undefined && (productId === null || moved.has(productId))
    }
    case 'orders.ages':
      return tables.sales_orders !== undefined
    case 'warehouses':
      return tables.warehouses !== undefined
    case 'orders.list':
    case 'orders.summary':
    case 'order.detail':
      return concernsOrders(view, shown, { tables, stock, orders })
    case 'notifications.list':
      return tables.notifications !== undefined
    case 'alerts.list':
    case 'exceptions.list':
    case 'alerts.summary':
    case 'alerts.detail':
    case 'alerts.asking':
      return concernsAlerts(view, { tables, lines })
    case 'fleet':
      return tables.stations !== undefined || tables.people !== undefined
    // Where a command stands is not the mirror's to say; what its things are called, and how they stand now, is.
    case 'work.list':
      return tables.products !== undefined || tables.sales_orders !== undefined
    case 'work.detail':
      return tables.products !== undefined || tables.sales_orders !== undefined || stock.size > 0
    // What is heard is not the mirror's to say; what people and things are called is.
    case 'activity':
      return Boolean(tables.people ?? tables.stations ?? tables.products ?? tables.sales_orders)
    case 'work.summary':
      return false
    default:
      return unreachable(view)
  }
}

/** Whether it shows the station's own work. */
export const isOfWork = ({ name }: ViewSpec): boolean =>
  name === 'ledger.unsettled' ||
  name === 'work.list' ||
  name === 'work.summary' ||
  name === 'work.detail' ||
  name === 'order.detail' ||
  isOfAlerts(name)

type Side = 'before' | 'inside' | 'after'

const staysOutside = (from: Side, to: Side): boolean => from === to && from !== 'inside'

/** A change elsewhere in the list concerns a window only if it moves a row past it, or changes how long the list is. */
function concernsList(
  { warehouseId, search, filter, sort, direction }: ListParams<'stock.list'>,
  shown: ViewAnswer,
  lines: readonly LineChange[],
  mirror: MirrorReader,
): boolean {
  const ids = new Set(shown.result.kind === 'list' ? shown.result.rows.map(({ id }) => id) : [])
  const compare = lineOrder(sort, direction)
  const first = shown.keys[0]
  const last = shown.keys.at(-1)
  const listed = (keys: LineKeys | null): keys is LineKeys =>
    keys !== null && (filter === 'all' || keys.state === filter)
  const side = (keys: LineKeys): Side => {
    if (!first || !last) return 'before'
    if (compare(keys, first) < 0) return 'before'
    return compare(keys, last) > 0 ? 'after' : 'inside'
  }
  return lines.some(({ warehouseId: at, productId, before, after, texts }) => {
    if (at !== warehouseId) return false
    if (ids.has(productId)) return true
    const was = listed(before)
    const is = listed(after)
    if (!was && !is) return false
    if (search !== '' && texts) return true
    if (was && is && staysOutside(side(before), side(after))) return false
    return search === '' || mirror.isFound(productId, search)
  })
}
