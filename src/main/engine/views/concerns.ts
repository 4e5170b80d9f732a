import type { ViewSpec } from '#shared/protocol/views.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { Changeset, MirrorReader } from '../mirror/mirror.ts'
import { concernsAlerts, isOfAlerts } from '../alerts/alert-concerns.ts'
import type { ViewAnswer } from './answers.ts'
import { concernsOrders } from './order-concerns.ts'
import type { Concern } from './stock-window.ts'

/**
 * Whether a commit may have changed what a view shows. It may say yes for nothing, never no for something: the view is
 * then run and compared. Most commits concern no row in any window, and are seen off here without a query.
 */
export function concerns(
  view: ViewSpec,
  shown: ViewAnswer,
  changeset: Changeset,
  mirror: MirrorReader,
): Concern {
  if (view.name === 'stock.list') {
    const { everything, stock, lines } = changeset
    if (everything || !shown.stock) return 'whole'
    return stock.has(view.params.warehouseId) ? shown.stock.take(lines, mirror) : 'none'
  }
  return concernsAll(view, shown, changeset) ? 'whole' : 'none'
}

/** Of a view that is always run as a whole. */
function concernsAll(
  view: Exclude<ViewSpec, { name: 'stock.list' }>,
  shown: ViewAnswer,
  { everything, tables, stock, lines, orders }: Changeset,
): boolean {
  if (view.name === 'status' || view.name === 'diagnostics' || view.name === 'drill') return false
  if (everything) return true
  switch (view.name) {
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
