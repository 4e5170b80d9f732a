import { z } from 'zod'
import { must } from '../lib/must.ts'
import { MutationId, OrderId, ProductId, RowId, UserId, WarehouseId } from '../domain/ids.ts'
import { NegativeStockPolicy, Severity } from '../domain/rows.ts'
import { stockStates } from '../domain/stock.ts'
import {
  AlertDetail,
  AlertFilter,
  AlertListRow,
  AlertSummary,
  AskingAlert,
  ExceptionKind,
  ExceptionRow,
} from './alerts.ts'
import { Activity } from './activity.ts'
import { Diagnostics } from './diagnostics.ts'
import { Drill, Fleet } from './fleet.ts'
import { ledgerViews } from './ledger.ts'
import { OrderDetail, orderListParams, OrderListRow, OrdersSummary } from './orders.ts'
import { Status } from './status.ts'
import { WorkDetail, WorkFilter, WorkItem, WorkSummary } from './work.ts'

/*
 * The named, parameterised queries a window may watch. A list view answers with a window (offset, limit) of an ordered
 * list and its total; a value view answers with one value.
 */

const millis = z.number()
const StockState = z.enum(stockStates)

/** No window is larger: a list asks for what is on screen and a little around it. */
export const MAX_WINDOW = 500

const window = { offset: z.int().min(0), limit: z.int().min(1).max(MAX_WINDOW) }

export const StockFilter = z.enum(['all', 'low', 'out', 'oversold'])
export type StockFilter = z.infer<typeof StockFilter>
export const StockSort = z.enum(['sku', 'name', 'bin', 'available', 'changed'])
export type StockSort = z.infer<typeof StockSort>
export const SortDirection = z.enum(['asc', 'desc'])
export type SortDirection = z.infer<typeof SortDirection>

/** One product in one warehouse, over all its bins. */
export const StockRow = z.object({
  id: ProductId,
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  /** The first bin by name, and how many others hold it. */
  bin: z.string(),
  otherBins: z.int(),
  /** With the station's own work, also what was not sent yet. */
  onHand: z.int(),
  allocated: z.int(),
  available: z.int(),
  /** How much of `onHand` is work that was not sent: "40 (+3 not sent)". */
  unsentOnHand: z.int(),
  reorderPoint: z.int(),
  state: StockState,
  /** Server time of the last change of any of its figures. */
  changedAt: millis,
})
export type StockRow = z.infer<typeof StockRow>

export const StockDetail = z.object({
  product: z.object({
    id: ProductId,
    sku: z.string(),
    name: z.string(),
    category: z.string().nullable(),
    unit: z.string(),
    reorderPoint: z.int(),
    barcodes: z.array(z.object({ barcode: z.string(), packQuantity: z.int() })),
  }),
  onHand: z.int(),
  allocated: z.int(),
  available: z.int(),
  unsentOnHand: z.int(),
  state: StockState,
  changedAt: millis,
  bins: z.array(
    z.object({
      /** Null for a bin that only this station's work has filled yet. */
      id: RowId.nullable(),
      bin: z.string(),
      onHand: z.int(),
      allocated: z.int(),
      available: z.int(),
      unsentOnHand: z.int(),
      changedAt: millis,
    }),
  ),
})
export type StockDetail = z.infer<typeof StockDetail>

export const Summary = z.object({
  products: z.int(),
  low: z.int(),
  out: z.int(),
  oversold: z.int(),
  unitsOnHand: z.int(),
})
export type Summary = z.infer<typeof Summary>

export const WarehouseChoice = z.object({
  id: WarehouseId,
  code: z.string(),
  name: z.string(),
  timeZone: z.string(),
  negativeStock: NegativeStockPolicy,
})
export type WarehouseChoice = z.infer<typeof WarehouseChoice>

export const NotificationListRow = z.object({
  id: RowId,
  kind: z.string(),
  title: z.string(),
  body: z.string(),
  link: z.string().nullable(),
  severity: Severity,
  /** Who sent it, by the name the warehouse knows; null when the system did. */
  from: z.string().nullable(),
  createdAt: millis,
  readAt: millis.nullable(),
  /** When it was told on to the supervisors, because it stayed unread. */
  escalatedAt: millis.nullable(),
})
export type NotificationListRow = z.infer<typeof NotificationListRow>

