import type { ViewSpec } from '#shared/protocol/views.ts'
import type { Changeset } from '../mirror/mirror.ts'
import type { ViewAnswer } from '../views/answers.ts'

type AlertView = Extract<ViewSpec, { name: `alerts.${string}` | 'exceptions.list' }>

const names: ReadonlySet<ViewSpec['name']> = new Set<AlertView['name']>([
  'alerts.list',
  'exceptions.list',
  'alerts.summary',
  'alerts.detail',
  'alerts.asking',
])

/** Whether a view shows alerts, and with them what this station says of them. */
export const isOfAlerts = (name: ViewSpec['name']): boolean => names.has(name)

/** Whether a commit may have changed what a view of alerts shows. */
export function concernsAlerts(
  view: AlertView,
  _shown: ViewAnswer,
  { tables, stock }: Pick<Changeset, 'tables' | 'stock' | 'lines'>,
): boolean {
  const told = tables.alerts !== undefined || tables.alert_receipts !== undefined
  const named = tables.people !== undefined || tables.stations !== undefined
  switch (view.name) {
    case 'alerts.asking':
      return told || named
    case 'alerts.summary':
      return told || named || tables.notifications !== undefined || stock.has(view.params.warehouseId)
    case 'exceptions.list':
      return told || named || tables.products !== undefined || tables.sales_orders !== undefined
    case 'alerts.list':
    case 'alerts.detail':
      return (
        told ||
        named ||
        stock.has(view.params.warehouseId) ||
        tables.products !== undefined ||
        tables.sales_orders !== undefined
      )
  }
}
