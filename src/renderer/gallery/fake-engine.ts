import type { Delta, Snapshot, ViewId, ViewResult } from '#shared/protocol/delta.ts'
import type { ShelfApi } from '#shared/protocol/shelf-api.ts'
import type { Answer, AskChannel, HearChannel, Heard, Question } from '#shared/protocol/contract.ts'
import { failed, ok, type ErrorCode, type Reply } from '#shared/protocol/reply.ts'
import { noActivity, type Activity } from '#shared/protocol/activity.ts'
import type { AlertDetail, AlertListRow, AskingAlert, ExceptionRow } from '#shared/protocol/alerts.ts'
import type { Drill, Fleet } from '#shared/protocol/fleet.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import type { Status } from '#shared/protocol/status.ts'
import type {
  ListParams,
  NotificationListRow,
  StockDetail,
  StockRow,
  ViewSpec,
  WarehouseChoice,
} from '#shared/protocol/views.ts'
import { orderDetail, orderSummary, ordersIn } from './fake-orders.ts'
import { alertDetail, alertSummary, alertsIn } from './fake-alerts.ts'
import type { RowId } from '#shared/domain/ids.ts'
import { answerLedger, ledgerNames, orderAges, unsettled } from './fake-ledger.ts'
import { answerPaper, type FakePaper } from './fake-paper.ts'
import { answerWork, workList, workSummary, type FakeRules, type WorkRecord } from './fake-work.ts'

/** What the stand-in engine knows; views are run over it afresh after each change. */
export interface World {
  status: Status
  diagnostics: Diagnostics
  about: Answer<'app.about'>
  desktop: Answer<'settings.desktop-notifications'>
  warehouses: WarehouseChoice[]
  stock: StockRow[]
  orders: OrderListRow[]
  notifications: NotificationListRow[]
  /** Every alert, open or not, the most pressing first. */
  alerts?: AlertListRow[]
  /** Who answered, and who did not, by alert. */
  alertReceipts?: Readonly<Record<string, Omit<AlertDetail, 'alert'>>>
  exceptions?: ExceptionRow[]
  asking?: AskingAlert[]
  activity?: Activity
  fleet?: Fleet
  drill?: Drill
  /** Newest first. */
  work: WorkRecord[]
  unsentOfOthers: number
  paper: FakePaper
  rules: FakeRules
  /** The terminal's clock. */
  now: Millis
  /** How the next questions of these channels fail. */
  failures: Partial<Record<AskChannel, ErrorCode>>
  /** Questions whose next answer is lost on the way, after they were answered. */
  lostAnswers?: AskChannel[]
  /** Views whose questions fail, and views that are never answered. */
  /** Questions that are never answered. */
  silentAsks?: AskChannel[]
  failingViews?: ViewSpec['name'][]
  silentViews?: ViewSpec['name'][]
  /** How long an answer takes, in milliseconds. */
  answerMs: number
}

interface OpenView {
  readonly view: ViewSpec
  readonly epoch: number
  seq: number
  last: ViewResult
}

/** A stand-in for the engine that keeps to its contract: snapshots, numbered deltas, epochs. */
export interface FakeEngine {
  readonly shelf: ShelfApi
  /** Changes the world, then posts what differs. */
  change(edit: (world: World) => void): void
  /** Forgets all views, as a new engine would. */
  restart(): void
  /** What was asked, newest last. */
  readonly asked: { channel: AskChannel; question: unknown }[]
  openViews(): number
}

