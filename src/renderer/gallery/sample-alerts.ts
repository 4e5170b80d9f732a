import type { OrderId, ProductId, RowId, StationId, UserId } from '#shared/domain/ids.ts'
import type { AlertAnswer } from '#shared/domain/rows.ts'
import { must } from '#shared/lib/must.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { AlertDetail, AlertListRow, AskingAlert, ExceptionRow } from '#shared/protocol/alerts.ts'
import type { Fleet } from '#shared/protocol/fleet.ts'
import type { StockRow } from '#shared/protocol/views.ts'
import type { World } from './fake-engine.ts'
import { sampleUser, sampleWarehouses } from './sample-data.ts'

/* A morning at the supervisor's desk: what is wrong, what was said to all, and what went otherwise than planned. */

const uuid = (prefix: number, n: number): string =>
  `${prefix.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
export const alertId = (n: number): RowId => uuid(21, n) as RowId
const miriam = { userId: uuid(9, 2) as UserId, name: 'Miriam Okafor' }
const jonas = { userId: uuid(9, 3) as UserId, name: 'Jonas Wendt' }
const mia = { userId: sampleUser.id, name: sampleUser.displayName }
const station = (n: number, name: string) => ({ id: uuid(22, n) as StationId, name })
const dock = station(1, 'Dock terminal 2')
const pack = station(2, 'Packing bench')
const cold = station(3, 'Cold room')
const desk = station(4, 'Shift desk')

const naming = ({ id, sku, name, unit }: StockRow) => ({ id, sku, name, unit })

const blank: Omit<AlertListRow, 'id' | 'kind' | 'severity' | 'raisedAt'> = {
  source: 'told',
  message: null,
  product: null,
  order: null,
  station: null,
  bin: null,
  facts: {},
  raisedBy: null,
  acknowledged: null,
  receipts: null,
  mine: null,
}

type Products = Pick<World, 'stock' | 'orders'>

export function sampleAlerts({ stock, orders }: Products, now: Millis): AlertListRow[] {
  const ago = (minutes: number): Millis => now - minutes * MINUTE_MS
  const of = (state: StockRow['state'], at = 0): StockRow =>
    must(stock.filter((row) => row.state === state)[at], state)
  const order = must(orders[4], 'order')
  const computed = (row: StockRow, kind: 'low' | 'out' | 'oversold', minutes: number) => ({
    ...blank,
    id: `${kind}/${row.id}`,
    source: 'computed' as const,
    kind,
    severity: kind === 'low' ? ('info' as const) : ('warning' as const),
    product: naming(row),
    facts: {
      on_hand: row.onHand,
      allocated: row.allocated,
      available: row.onHand - row.allocated,
      reorder_point: row.reorderPoint,
      unsent_on_hand: row.unsentOnHand,
    },
    raisedAt: ago(minutes),
  })
  const rows: AlertListRow[] = [
    {
      ...blank,
      id: alertId(1),
      kind: 'message',
      severity: 'critical',
      message: 'Aisle C is closed until 14:30: a rack is bent. Pick C-bins from the overflow at D9.',
      raisedBy: miriam,
      station: desk,
      raisedAt: ago(6),
      receipts: { answered: 2, stations: 4 },
      mine: 'seen',
    },
    computed(of('oversold'), 'oversold', 14),
    {
      ...blank,
      id: `silent/${dock.id}`,
      source: 'computed',
      kind: 'station_silent',
      severity: 'warning',
      station: dock,
      facts: { unsent: 23, oldest_unsent_at: ago(61), last_seen_at: ago(38), user: 'Amira Haddad' },
      raisedAt: ago(38),
    },
    {
      ...blank,
      id: alertId(2),
      kind: 'negative_stock',
      severity: 'warning',
      product: naming(must(stock[4], 'product')),
      bin: 'A3-04',
      facts: { bin: 'A3-04', on_hand: -3 },
      raisedAt: ago(41),
      raisedBy: jonas,
      station: pack,
    },
    computed(of('out'), 'out', 52),
    ...[0, 1, 2, 3, 4, 5].map((n) => computed(of('low', n), 'low', 60 + n * 17)),
    {
      ...blank,
      id: alertId(3),
      kind: 'short_pick',
      severity: 'warning',
      order: { id: order.id, number: order.number },
      facts: { order_id: order.id, missing: 4 },
      raisedAt: ago(75),
      raisedBy: jonas,
      station: pack,
    },
    {
      ...blank,
      id: `clock/${cold.id}`,
      source: 'computed',
      kind: 'clock_wrong',
      severity: 'warning',
      station: cold,
      facts: { offset_ms: 12 * MINUTE_MS, is_this: false },
      raisedAt: ago(180),
    },
    {
      ...blank,
      id: alertId(4),
      kind: 'drill',
      severity: 'info',
      facts: { minutes: 5 },
      raisedBy: miriam,
      raisedAt: ago(2_900),
      receipts: { answered: 4, stations: 4 },
      acknowledged: { ...miriam, at: ago(2_850), sent: true, note: 'All back within a minute' },
      mine: 'reported',
    },
    {
      ...blank,
      id: alertId(5),
      kind: 'unknown_code',
      severity: 'warning',
      facts: { code: '4012345678901', times: 3 },
      raisedBy: jonas,
      station: dock,
      raisedAt: ago(400),
      acknowledged: { ...mia, at: ago(360), sent: true, note: null },
    },
  ]
  return rows
}

export function sampleReceipts(now: Millis): Record<string, Omit<AlertDetail, 'alert'>> {
  const receipt = (
    n: number,
    at: { id: StationId; name: string },
    who: typeof mia,
    agoMs: Millis,
    answer: AlertAnswer = 'seen',
  ) => ({
    id: uuid(23, n),
    station: at,
    user: { id: who.userId, name: who.name },
    answer,
    facts: {},
    at: now - agoMs,
  })
  return {
    [alertId(1)]: {
      receipts: [
        receipt(1, desk, mia, 5 * MINUTE_MS),
        receipt(2, pack, jonas, 4 * MINUTE_MS + 12 * SECOND_MS),
      ],
      silent: [
        { ...dock, lastSeenAt: now - 38 * MINUTE_MS },
        { ...cold, lastSeenAt: null },
      ],
    },
    [alertId(4)]: {
      receipts: [desk, pack, dock, cold].map((station, n) =>
        receipt(3 + n, station, n < 2 ? mia : jonas, (2_870 + n) * MINUTE_MS, 'reported'),
      ),
      silent: [],
    },
  }
}

export function sampleExceptions({ stock, orders }: Products, now: Millis): ExceptionRow[] {
  const product = (at: number) => naming(must(stock[at], 'product'))
  const order = must(orders[4], 'order')
  const row = (
    n: number,
    kind: ExceptionRow['kind'],
    minutes: number,
    more: Partial<ExceptionRow>,
  ): ExceptionRow => ({
    id: alertId(40 + n),
    kind,
    alertId: kind === 'refused' ? null : alertId(40 + n),
    workId: null,
    product: null,
    order: null,
    bin: null,
    facts: {},
    raisedAt: now - minutes * MINUTE_MS,
    raisedBy: jonas,
    station: pack,
    answered: false,
    ...more,
  })
  return [
    row(1, 'short_pick', 190, {
      order: { id: order.id, number: order.number },
      facts: { order_id: order.id, missing: 4 },
    }),
    row(2, 'unknown_code', 96, {
      bin: 'D2-11',
      station: dock,
      facts: { code: '4006381333931', times: 7, note: 'Blue crate, no label' },
    }),
    row(3, 'negative_stock', 61, { product: product(4), bin: 'A3-04', facts: { on_hand: -3 } }),
    row(4, 'count_task', 61, {
      product: product(4),
      bin: 'A3-04',
      facts: { on_hand: -3, why: 'negative_stock' },
      raisedBy: null,
      station: null,
      answered: true,
    }),
    row(5, 'refused_work', 44, {
      product: product(9),
      facts: {
        note: 'Pallet of 48, the delivery note says 36',
        refused_kind: 'receive',
        code: 'over_receipt',
        facts: { reference: 'DN-2291', expected: 48, received: 36, asked: 24 },
      },
    }),
    row(6, 'refused', 41, {
      product: product(4),
      bin: 'A3-04',
      facts: { code: 'insufficient_stock', refused_kind: 'pick', bin: 'A3-04', on_hand: 2, asked: 5 },
      raisedBy: mia,
      station: desk,
    }),
    row(7, 'count_task', 12, {
      product: product(15),
      bin: 'B1-11',
      facts: { why: 'told_after_count' },
      raisedBy: null,
      station: null,
    }),
  ]
}

const asking = (n: number, more: Partial<AskingAlert>, now: Millis): AskingAlert => ({
  id: alertId(80 + n),
  kind: 'message',
  severity: 'info',
  text: '',
  from: miriam.name,
  at: now - (n + 1) * MINUTE_MS,
  warehouseId: must(sampleWarehouses[0], 'Berlin').id,
  minutes: null,
  ...more,
})

export const askingMessage = (now: Millis): AskingAlert =>
  asking(
    1,
    { severity: 'warning', text: 'Truck for Hamburg leaves at 15:00. Bring its pallets to gate 3.' },
    now,
  )

export const askingCritical = (now: Millis): AskingAlert =>
  asking(
    2,
    {
      severity: 'critical',
      text: 'Aisle C is closed until 14:30: a rack is bent. Pick C-bins from the overflow at D9, and keep forklifts out of the cross aisle. The fitter is on the way; the shift desk tells you when it is free again.',
    },
    now,
  )

export const askingDrill = (now: Millis): AskingAlert => asking(3, { kind: 'drill', minutes: 5 }, now)

/** Who works here, and where they are signed in. */
export const samplePeople = (now: Millis): Fleet['people'] =>
  [
    { ...mia, role: 'supervisor' as const, stations: [desk.name] },
    { ...miriam, role: 'manager' as const, stations: [] },
    { ...jonas, role: 'picker' as const, stations: [pack.name] },
    { userId: uuid(9, 4) as UserId, name: 'Amira Haddad', role: 'picker' as const, stations: [dock.name] },
    { userId: uuid(9, 5) as UserId, name: 'Tomasz Nowak', role: 'picker' as const, stations: [] },
    { userId: uuid(9, 6) as UserId, name: 'Rosa Lindqvist', role: 'viewer' as const, stations: [] },
  ].map((person) => ({ ...person, lastSeenAt: now }))

/** Where the notifications of the sample lead, and how pressing they are. */
export function linkNotifications({ stock, orders, notifications }: World, now: Millis): void {
  const links = [
    `stock/${must(stock[3], 'product').id satisfies ProductId}`,
    null,
    `order/${must(orders[4], 'order').id satisfies OrderId}`,
    'exceptions',
    'https://example.com/not-here',
  ]
  for (const [at, link] of links.entries()) {
    const row = notifications[at]
    if (row) notifications[at] = { ...row, link, escalatedAt: at === 2 ? now - 20 * MINUTE_MS : null }
  }
}