/** Views by name: `params` in, `row` (list views) or `value` (value views) out. */
export const listViews = {
  'stock.list': {
    params: z.object({
      warehouseId: WarehouseId,
      search: z.string().max(200),
      filter: StockFilter,
      sort: StockSort,
      direction: SortDirection,
      ...window,
    }),
    row: StockRow,
  },
  'orders.list': {
    params: z.object({ ...orderListParams, ...window }),
    row: OrderListRow,
  },
  'notifications.list': {
    params: z.object({ userId: UserId, ...window }),
    row: NotificationListRow,
  },
  /** What is wrong or asks for somebody, computed here or told by the server: the most pressing first. */
  'alerts.list': {
    params: z.object({ warehouseId: WarehouseId, filter: AlertFilter, ...window }),
    row: AlertListRow,
  },
  /** What went otherwise than planned, with what can be done next. */
  'exceptions.list': {
    params: z.object({ warehouseId: WarehouseId, kind: ExceptionKind.nullable(), ...window }),
    row: ExceptionRow,
  },
  /** The signed-in person's commands at this station, newest first. */
  'work.list': { params: z.object({ filter: WorkFilter, ...window }), row: WorkItem },
} as const

export const valueViews = {
  /** Null when the product has no stock row in this warehouse (any more). */
  'stock.detail': {
    params: z.object({ warehouseId: WarehouseId, productId: ProductId }),
    value: StockDetail.nullable(),
  },
  summary: { params: z.object({ warehouseId: WarehouseId }), value: Summary },
  /** What there is to do, by status; `at` is the asker's moment, by which an order is overdue. */
  'orders.summary': { params: z.object({ warehouseId: WarehouseId, at: millis }), value: OrdersSummary },
  /** Null when there is no such order (any more). */
  'order.detail': { params: z.object({ orderId: OrderId }), value: OrderDetail.nullable() },
  'alerts.summary': { params: z.object({ warehouseId: WarehouseId }), value: AlertSummary },
  /** By a row's id or a computed alert's key. Null when there is no such alert (any more). */
  'alerts.detail': {
    params: z.object({ warehouseId: WarehouseId, id: z.string().max(200) }),
    value: AlertDetail.nullable(),
  },
  /** What was said to all and asks the person at this station for an answer: at most a day old, newest first. */
  'alerts.asking': { params: z.object({}), value: z.array(AskingAlert) },
  warehouses: { params: z.object({}), value: z.array(WarehouseChoice) },
  /** What was said in this warehouse, to the site and to the signed-in person since the session began: hints, no figures. */
  activity: { params: z.object({ warehouseId: WarehouseId }), value: Activity },
  'work.summary': { params: z.object({}), value: WorkSummary },
  'work.detail': { params: z.object({ id: MutationId }), value: WorkDetail.nullable() },
  ...ledgerViews,
  status: { params: z.object({}), value: Status },
  diagnostics: { params: z.object({}), value: Diagnostics },
  /** Stations of a warehouse, who is at them, and the work that is at risk there. */
  fleet: { params: z.object({ warehouseId: WarehouseId }), value: Fleet },
  /** This station's outage drill, and how the last one went. */
  drill: { params: z.object({}), value: Drill },
} as const

export type ListViewName = keyof typeof listViews
export type ValueViewName = keyof typeof valueViews
export type ViewName = ListViewName | ValueViewName
export type ListParams<N extends ListViewName> = z.infer<(typeof listViews)[N]['params']>
export type ListRow<N extends ListViewName> = z.infer<(typeof listViews)[N]['row']>
export type ValueParams<N extends ValueViewName> = z.infer<(typeof valueViews)[N]['params']>
export type ViewValue<N extends ValueViewName> = z.infer<(typeof valueViews)[N]['value']>

/** What a window asks to watch. */
export type ViewSpec =
  | { [N in ListViewName]: { name: N; params: ListParams<N> } }[ListViewName]
  | { [N in ValueViewName]: { name: N; params: ValueParams<N> } }[ValueViewName]

const specs = Object.entries({ ...listViews, ...valueViews }).map(([name, { params }]) =>
  z.object({ name: z.literal(name), params }),
)
const [firstSpec, ...otherSpecs] = specs

/** `ViewSpec`, parsed at the guard: every view above, by its name. */
export const ViewSpec = z.discriminatedUnion('name', [
  must(firstSpec, 'a view'),
  ...otherSpecs,
]) as unknown as z.ZodType<ViewSpec>
