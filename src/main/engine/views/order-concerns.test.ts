import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OrderId } from '#shared/domain/ids.ts'
import type { SalesOrderItemRow, SalesOrderRow } from '#shared/domain/rows.ts'
import { OrderStatus } from '#shared/domain/rows.ts'
import { OrderSort } from '#shared/protocol/orders.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import {
  drawn,
  Feed,
  id,
  inBin,
  mirrorFolder,
  north,
  order,
  orderLine,
  product,
  south,
  stock,
} from '#test/harness/mirror-data.ts'
import type { Changeset, LocalMirror } from '../mirror/mirror.ts'
import { answerOf, type StationFacts } from './answers.ts'
import { concerns } from './concerns.ts'

const numbers = ['1', '2', '3', '4', '5', '6', '7', '8']
const number = fc.constantFrom(...numbers)
const status = fc.constantFrom(...OrderStatus.options)
const at = Date.parse('2026-11-23T12:00:00Z')

const change = fc.oneof(
  fc.record({
    kind: fc.constant('order' as const),
    of: number,
    status,
    priority: fc.integer({ min: 1, max: 3 }),
    due_at: fc.constantFrom(null, '2026-11-23T08:00:00+00:00', '2026-11-24T08:00:00+00:00'),
    customer: fc.constantFrom(null, 'Anna', 'Berg'),
    gone: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('line' as const),
    of: number,
    picked: fc.nat({ max: 4 }),
    gone: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('stock' as const), quantity: fc.nat({ max: 9 }) }),
  fc.record({ kind: fc.constant('work' as const), of: number, status }),
)
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

const view: fc.Arbitrary<ViewSpec> = fc.oneof(
  fc
    .record({
      warehouseId: fc.constantFrom(null, north, south),
      status: fc.option(status),
      offset: fc.nat({ max: 4 }),
      limit: fc.integer({ min: 1, max: 3 }),
      more: fc.record(
        {
          search: fc.constantFrom('anna', 'b', '3'),
          overdueAt: fc.constant(at),
          sort: fc.constantFrom(...OrderSort.options),
          direction: fc.constantFrom('asc' as const, 'desc' as const),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ more, ...rest }): ViewSpec => ({ name: 'orders.list', params: { ...rest, ...more } })),
  fc.constant<ViewSpec>({ name: 'orders.summary', params: { warehouseId: north, at } }),
  number.map((of): ViewSpec => ({ name: 'order.detail', params: { orderId: id(`order ${of}`) } })),
)

function commit(mirror: LocalMirror, feed: Feed, one: Change, n: number): Changeset {
  if (one.kind === 'work') {
    const effect = {
      on: 'order',
      warehouse_id: north,
      order_id: id<OrderId>(`order ${one.of}`),
      status: one.status,
    } as const
    return mirror.draw({ drawn: [drawn(`${n}`, [effect, inBin('mug', 'A-1', -1)])], erased: [] })
  }
  const result = mirror.apply(feed.north(rowOf(one)))
  if (result.kind !== 'applied') throw new Error('A gap.')
  return result.changeset
}

function rowOf(one: Exclude<Change, { kind: 'work' }>): [string, Record<string, unknown>] | [string, string] {
  if (one.kind === 'stock') return ['inventory', stock('mug', one.quantity)]
  if (one.kind === 'line') {
    const row = orderLine(one.of, 'mug', 4, { quantity_picked: one.picked }) as SalesOrderItemRow
    return one.gone ? ['sales_order_items', row.id] : ['sales_order_items', { ...row }]
  }
  const { of, kind: _kind, gone, ...more } = one
  const row = order(of, more) as SalesOrderRow
  return gone ? ['sales_orders', row.id] : ['sales_orders', { ...row }]
}

test('a view of orders that a commit is said not to concern would have been answered the same', () => {
  // What the station says of itself is in no view of orders.
  const facts = {} as StationFacts
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 6, maxLength: 20 }),
      fc.array(view, { minLength: 5, maxLength: 5 }),
      (changes, views) => {
        const folder = mirrorFolder()
        try {
          const { mirror } = folder.open()
          const feed = new Feed()
          mirror.apply(feed.site(['products', product('mug')]))
          for (const [n, one] of changes.entries()) {
            const before = views.map((spec) => answerOf(spec, mirror, null, facts))
            const changeset = commit(mirror, feed, one, n)
            for (const [i, spec] of views.entries()) {
              const was = before[i]
              if (!was || concerns(spec, was, changeset, mirror) !== 'none') continue
              expect(answerOf(spec, mirror, null, facts).result).toEqual(was.result)
            }
          }
        } finally {
          folder.remove()
        }
      },
    ),
    { numRuns: 40 },
  )
}, 60_000)

test('an order far below what a window shows concerns it not', () => {
  const folder = mirrorFolder()
  try {
    const { mirror } = folder.open()
    const feed = new Feed()
    const rows = numbers.map((of, n) => order(of, { priority: Math.min(5, n + 1) }))
    mirror.apply(feed.north(...rows.map((row): [string, Record<string, unknown>] => ['sales_orders', row])))
    const spec: ViewSpec = {
      name: 'orders.list',
      params: { warehouseId: north, status: null, offset: 0, limit: 2 },
    }
    const shown = answerOf(spec, mirror, null, {} as StationFacts)
    const changed = (of: string, more: object): boolean => {
      const result = mirror.apply(feed.north(['sales_orders', order(of, { priority: 5, ...more })]))
      if (result.kind !== 'applied') throw new Error('A gap.')
      return concerns(spec, shown, result.changeset, mirror) !== 'none'
    }
    expect(changed('7', { customer: 'Somebody else' })).toBe(false)
    expect(changed('7', { priority: 1 })).toBe(true)
    expect(changed('1', { customer: 'Somebody else' })).toBe(true)
  } finally {
    folder.remove()
  }
})
