import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { AlertFilter } from '#shared/protocol/alerts.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { Changeset, LineChange } from '../mirror/mirror.ts'

type AlertView = Extract<ViewSpec, { name: `alerts.${string}` | 'exceptions.list' }>
type Touched = Pick<Changeset, 'tables' | 'lines'>

const names: ReadonlySet<ViewSpec['name']> = new Set<AlertView['name']>([
  'alerts.list',
  'exceptions.list',
  'alerts.summary',
  'alerts.detail',
  'alerts.asking',
])

/** Whether a view shows alerts, and with them what this station says of them. */
export const isOfAlerts = (name: ViewSpec['name']): boolean => names.has(name)

/** Whether a commit may have changed what a view of alerts shows. It may say yes for nothing, never no for something. */
export function concernsAlerts(view: AlertView, touched: Touched): boolean {
  const { tables } = touched
  if (tables.alerts ?? tables.alert_receipts ?? tables.people ?? tables.stations) return true
  switch (view.name) {
    case 'alerts.asking':
      return false
    case 'exceptions.list':
      return isNamed(touched)
    case 'alerts.summary':
      return tables.notifications !== undefined || isShort(view.params.warehouseId, touched)
    case 'alerts.detail':
      return isNamed(touched) || isShort(view.params.warehouseId, touched, productIn(view.params.id))
    case 'alerts.list':
      return (
        isNamed(touched) ||
        (stockFilters.has(view.params.filter) && isShort(view.params.warehouseId, touched))
      )
    default:
      return unreachable(view)
  }
}

const stockFilters: ReadonlySet<AlertFilter> = new Set<AlertFilter>(['open', 'stock', 'acknowledged'])

/** What things are called. */
const isNamed = ({ tables }: Touched): boolean =>
  tables.products !== undefined || tables.sales_orders !== undefined

/** What was in stock before and is still is no alert: most commits at work are seen off here. */
const isShort = (warehouseId: WarehouseId, { lines }: Touched, product: ProductId | null = null): boolean =>
  lines.some(
    (line) =>
      line.warehouseId === warehouseId &&
      (product === null || line.productId === product) &&
      (isAlert(line.before) || isAlert(line.after)),
  )

const isAlert = (keys: LineChange['before']): boolean => keys !== null && keys.state !== 'in-stock'

/** The product of a computed alert's key; that of a row is none, and no line is about it. */
const productIn = (id: string): ProductId => id.slice(id.indexOf('/') + 1) as ProductId