export function createFakeEngine(world: World): FakeEngine {
  const views = new Map<ViewId, OpenView>()
  const listeners: { [C in HearChannel]: Set<(message: Heard<C>) => void> } = {
    'view.delta': new Set(),
    'paper.changed': new Set(),
    'notification.clicked': new Set(),
    'engine.restarted': new Set(),
  }
  const asked: FakeEngine['asked'] = []
  let epoch = 0

  function open({ viewId, view }: Question<'view.open'>): Reply<Snapshot> {
    if (world.failingViews?.includes(view.name)) return failed('internal', 'Made to fail.', true)
    const result = run(world, view)
    epoch += 1
    views.set(viewId, { view, epoch, seq: 0, last: result })
    return ok({ viewId, epoch, seq: 0, result })
  }

  function post(): void {
    for (const [viewId, view] of views) {
      const result = run(world, view.view)
      const change = difference(view.last, result)
      if (!change) continue
      view.seq += 1
      view.last = result
      const delta: Delta = { viewId, epoch: view.epoch, seq: view.seq, change }
      for (const listener of listeners['view.delta']) listener(structuredClone(delta))
    }
  }

  function answer(channel: AskChannel, question: unknown): Reply<unknown> {
    const failure = world.failures[channel]
    if (failure) return failed(failure, `Made to fail: ${failure}.`, true)
    switch (channel) {
      case 'view.open':
        return open(question as Question<'view.open'>)
      case 'view.close':
        views.delete((question as Question<'view.close'>).viewId)
        return ok({})
      case 'app.about':
        return ok(world.about)
      case 'settings.desktop-notifications': {
        const { wanted } = question as Question<'settings.desktop-notifications'>
        world.desktop = { ...world.desktop, wanted: wanted ?? world.desktop.wanted }
        return ok(world.desktop)
      }
      default:
        return (
          answerPaper(world, channel, question) ??
          answerLedger(world, channel, question) ??
          answerWork(world, channel, question) ??
          ok({})
        )
    }
  }

  const shelf: ShelfApi = {
    async ask<C extends AskChannel>(channel: C, question: Question<C>): Promise<Reply<Answer<C>>> {
      asked.push({ channel, question })
      if (
        channel === 'view.open' &&
        world.silentViews?.includes((question as Question<'view.open'>).view.name)
      )
        await new Promise(() => undefined)
      if (world.silentAsks?.includes(channel)) await new Promise(() => undefined)
      if (world.answerMs > 0) await new Promise((done) => setTimeout(done, world.answerMs))
      const reply = structuredClone(answer(channel, question)) as Reply<Answer<C>>
      if (channel.startsWith('work.')) post()
      if (world.lostAnswers?.includes(channel)) {
        world.lostAnswers = world.lostAnswers.filter((lost) => lost !== channel)
        return failed('internal', 'The answer was lost.', true)
      }
      return reply
    },
    hear<C extends HearChannel>(channel: C, listener: (message: Heard<C>) => void): () => void {
      const set: Set<(message: Heard<C>) => void> = listeners[channel]
      set.add(listener)
      return () => set.delete(listener)
    },
    ready: () => undefined,
  }

  return {
    shelf,
    asked,
    openViews: () => views.size,
    change(edit) {
      edit(world)
      post()
    },
    restart() {
      views.clear()
      epoch = 0
      for (const listener of listeners['engine.restarted']) listener({})
    },
  }
}

function difference(before: ViewResult, after: ViewResult): Delta['change'] | null {
  if (JSON.stringify(before) === JSON.stringify(after)) return null
  if (before.kind === 'value' || after.kind === 'value') return after.kind === 'value' ? after : null
  const known = new Map(before.rows.map((row) => [row.id, JSON.stringify(row)]))
  const upserts = after.rows.filter((row) => known.get(row.id) !== JSON.stringify(row))
  const order = after.rows.map((row) => row.id)
  const sameOrder = before.rows.map((row) => row.id).join() === order.join()
  return { kind: 'list', total: after.total, upserts, ...(sameOrder ? {} : { order }) }
}

