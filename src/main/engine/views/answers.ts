import type { ViewResult } from '#shared/protocol/delta.ts'
import { noActivity, type Activity } from '#shared/protocol/activity.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { AlertSummary } from '#shared/protocol/alerts.ts'
import type { Drill } from '#shared/protocol/fleet.ts'
import type { LedgerNames } from '#shared/protocol/ledger.ts'
import type { Status } from '#shared/protocol/status.ts'
import type { ListParams, ValueParams, ViewSpec } from '#shared/protocol/views.ts'
import type { WorkSummary } from '#shared/protocol/work.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { AlertReader } from '../alerts/alert-reader.ts'
import { unsettledMovements } from '../ledger/unsettled.ts'
import type { MirrorReader, OrderKeys, Page, StockPage } from '../mirror/mirror.ts'
import type { WorkReader } from '../outbox/work.ts'
import { fleetOf, type FleetFacts } from './fleet-view.ts'
import { StockWindow } from './stock-window.ts'

/** A view's answer, with what is needed to tell whether a later change concerns it. */
export interface ViewAnswer {
  result: ViewResult
  /** Of a stock list. */
  stock?: StockWindow
  /** Keys of the rows of a list of orders, in the order of the rows. */
  orders?: readonly OrderKeys[]
}

/** What the station says of itself. Diagnostics are gathered only when a window looks at them. */
export interface StationFacts {
  status: Status
  diagnostics: () => Diagnostics
  fleet: () => FleetFacts
  drill: Drill
  /** What the signed-in person's session has heard; null when nobody is signed in. */
  activity: ActivityReader | null
}

/** Throws MirrorError when a name cannot be read. */
export type ActivityReader = (params: ValueParams<'activity'>) => Activity

/** Runs a view. Without a mirror (nobody is signed in) or an outbox lists are empty and values are blank. */
export function answerOf(
  view: ViewSpec,
  mirror: MirrorReader | null,
  work: WorkReader | null,
  station: StationFacts,
  alerts: AlertReader | null = null,
): ViewAnswer {
  switch (view.name) {
    case 'stock.list': {
      const page = mirror?.stockList(view.params)
      return page ? stockAnswer(view.params, page) : list(view.params.offset, undefined)
    }
    case 'orders.list': {
      const page = mirror?.orders(view.params)
      return { ...list(view.params.offset, page), orders: page?.keys ?? [] }
    }
    case 'orders.summary':
      return value(mirror?.orderSummary(view.params) ?? [])
    case 'order.detail': {
      const detail = mirror?.orderDetail(view.params) ?? null
      return value(detail && { ...detail, history: work?.ofOrder(view.params.orderId) ?? [] })
    }
    case 'notifications.list':
      return list(view.params.offset, mirror?.notifications(view.params))
    case 'alerts.list':
      return list(view.params.offset, alerts?.list(view.params, station.fleet()))
    case 'exceptions.list':
      return list(view.params.offset, alerts?.exceptions(view.params, station.fleet()))
    case 'alerts.summary':
      return value(alerts?.summary(view.params, station.fleet()) ?? noAlerts)
    case 'alerts.detail':
      return value(alerts?.detail(view.params, station.fleet()) ?? null)
    case 'alerts.asking':
      return value(alerts?.asking(station.fleet()) ?? [])
    case 'work.list':
      return list(view.params.offset, work?.list(view.params))
    case 'work.summary':
      return value(work?.summary() ?? noWork)
    case 'work.detail':
      return value(work?.detail(view.params) ?? null)
    case 'stock.detail':
      return value(mirror?.stockDetail(view.params) ?? null)
    case 'summary':
      return value(mirror?.summary(view.params) ?? noStock)
    case 'pulse':
      return value(mirror?.pulse(view.params) ?? { epoch: null, seq: 0 })
    case 'ledger.names':
      return value(namesIn(mirror, view.params))
    case 'ledger.unsettled':
      return value(mirror ? unsettledMovements(view.params, mirror, work) : [])
    case 'orders.ages':
      return value(mirror?.orderAges(view.params) ?? [])
    case 'warehouses':
      return value(mirror?.warehouses() ?? [])
    case 'activity':
      return value(station.activity?.(view.params) ?? noActivity)
    case 'status':
      return value(station.status)
    case 'diagnostics':
      return value(station.diagnostics())
    case 'fleet': {
      const told = mirror?.fleet(view.params) ?? { stations: [], people: [] }
      return value(fleetOf(told, view.params.warehouseId, station.fleet()))
    }
    case 'drill':
      return value(station.drill)
    default:
      return unreachable(view)
  }
}

const noWork: WorkSummary = { unsent: 0, oldestUnsentAt: null, refused: 0, unsentOfOthers: 0 }
const noStock = { products: 0, low: 0, out: 0, oversold: 0, unitsOnHand: 0 }

const noAlerts: AlertSummary = {
  low: 0,
  out: 0,
  oversold: 0,
  others: 0,
  critical: 0,
  exceptions: 0,
  unreadNotifications: 0,
}

/** Whom the ledger can be asked for: also those who have left. */
function namesIn(mirror: MirrorReader | null, params: ValueParams<'ledger.names'>): LedgerNames {
  const { people, stations } = mirror?.fleet(params) ?? { people: [], stations: [] }
  return {
    people: people.map(({ userId: id, name }) => ({ id, name })),
    stations: stations.map(({ id, name }) => ({ id, name })),
  }
}

const list = (offset: number, page: Page<{ id: string }> | undefined): ViewAnswer => ({
  result: { kind: 'list', total: page?.total ?? 0, offset, rows: page?.rows ?? [] },
})

const stockAnswer = (params: ListParams<'stock.list'>, page: StockPage): ViewAnswer => ({
  ...list(params.offset, page),
  stock: new StockWindow(params, page),
})

/** The answer again, with only those rows read that commits have changed since; null where that does not tell it. */
export function readAgain(shown: ViewAnswer, mirror: MirrorReader): ViewAnswer | null {
  const { result, stock } = shown
  const page = result.kind === 'list' && stock?.read(mirror)
  return page ? { ...shown, result: { ...result, rows: page.rows } } : null
}

const value = (of: unknown): ViewAnswer => ({ result: { kind: 'value', value: of } })
