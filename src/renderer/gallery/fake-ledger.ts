import type { AskChannel, Question } from '#shared/protocol/contract.ts'
import type { OrderId, ProductId, RowId } from '#shared/domain/ids.ts'
import type {
  FlowDay,
  LedgerKind,
  LedgerNames,
  LedgerPage,
  LedgerStory,
  OrderAges,
  StockAt,
  StockHistory,
  StoryMovement,
  UnsettledMovement,
} from '#shared/protocol/ledger.ts'
import { ok, type Reply } from '#shared/protocol/reply.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import type { StockRow } from '#shared/protocol/views.ts'
import type { World } from './fake-engine.ts'
import { orderPicks } from './fake-orders.ts'
import { seeded } from './random.ts'
import { uuid } from './sample-data.ts'

/* What the stand-in engine tells of the ledger: for each product a history that ends at the figure of its row. */

const people = ['Mia Berger', 'Jonas Keller', 'Aylin Demir', 'Tom Brandt'] as const
const stations = ['Terminal 2', 'Terminal 5', 'Desk 1'] as const
const kinds: readonly [LedgerKind, number][] = [
  ['pick', -1],
  ['pick', -1],
  ['pick', -1],
  ['receive', 1],
  ['return', 1],
  ['adjust', -1],
]

export const ledgerNames: LedgerNames = {
  people: people.map((name, n) => ({ id: uuid(41, n) as never, name })),
  stations: stations.map((name, n) => ({ id: uuid(42, n) as never, name })),
}

/** Newest first; the newest balance is what the row has without its unsent work. */
export function historyOf(row: StockRow, now: Millis, count = 140): StoryMovement[] {
  const random = seeded(Number.parseInt(row.id.slice(-6), 16) || 5)
  let balance = row.onHand - row.unsentOnHand
  let at = now - 4 * MINUTE_MS
  return Array.from({ length: count }, (_, n) => {
    const [kind, sign] =
      n === count - 1 ? (['opening', 1] as const) : random.pick(kinds as [(typeof kinds)[0]])
    const size = kind === 'receive' ? 12 + random.below(36) : 1 + random.below(6)
    const quantity = n === count - 1 ? balance : sign * size
    const isLate = random.next() < 0.12
    const happenedAt = isLate ? at - (2 + random.below(95)) * MINUTE_MS : at - random.below(4_000)
    const movement: StoryMovement = {
      id: uuid(43, Number.parseInt(row.id.slice(-4), 16) * 200 + n) as RowId,
      productId: row.id,
      product: { id: row.id, sku: row.sku, name: row.name, unit: row.unit },
      bin: row.bin,
      quantity,
      kind,
      reason: kind === 'adjust' ? 'Damaged' : null,
      reference: kind === 'receive' ? `DN-${4_000 + random.below(900)}` : null,
      order:
        kind === 'pick' ? { id: uuid(4, n) as OrderId, number: `SO-${10_400 + random.below(90)}` } : null,
      person: kind === 'opening' ? null : random.pick([...people]),
      station: kind === 'opening' ? null : random.pick([...stations]),
      mutationId: null,
      happenedAt,
      receivedAt: at,
      offlineMs: at - happenedAt > MINUTE_MS ? at - happenedAt : null,
      balance,
    }
    balance -= quantity
    at -= (20 + random.below(300)) * MINUTE_MS
    return movement
  })
}

const rowOf = ({ stock }: World, id: ProductId): StockRow | undefined => stock.find((row) => row.id === id)

function page(world: World, question: Question<'ledger.page'>): LedgerPage {
  const { productId, bin, kind, document, from, to } = question.filter
  const isOfOrder = document !== undefined && Object.keys(question.filter).length === 1
  if (isOfOrder) return orderPicks(world, question)
  const products = productId ? [rowOf(world, productId)] : world.stock.slice(0, 40)
  const all = products
    .flatMap((row) => (row ? historyOf(row, world.now, 30) : []))
    .filter((row) => (bin === undefined || row.bin === bin) && (kind === undefined || row.kind === kind))
    .filter((row) => document === undefined || row.order?.number === document || row.reference === document)
    .filter(({ receivedAt }) => receivedAt >= (from ?? -Infinity) && receivedAt < (to ?? Infinity))
    .sort((a, b) => b.receivedAt - a.receivedAt)
  return { serverTime: world.now, ...cut(all, question.before?.id, question.limit) }
}

function story(world: World, { productId, before, limit }: Question<'ledger.story'>): LedgerStory {
  const row = rowOf(world, productId)
  const all = row ? historyOf(row, world.now) : []
  const onHand = all[0]?.balance ?? 0
  return { serverTime: world.now, onHand, count: all.length, ...cut(all, before?.id, limit) }
}