function run(world: World, view: ViewSpec): ViewResult {
  switch (view.name) {
    case 'stock.list':
      return slice(stockRows(world, view.params), view.params)
    case 'orders.list':
      return slice(ordersIn(world, view.params), view.params)
    case 'orders.summary':
      return { kind: 'value', value: orderSummary(world, view.params.at) }
    case 'order.detail':
      return { kind: 'value', value: orderDetail(world, view.params.orderId) }
    case 'notifications.list':
      return slice(world.notifications, view.params)
    case 'alerts.list':
      return slice(alertsIn(world.alerts ?? [], view.params.filter), view.params)
    case 'exceptions.list': {
      const { kind } = view.params
      return slice(
        (world.exceptions ?? []).filter((row) => kind === null || row.kind === kind),
        view.params,
      )
    }
    case 'alerts.summary':
      return { kind: 'value', value: alertSummary(world) }
    case 'alerts.detail':
      return { kind: 'value', value: alertDetail(world, view.params.id) }
    case 'alerts.asking':
      return { kind: 'value', value: world.asking ?? [] }
    case 'work.list':
      return slice(workList(world.work, view.params.filter), view.params)
    case 'work.summary':
      return { kind: 'value', value: workSummary(world) }
    case 'work.detail':
      return {
        kind: 'value',
        value: structuredClone(world.work.find(({ item }) => item.id === view.params.id) ?? null),
      }
    case 'stock.detail':
      return { kind: 'value', value: detailOf(world.stock.find(({ id }) => id === view.params.productId)) }
    case 'summary':
      return { kind: 'value', value: summaryOf(world.stock) }
    case 'fleet':
      return { kind: 'value', value: world.fleet ?? noFleet }
    case 'drill':
      return { kind: 'value', value: world.drill ?? { state: { kind: 'idle' }, report: null } }
    case 'activity':
      return { kind: 'value', value: world.activity ?? noActivity }
    case 'pulse':
      return { kind: 'value', value: { epoch: 'gallery', seq: Math.floor(world.now / 1_000) } }
    case 'ledger.names':
      return { kind: 'value', value: ledgerNames }
    case 'ledger.unsettled':
      return { kind: 'value', value: unsettled(world, view.params.productId) }
    case 'orders.ages':
      return { kind: 'value', value: orderAges(world) }
    case 'warehouses':
      return { kind: 'value', value: world.warehouses }
    case 'status':
      return { kind: 'value', value: world.status }
    case 'diagnostics':
      return { kind: 'value', value: world.diagnostics }
  }
}

const noFleet: Fleet = {
  stations: [],
  people: [],
  atRisk: { commands: 0, stations: 0, oldestAt: null },
}

const slice = (rows: readonly { id: string }[], window: { offset: number; limit: number }): ViewResult => ({
  kind: 'list',
  total: rows.length,
  offset: window.offset,
  rows: rows.slice(window.offset, window.offset + window.limit),
})

function stockRows(world: World, params: ListParams<'stock.list'>): StockRow[] {
  const wanted = params.search.toLowerCase()
  const found = world.stock.filter(
    (row) =>
      (params.filter === 'all' || row.state === params.filter) &&
      (wanted === '' || `${row.sku} ${row.name}`.toLowerCase().includes(wanted)),
  )
  const sign = params.direction === 'asc' ? 1 : -1
  const key = (row: StockRow): string | number =>
    params.sort === 'changed' ? row.changedAt : row[params.sort]
  return found.sort((a, b) => {
    const [x, y] = [key(a), key(b)]
    return sign * (x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1)
  })
}

function summaryOf(stock: readonly StockRow[]): object {
  const count = (state: StockRow['state']): number => stock.filter((row) => row.state === state).length
  const unitsOnHand = stock.reduce((sum, row) => sum + row.onHand, 0)
  return {
    products: stock.length,
    low: count('low'),
    out: count('out'),
    oversold: count('oversold'),
    unitsOnHand,
  }
}

function detailOf(row: StockRow | undefined): StockDetail | null {
  if (!row) return null
  const names = [row.bin, 'B1-11', 'C2-04', 'D7-20'].slice(0, row.otherBins + 1)
  const rest = Math.floor(row.onHand / (names.length + 1))
  return {
    product: {
      id: row.id,
      sku: row.sku,
      name: row.name,
      category: 'Kitchen',
      unit: row.unit,
      reorderPoint: row.reorderPoint,
      barcodes: [
        { barcode: `40${row.sku.replace(/\D/g, '').padStart(11, '0')}`, packQuantity: 1 },
        { barcode: `14${row.sku.replace(/\D/g, '').padStart(12, '0')}`, packQuantity: 12 },
      ],
    },
    onHand: row.onHand,
    allocated: row.allocated,
    available: row.available,
    unsentOnHand: row.unsentOnHand,
    state: row.state,
    changedAt: row.changedAt,
    bins: names.map((bin, n) => {
      const onHand = n === 0 ? row.onHand - rest * (names.length - 1) : rest
      const allocated = n === 0 ? row.allocated : 0
      return {
        id: `${row.id.slice(0, -1)}${n}` as RowId,
        bin,
        onHand,
        allocated,
        available: Math.max(0, onHand - allocated),
        unsentOnHand: n === 0 ? row.unsentOnHand : 0,
        changedAt: row.changedAt - n * 4_000_000,
      }
    }),
  }
}
