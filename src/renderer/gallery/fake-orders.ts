import { isToDo, statusOrder } from '#shared/domain/orders.ts'
import type { RowId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Question } from '#shared/protocol/contract.ts'
import type { LedgerPage } from '#shared/protocol/ledger.ts'
import type { OrderDetail, OrderLine, OrderListRow, OrdersSummary } from '#shared/protocol/orders.ts'
import type { ListParams, StockRow } from '#shared/protocol/views.ts'
import type { World } from './fake-engine.ts'
import { sampleWarehouses } from './sample-data.ts'

/* Orders as the engine would list, count and open them. */

type Params = Pick<
  ListParams<'orders.list'>,
  'status' | 'search' | 'priority' | 'overdueAt' | 'changedSince' | 'sort' | 'direction'
>
type Compare = (a: OrderListRow, b: OrderListRow) => number

const due = ({ dueAt }: OrderListRow): number => dueAt ?? 1e16
const share = ({ unitsPicked, unitsOrdered }: OrderListRow): number => unitsPicked / Math.max(1, unitsOrdered)
const compareBy: Record<NonNullable<Params['sort']>, Compare> = {
  urgency: (a, b) => a.priority - b.priority || due(a) - due(b),
  due: (a, b) => due(a) - due(b) || a.priority - b.priority,
  changed: (a, b) => a.changedAt - b.changedAt,
  number: (a, b) => a.number.localeCompare(b.number, undefined, { numeric: true }),
  progress: (a, b) => share(a) - share(b),
}

const isLate = (row: OrderListRow, at: Millis): boolean =>
  isToDo(row.status) && row.dueAt !== null && row.dueAt < at

export function ordersIn({ orders }: World, params: Params): OrderListRow[] {
  const { status, search = '', priority, overdueAt, changedSince, sort = 'urgency', direction } = params
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const sign = direction === 'desc' ? -1 : 1
  return orders
    .filter((row) => {
      const text = `${row.number}\n${row.customer ?? ''}`.toLowerCase()
      return (
        (status === null || row.status === status) &&
        words.every((word) => text.includes(word)) &&
        (priority === undefined || row.priority === priority) &&
        (overdueAt === undefined || isLate(row, overdueAt)) &&
        (changedSince === undefined || row.changedAt >= changedSince)
      )
    })
    .sort((a, b) => sign * (compareBy[sort](a, b) || (a.id < b.id ? -1 : 1)))
}

export function orderSummary({ orders }: World, at: Millis): OrdersSummary {
  return statusOrder.map((status) => {
    const those = orders.filter((row) => row.status === status)
    return {
      status,
      orders: those.length,
      overdue: those.filter((row) => isLate(row, at)).length,
      oldestChangedAt: those.length > 0 ? Math.min(...those.map((row) => row.changedAt)) : null,
      unitsOpen: those.reduce((sum, row) => sum + row.unitsOrdered - row.unitsPicked, 0),
    }
  })
}

export function orderDetail(world: World, id: string): OrderDetail | null {
  const order = world.orders.find((row) => row.id === id)
  const [warehouse] = sampleWarehouses
  if (!order || !warehouse) return null
  const history = world.work.map(({ item }) => item).filter((item) => item.order?.id === id)
  return {
    warehouseId: warehouse.id,
    order,
    lines: linesOf(order, world.stock),
    history: structuredClone(history),
  }
}

/** Lines that add up to the order's figures: picked from the first to the last. */
function linesOf(order: OrderListRow, stock: readonly StockRow[]): OrderLine[] {
  let openOrdered = order.unitsOrdered
  let openPicked = order.unitsPicked
  const seed = Number.parseInt(order.id.slice(-6), 16)
  return Array.from({ length: Math.min(order.lines, stock.length) }, (_, n): OrderLine | null => {
    const row = stock[(seed * 13 + n * 7) % stock.length]
    if (!row) return null
    const ordered =
      n === order.lines - 1 ? openOrdered : Math.max(1, Math.floor(order.unitsOrdered / order.lines))
    const picked = Math.min(ordered, openPicked)
    openOrdered -= ordered
    openPicked -= picked
    // The last line is short, to look at.
    const onHand = n === order.lines - 1 ? Math.max(0, ordered - picked - 2) : row.onHand
    return {
      id: `${order.id.slice(0, 4)}9000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`.slice(
        -36,
      ) as RowId,
      lineNo: n + 1,
      product: { id: row.id, sku: row.sku, name: row.name, unit: row.unit },
      ordered,
      picked,
      unsentPicked: order.unsent && n === 0 ? Math.min(1, picked) : 0,
      missing: isToDo(order.status) ? Math.max(0, ordered - picked - onHand) : 0,
      bins: onHand > 0 ? [{ bin: row.bin, onHand }] : [],
    }
  }).filter((line) => line !== null)
}

/** What the ledger tells of an order: one pick for each line that is begun. */
export function orderPicks(world: World, { filter }: Question<'ledger.page'>): LedgerPage {
  const order = world.orders.find(({ number }) => number === filter.document)
  const lines = order ? linesOf(order, world.stock).filter(({ picked }) => picked > 0) : []
  return {
    serverTime: world.now,
    next: null,
    movements: lines.map((line, n) => ({
      ...{
        id: line.id,
        productId: line.product.id,
        product: line.product,
        bin: line.bins[0]?.bin ?? 'A1-01',
      },
      ...{ quantity: -line.picked, kind: 'pick', reason: null, reference: null, mutationId: null },
      order: order ? { id: order.id, number: order.number } : null,
      person: n % 2 === 0 ? 'Mia Berger' : 'Jonas Keller',
      station: n % 2 === 0 ? 'Terminal 2' : 'Terminal 5',
      happenedAt: world.now - (n + 1) * 190_000,
      receivedAt: world.now - (n + 1) * 189_000,
      offlineMs: null,
    })),
  }
}