function cut<M extends { id: string }>(all: readonly M[], before: string | undefined, limit: number) {
  const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
  const movements = all.slice(from, from + limit)
  const last = movements.at(-1)
  const isMore = from + limit < all.length
  return {
    movements,
    next: isMore && last ? { id: last.id, received_at: '', happened_at: '', balance: 0 } : null,
  }
}

function stockAt(world: World, { productId, moment, clock }: Question<'stock.at'>): StockAt {
  const row = rowOf(world, productId)
  const then = (row ? historyOf(row, world.now) : []).filter(
    (each) => (clock === 'happened' ? each.happenedAt : each.receivedAt) <= moment,
  )
  const total = then.reduce((sum, { quantity }) => sum + quantity, 0)
  const bins = row && then.length > 0 ? [{ bin: row.bin, quantity: total }] : []
  return { serverTime: world.now, total, movements: then.length, bins }
}

function history(world: World, { productId, from, to, clock }: Question<'stock.history'>): StockHistory {
  const row = rowOf(world, productId)
  const all = (row ? historyOf(row, world.now) : []).map((each) => ({
    ...each,
    at: clock === 'happened' ? each.happenedAt : each.receivedAt,
  }))
  all.sort((a, b) => a.at - b.at)
  let quantity = all.filter(({ at }) => at < from).reduce((sum, each) => sum + each.quantity, 0)
  const opening = quantity
  const points = all
    .filter(({ at }) => at >= from && at <= to)
    .map((each) => ({ at: each.at, quantity: (quantity += each.quantity) }))
  const offline = all
    .filter(({ offlineMs, receivedAt }) => offlineMs !== null && receivedAt > from)
    .map(({ happenedAt, receivedAt }) => ({ from: Math.max(from, happenedAt), to: receivedAt }))
  return { serverTime: world.now, opening, points, partMs: null, offline }
}

function flowDay(world: World, { day }: Question<'flow.day'>): FlowDay {
  const random = seeded(Number(day.replaceAll('-', '')))
  const isToday = day === new Date(world.now).toISOString().slice(0, 10)
  const hourNow = new Date(world.now).getUTCHours()
  const shape = [0, 0, 0, 0, 0, 4, 30, 80, 120, 140, 132, 118, 70, 110, 128, 119, 90, 52, 18, 4, 0, 0, 0, 0]
  return {
    serverTime: world.now,
    timeZone: 'Europe/Berlin',
    weeks: 8,
    hours: shape.map((usual, hour) => {
      const movements = isToday && hour > hourNow ? 0 : Math.round(usual * (0.7 + random.next() * 0.6))
      const usualUnits = Math.round(usual * 3.4)
      return { hour, movements, units: Math.round(movements * 3.3), usualMovements: usual, usualUnits }
    }),
  }
}

export function unsettled(world: World, productId: ProductId | null): UnsettledMovement[] {
  return world.stock
    .filter((row) => row.unsentOnHand !== 0 && (productId === null || row.id === productId))
    .map((row, n) => ({
      id: `own ${row.id}`,
      mutationId: uuid(44, n) as never,
      product: { id: row.id, sku: row.sku, name: row.name, unit: row.unit },
      bin: row.bin,
      quantity: row.unsentOnHand,
      kind: row.unsentOnHand < 0 ? ('pick' as const) : ('receive' as const),
      reference: null,
      order: null,
      stationId: null,
      happenedAt: world.now - (n + 1) * 70_000,
      at: 'unsent' as const,
    }))
}

export const orderAges = ({ orders }: World): OrderAges =>
  (['pending', 'picking', 'packed'] as const).map((status) => {
    const mine = orders.filter((row) => row.status === status)
    return {
      status,
      orders: mine.length,
      slots: mine.map(({ createdAt }) => ({ at: createdAt - (createdAt % (10 * MINUTE_MS)), orders: 1 })),
    }
  })

/** Null for a question that is none about the ledger. */
export function answerLedger(world: World, channel: AskChannel, question: unknown): Reply<unknown> | null {
  switch (channel) {
    case 'ledger.page':
      return ok(page(world, question as Question<'ledger.page'>))
    case 'ledger.story':
      return ok(story(world, question as Question<'ledger.story'>))
    case 'stock.at':
      return ok(stockAt(world, question as Question<'stock.at'>))
    case 'stock.history':
      return ok(history(world, question as Question<'stock.history'>))
    case 'flow.day':
      return ok(flowDay(world, question as Question<'flow.day'>))
    default:
      return null
  }
}

/** Some work that was not sent, on the first rows of the stock list. */
export function leaveUnsent(world: World): void {
  for (const [n, amount] of [-3, 12, -1].entries()) {
    const row = world.stock[n]
    if (row) world.stock[n] = { ...row, onHand: row.onHand + amount, unsentOnHand: amount }
  }
}
