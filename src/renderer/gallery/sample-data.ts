import { availableQuantity, stockState } from '#shared/domain/stock.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import type { OrderId, ProductId, RowId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import type { NotificationListRow, StockRow, WarehouseChoice } from '#shared/protocol/views.ts'
import { seeded, type Random } from './random.ts'

/* A made-up warehouse, the same each time, for looking at the window without an engine. */

const made = [
  'Enamel',
  'Oak',
  'Glass',
  'Tin',
  'Linen',
  'Ceramic',
  'Steel',
  'Felt',
  'Paper',
  'Cork',
  'Wool',
] as const
const things = [
  'mug with lid',
  'bread box',
  'storage jar, small',
  'storage jar, large',
  'lantern for tealights',
  'tea towel, set of 3',
  'cutlery tray',
  'photo frame 13 × 18',
  'heart T-light holder',
  'notebook, ruled, 96 pages',
  'doormat',
  'coat hook, set of 5',
  'bird house',
  'cake stand, two tiers, with cover',
] as const
const colours = [
  'white',
  'red retro spot',
  'sky blue',
  'sage',
  'black',
  'natural',
  'mustard',
  'ivory',
] as const

export const uuid = (prefix: number, n: number): string =>
  `${prefix.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

export const sampleUser = { id: uuid(9, 1) as UserId, email: 'mia@example.com', displayName: 'Mia Berger' }

export const sampleWarehouses: WarehouseChoice[] = [
  ['BER', 'Berlin', 'Europe/Berlin'],
  ['HAM', 'Hamburg Harbour', 'Europe/Berlin'],
  ['PDX', 'Portland', 'America/Los_Angeles'],
].map(([code = '', name = '', timeZone = ''], n) => ({
  id: uuid(1, n) as WarehouseId,
  code,
  name,
  timeZone,
  negativeStock: 'accept_and_flag',
}))

/** The figures that follow from what is on the shelves. */
export function withFigures(row: StockRow, onHand: number, allocated: number, changedAt: Millis): StockRow {
  return {
    ...row,
    onHand,
    allocated,
    available: availableQuantity(onHand, allocated),
    state: stockState(onHand, allocated, row.reorderPoint),
    changedAt,
  }
}

export function sampleStock(count: number, now: Millis, seed = 7): StockRow[] {
  const random = seeded(seed)
  const rows = Array.from({ length: count }, (_, n) => sampleProduct(n, now, random))
  return rows.sort((a, b) => a.sku.localeCompare(b.sku))
}

function sampleProduct(n: number, now: Millis, random: Random): StockRow {
  const blank: StockRow = {
    id: uuid(2, n) as ProductId,
    sku: `${20_000 + n * 17 + random.below(12)}${random.next() < 0.3 ? random.pick(['A', 'B', 'C', 'L', 'S']) : ''}`,
    name: `${random.pick(made)} ${random.pick(things)}, ${random.pick(colours)}`,
    unit: random.next() < 0.08 ? random.pick(['box', 'roll', 'm']) : 'piece',
    bin: `${random.pick(['A', 'B', 'C', 'D'])}${1 + random.below(9)}-${String(1 + random.below(24)).padStart(2, '0')}`,
    otherBins: random.next() < 0.22 ? 1 + random.below(3) : 0,
    onHand: 0,
    allocated: 0,
    available: 0,
    unsentOnHand: 0,
    reorderPoint: random.pick([6, 10, 12, 24, 48]),
    state: 'out',
    changedAt: now,
  }
  const luck = random.next()
  const onHand =
    luck < 0.006 ? 0 : luck < 0.06 ? 1 + random.below(12) : 30 + random.below(luck > 0.95 ? 3000 : 400)
  const isOversold = luck > 0.002 && luck < 0.0035
  const allocated = isOversold
    ? onHand + 1 + random.below(5)
    : random.next() < 0.45
      ? random.below(Math.min(onHand + 1, 26))
      : 0
  const ageMs = Math.floor(random.next() ** 6 * 60 * 24 * 40 * MINUTE_MS) + random.below(90_000)
  return withFigures(blank, onHand, allocated, now - ageMs)
}

const statuses: readonly [OrderStatus, ...OrderStatus[]] = [
  'pending',
  'pending',
  'picking',
  'packed',
  'shipped',
  'shipped',
  'shipped',
  'cancelled',
  'failed',
]
const customers = [
  'Nordlicht Interiors',
  'Hofladen Meyer',
  'The Corner Shop',
  'Maison Claire',
  'Bakker & Zoon',
  null,
] as const

export function sampleOrders(count: number, now: Millis): OrderListRow[] {
  const random = seeded(11)
  return Array.from({ length: count }, (_, n) => {
    const status = random.pick(statuses)
    const unitsOrdered = 4 + random.below(180)
    const isDone = status === 'shipped' || status === 'packed'
    const createdAt = now - n * 17 * MINUTE_MS - random.below(600_000)
    return {
      id: uuid(3, n) as OrderId,
      number: `SO-${10_432 - n}`,
      customer: random.pick(customers),
      status,
      priority: 1 + random.below(5),
      dueAt: random.next() < 0.85 ? createdAt + (4 + random.below(40)) * 60 * MINUTE_MS : null,
      createdAt,
      changedAt: createdAt + random.below(300_000),
      lines: 1 + random.below(14),
      unitsOrdered,
      unitsPicked: isDone ? unitsOrdered : status === 'picking' ? random.below(unitsOrdered) : 0,
      unsent: false,
    }
  })
}

export function sampleNotifications(now: Millis): NotificationListRow[] {
  const said = [
    ['stock', 'Oversold: 20438A', 'Three more were promised than are on the shelves of B4-07.'],
    ['stock', 'Low: 21033', 'Eight left, the reorder point is 12.'],
    ['order', 'SO-10428 failed', 'The carrier refused the address. The order waits for a correction.'],
    ['stock', 'Out of stock: 22871', 'The last two were picked for SO-10419.'],
    ['order', 'SO-10411 is packed', 'All 14 lines are complete.'],
    ['system', 'Count of aisle C is due', 'The last count was 30 days ago.'],
  ] as const
  return said.map(([kind, title, body], n) => ({
    id: uuid(4, n) as RowId,
    kind,
    title,
    body,
    link: null,
    createdAt: now - (n * n * 37 + 2) * MINUTE_MS,
    readAt: n < 3 ? null : now - n * MINUTE_MS,
    severity: n === 0 ? 'critical' : n < 3 ? 'warning' : 'info',
    from: n === 2 ? 'Miriam Okafor' : null,
    escalatedAt: null,
  }))
}
