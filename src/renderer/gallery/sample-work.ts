import type { Command } from '#shared/domain/commands.ts'
import type { MutationId, OrderId, RowId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { Refusal, SendTrouble, WorkState } from '#shared/protocol/work.ts'
import type { StockRow } from '#shared/protocol/views.ts'
import type { WorkRecord } from './fake-work.ts'
import type { World } from './fake-engine.ts'
import { sampleWarehouses } from './sample-data.ts'

/* A morning of work at one station: some of it sent, some not, some refused. */

export const workId = (n: number): MutationId =>
  `00000007-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as MutationId
const rowId = (n: number): RowId => `00000008-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as RowId

const [berlin, hamburg] = [must(sampleWarehouses[0], 'Berlin').id, must(sampleWarehouses[1], 'Hamburg').id]

type Body = {
  [K in Command['kind']]: Omit<Extract<Command, { kind: K }>, keyof typeof everyCommand>
}[Command['kind']]

const everyCommand = { mutation_id: workId(0), station_id: null, operator_id: null, happened_at: '' }

interface Piece {
  readonly body: Body
  readonly agoMs: Millis
  readonly state: WorkState
  readonly product?: StockRow | undefined
  readonly order?: { id: OrderId; number: string } | undefined
  readonly refusal?: Refusal
  readonly trouble?: SendTrouble | null
  readonly more?: Partial<WorkRecord>
}

function recordOf(piece: Piece, n: number, now: Millis): WorkRecord {
  const { product, state } = piece
  const keptAt = now - piece.agoMs
  const id = workId(n)
  const happened_at = new Date(keptAt).toISOString()
  const command = { ...everyCommand, ...piece.body, mutation_id: id, happened_at } as Command
  return {
    item: {
      id,
      command,
      state,
      keptAt,
      product: product ? { id: product.id, sku: product.sku, name: product.name, unit: product.unit } : null,
      order: piece.order ?? null,
      trouble: piece.trouble ?? null,
      refusal: piece.refusal ?? null,
      assigned: null,
      undoable: ['queued', 'sending', 'applied', 'settled'].includes(state) && command.kind !== 'undo',
      undoneBy: null,
    },
    binsThen: [],
    binsNow: [],
    orderThen: null,
    orderNow: null,
    doubt: null,
    history: historyOf(state, keptAt),
    ...piece.more,
  }
}

function historyOf(state: WorkState, keptAt: Millis): WorkRecord['history'] {
  const kept = { at: keptAt, event: 'queued', note: null } as const
  if (state === 'queued') return [kept]
  const sent = { at: keptAt + 2 * SECOND_MS, event: 'sending', note: null } as const
  return state === 'sending'
    ? [kept, sent]
    : [kept, sent, { at: keptAt + 3 * SECOND_MS, event: state, note: null }]
}

const onBin = (row: StockRow, bin = row.bin) => ({
  warehouse_id: berlin,
  product_id: row.id,
  bin,
  reference: null,
})

/** What was refused, each for a reason of its own. */
function refusedPieces(world: World): Piece[] {
  const [a, b, c, d] = [4, 9, 15, 22].map((at) => must(world.stock[at], 'product'))
  const [order, other] = [5, 11].map((at) => must(world.orders[at], 'order'))
  if (!a || !b || !c || !d || !order || !other) return []
  return [
    {
      body: { kind: 'pick', ...onBin(a, 'A3-04'), quantity: 5 },
      agoMs: 41 * MINUTE_MS,
      state: 'refused',
      product: a,
      refusal: { code: 'insufficient_stock', facts: { bin: 'A3-04', on_hand: 2, asked: 5 } },
      trouble: { because: 'no-network', at: world.now - 41 * MINUTE_MS, nextAt: null, attempts: 1 },
      more: {
        binsThen: [
          { bin: 'A3-04', onHand: 7, allocated: 0 },
          { bin: 'B1-11', onHand: 16, allocated: 4 },
        ],
        binsNow: [
          { bin: 'A3-04', onHand: 2, allocated: 0 },
          { bin: 'B1-11', onHand: 16, allocated: 4 },
        ],
      },
    },
    {
      body: { kind: 'receive', ...onBin(b), reference: 'DN-2291', quantity: 24, expected: 48 },
      agoMs: 55 * MINUTE_MS,
      state: 'refused',
      product: b,
      refusal: {
        code: 'over_receipt',
        facts: { reference: 'DN-2291', expected: 48, received: 36, asked: 24 },
      },
      more: {
        binsThen: [{ bin: b.bin, onHand: b.onHand, allocated: b.allocated }],
        binsNow: [{ bin: b.bin, onHand: b.onHand + 36, allocated: b.allocated }],
      },
    },
    {
      body: { kind: 'pick', ...onBin(c), quantity: 2, order_item_id: rowId(1) },
      agoMs: 62 * MINUTE_MS,
      state: 'refused',
      product: c,
      order: { id: order.id, number: order.number },
      refusal: { code: 'order_closed', facts: { number: order.number, status: 'cancelled' } },
      more: {
        binsThen: [{ bin: c.bin, onHand: c.onHand + 2, allocated: 2 }],
        binsNow: [{ bin: c.bin, onHand: c.onHand, allocated: 0 }],
        orderThen: 'picking',
        orderNow: 'cancelled',
      },
    },
    {
      body: {
        kind: 'order.cancel',
        warehouse_id: berlin,
        order_id: other.id,
        from: 'picking',
        reason: 'Customer called',
      },
      agoMs: 80 * MINUTE_MS,
      state: 'refused',
      order: { id: other.id, number: other.number },
      refusal: { code: 'stale_version', facts: { number: other.number, seen: 'picking', status: 'shipped' } },
      more: { orderThen: 'picking', orderNow: 'shipped' },
    },
    {
      body: { kind: 'transfer', ...onBin(d), to_warehouse_id: hamburg, to_bin: 'H2-01', quantity: 12 },
      agoMs: 95 * MINUTE_MS,
      state: 'refused',
      product: d,
      refusal: { code: 'not_allowed', facts: { warehouse_id: hamburg, role: 'viewer', needed: 'picker' } },
      more: {
        binsThen: [{ bin: d.bin, onHand: d.onHand, allocated: d.allocated }],
        binsNow: [{ bin: d.bin, onHand: d.onHand, allocated: d.allocated }],
      },
    },
  ]
}

function donePieces(world: World): Piece[] {
  const [a, b, c] = [2, 7, 12].map((at) => must(world.stock[at], 'product'))
  const order = must(world.orders[2], 'order')
  if (!a || !b || !c) return []
  return [
    { body: { kind: 'pick', ...onBin(a), quantity: 6 }, agoMs: 74 * MINUTE_MS, state: 'settled', product: a },
    {
      body: {
        kind: 'order.advance',
        warehouse_id: berlin,
        order_id: order.id,
        from: 'pending',
        to: 'picking',
      },
      agoMs: 88 * MINUTE_MS,
      state: 'settled',
      order: { id: order.id, number: order.number },
    },
    {
      body: { kind: 'adjust', ...onBin(b), quantity: -2, reason: 'Broken in the aisle' },
      agoMs: 102 * MINUTE_MS,
      state: 'settled',
      product: b,
    },
    {
      body: { kind: 'putaway', ...onBin(c), to_bin: 'D7-20', quantity: 30 },
      agoMs: 121 * MINUTE_MS,
      state: 'settled',
      product: c,
    },
    {
      body: { kind: 'receive', ...onBin(c), quantity: 30 },
      agoMs: 124 * MINUTE_MS,
      state: 'settled',
      product: c,
    },
  ]
}

/** Three picks and a count that were not sent, drawn in the rows as well. */
function unsentPieces(world: World, trouble: SendTrouble | null): Piece[] {
  const rows = [0, 3, 5, 8].map((at) => must(world.stock[at], 'product'))
  const [a, b, c, d] = rows
  if (!a || !b || !c || !d) return []
  const state: WorkState = 'queued'
  return [
    { body: { kind: 'pick', ...onBin(a), quantity: 3 }, agoMs: 20 * SECOND_MS, state, product: a },
    {
      body: { kind: 'receive', ...onBin(b), quantity: 12 },
      agoMs: 3 * MINUTE_MS,
      state,
      product: b,
      trouble,
    },
    {
      body: {
        kind: 'count',
        ...onBin(c),
        counted: 41,
        basis: { epoch: '00000000-0000-4000-8000-000000000001', seq: 12, on_hand: 40, includes: [] },
      },
      agoMs: 7 * MINUTE_MS,
      state,
      product: c,
      trouble,
    },
    {
      body: { kind: 'pick', ...onBin(d), quantity: 1 },
      agoMs: 12 * MINUTE_MS,
      state: trouble ? 'sending' : state,
      product: d,
      trouble,
    },
  ]
}

function drawUnsent(world: World): void {
  for (const [at, change] of [
    [0, -3],
    [3, 12],
    [5, 1],
    [8, -1],
  ] as const) {
    const row = must(world.stock[at], 'product')
    world.stock[at] = { ...row, onHand: row.onHand + change, unsentOnHand: change }
  }
  const order = must(world.orders[1], 'order')
  world.orders[1] = { ...order, unsent: true }
}

/** @param parts what the morning left behind, besides what is long in the system */
export function giveWork(
  world: World,
  parts: { unsent?: boolean; refused?: boolean; trouble?: SendTrouble | null },
): void {
  if (parts.unsent) drawUnsent(world)
  const pieces = [
    ...(parts.unsent ? unsentPieces(world, parts.trouble ?? null) : []),
    ...(parts.refused ? refusedPieces(world) : []),
    ...donePieces(world),
  ].sort((a, b) => a.agoMs - b.agoMs)
  world.work = pieces.map((piece, n) => recordOf(piece, n + 1, world.now))
}
