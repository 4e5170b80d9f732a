import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrderId, ProductId, RowId } from '#shared/domain/ids.ts'
import type { OrderStatus, SalesOrderItemRow, SalesOrderRow } from '#shared/domain/rows.ts'
import type { Effect } from '../../commands/effects.ts'
import {
  drawn,
  EIGHT_O_CLOCK,
  Feed,
  id,
  inBin,
  mirrorFolder,
  north,
  northScope,
  note,
  order,
  orderLine,
  owner,
  ownerScope,
  product,
  south,
  stock,
  warehouse,
} from '#test/harness/mirror-data.ts'
import type { Batch, Changeset, DrawnCommand, LocalMirror } from '../mirror.ts'

/* What work does to orders and notifications, and what the rules of commands see of it all. */

let folder: ReturnType<typeof mirrorFolder>
let mirror: LocalMirror
let feed: Feed

beforeEach(() => {
  folder = mirrorFolder()
  mirror = folder.open().mirror
  feed = new Feed()
  apply(feed.site(['products', product('mug')], ['products', product('jug')]))
  apply(
    feed.north(
      ['warehouses', warehouse(north, 'N')],
      ['inventory', stock('mug', 40)],
      ['sales_orders', order('SO-1')],
      ['sales_order_items', orderLine('SO-1', 'mug', 6, { quantity_picked: 1 })],
      ['sales_orders', order('SO-2', { priority: 1 })],
      ['sales_orders', order('SO-3', { status: 'packed' })],
    ),
  )
})
afterEach(() => folder.remove())

function apply(batch: Batch): Changeset {
  const result = mirror.apply(batch)
  if (result.kind !== 'applied') throw new Error(`A gap at ${result.cursor.seq}.`)
  return result.changeset
}

const draw = (...commands: DrawnCommand[]): Changeset => mirror.draw({ drawn: commands, erased: [] })
const HEAD = 6
const next = { scope: northScope, seq: HEAD + 1 }

const becomes = (number: string, status: OrderStatus): Effect => ({
  ...{ on: 'order', warehouse_id: north, order_id: id<OrderId>(`order ${number}`), status },
})
const picks = (number: string, of: string, picked: number): Effect => ({
  ...{ on: 'order-line', warehouse_id: north, order_id: id<OrderId>(`order ${number}`), picked },
  id: id<RowId>(`line ${number} ${of}`),
})
const makes = (number: string, more: Record<string, unknown> = {}): Effect => ({
  on: 'new-order',
  order: order(number, more) as SalesOrderRow,
  lines: [
    orderLine(number, 'mug', 2) as SalesOrderItemRow,
    orderLine(number, 'jug', 3, { line_no: 2 }) as SalesOrderItemRow,
  ],
})

const orders = (status: OrderStatus | null = null, warehouseId: typeof north | null = north) =>
  mirror.orders({ warehouseId, status, offset: 0, limit: 10 })
const numbers = (status: OrderStatus | null = null) => orders(status).rows.map(({ number }) => number)

describe('an order', () => {
  test('stands in the list of the status that work gives it, and is counted there', () => {
    const { tables } = draw(drawn('a', [becomes('SO-1', 'picking')]))
    expect(tables.sales_orders).toEqual(new Set([id('order SO-1')]))
    expect(orders('pending')).toMatchObject({ total: 1, rows: [{ number: 'SO-2', unsent: false }] })
    expect(orders('picking')).toMatchObject({ total: 1, rows: [{ number: 'SO-1', unsent: true }] })
    expect([orders().total, numbers()]).toEqual([3, ['SO-2', 'SO-1', 'SO-3']])
    expect(orders('picking', null).total).toBe(1)
  })

  test('has the status of the command that was kept last, also when an earlier one is answered later', () => {
    const first = [becomes('SO-1', 'picking')]
    draw(drawn('a', first), drawn('b', [becomes('SO-1', 'packed')]))
    draw(drawn('a', first, [next]))
    expect(orders('packed')).toMatchObject({ total: 2 })
    apply(feed.north(['sales_orders', order('SO-1', { status: 'picking' })]))
    expect(orders('packed')).toMatchObject({ rows: [{ number: 'SO-1', unsent: true }, { number: 'SO-3' }] })
    mirror.draw({ drawn: [], erased: [id('command b')] })
    expect(orders('picking')).toMatchObject({ total: 1, rows: [{ number: 'SO-1', unsent: false }] })
  })

  test('shows what was picked of it, and settles to the same figure', () => {
    draw(drawn('a', [picks('SO-1', 'mug', 2), inBin('mug', 'A-1', -2)]))
    expect(orders().rows[1]).toMatchObject({ lines: 1, unitsOrdered: 6, unitsPicked: 3, unsent: true })
    draw(drawn('a', [picks('SO-1', 'mug', 2), inBin('mug', 'A-1', -2)], [next]))
    expect(orders().rows[1]).toMatchObject({ unitsPicked: 3, unsent: false })
    const brought = [
      ['sales_order_items', orderLine('SO-1', 'mug', 6, { quantity_picked: 3 })],
      ['inventory', stock('mug', 38)],
    ] as [string, Record<string, unknown>][]
    expect(apply(feed.north(...brought)).settled).toEqual([id('command a')])
    expect(orders().rows[1]).toMatchObject({ unitsPicked: 3, unsent: false })
  })

  test('that was made here is listed among the others, by its urgency, until its row comes', () => {
    draw(drawn('a', [makes('SO-9', { priority: 2, customer: 'Ines' })]))
    expect(numbers()).toEqual(['SO-2', 'SO-9', 'SO-1', 'SO-3'])
    expect(orders('pending')).toMatchObject({ total: 3 })
    expect(orders('pending').rows[1]).toMatchObject({
      ...{ id: id('order SO-9'), customer: 'Ines', lines: 2, unitsOrdered: 5, unitsPicked: 0, unsent: true },
      createdAt: Date.parse(EIGHT_O_CLOCK),
    })
    draw(drawn('b', [becomes('SO-9', 'cancelled')]))
    expect([numbers('pending'), numbers('cancelled')]).toEqual([['SO-2', 'SO-1'], ['SO-9']])
    expect(mirror.orders({ warehouseId: north, status: null, offset: 1, limit: 2 }).rows).toMatchObject([
      { number: 'SO-9', status: 'cancelled' },
      { number: 'SO-1' },
    ])
  })

  test('that was made here is never listed twice, also when its row comes before its lines', () => {
    const made = makes('SO-9', { priority: 5 })
    draw(drawn('a', [made], [{ scope: northScope, seq: HEAD + 2 }]))
    expect(apply(feed.north(['sales_orders', order('SO-9', { priority: 5 })])).settled).toEqual([])
    expect(orders()).toMatchObject({ total: 4 })
    expect(orders().rows.at(-1)).toMatchObject({ number: 'SO-9', lines: 2, unitsOrdered: 5 })
    apply(feed.north(['sales_order_items', orderLine('SO-9', 'mug', 2)]))
    expect(orders().rows.at(-1)).toMatchObject({ lines: 1, unitsOrdered: 2, unsent: false })
  })

  test('that was made for a warehouse one may not see is in no list', () => {
    const elsewhere: Effect = {
      on: 'new-order',
      order: order('SO-8', { warehouse_id: south }) as SalesOrderRow,
      lines: [],
    }
    draw(drawn('a', [elsewhere]))
    expect(orders(null, null).total).toBe(3)
    apply(feed.south())
    expect(orders(null, null).total).toBe(4)
  })
})

describe('a notification', () => {
  const read = (name: string, isRead: boolean): Effect => ({
    on: 'notification',
    id: id<RowId>(`note ${name}`),
    read: isRead,
  })
  const readAt = (name: string) =>
    mirror.notifications({ userId: owner, offset: 0, limit: 9 }).rows.find(({ title }) => title === name)
      ?.readAt

  test('is read when work says so, not read when it was taken back, and then as its row says', () => {
    apply(
      feed.batch(ownerScope, [
        ['notifications', note('new')],
        ['notifications', note('old', { read_at: EIGHT_O_CLOCK })],
      ]),
    )
    const at = Date.parse(EIGHT_O_CLOCK)
    expect([readAt('new'), readAt('old')]).toEqual([null, at])
    const { tables } = draw(drawn('a', [read('new', true), read('old', true)]))
    expect(tables.notifications).toEqual(new Set([id('note new'), id('note old')]))
    expect([readAt('new'), readAt('old')]).toEqual([folder.clock.now(), at])
    draw(drawn('undo a', [read('new', false), read('old', false)]))
    expect([readAt('new'), readAt('old')]).toEqual([null, null])
    mirror.draw({ drawn: [], erased: [id('command undo a')] })
    draw(drawn('a', [read('new', true), read('old', true)], [{ scope: ownerScope, seq: 3 }]))
    const changeset = apply(
      feed.batch(ownerScope, [['notifications', note('new', { read_at: '2026-11-22T09:00:00+00:00' })]]),
    )
    expect(changeset.settled).toEqual([id('command a')])
    expect(readAt('new')).toBe(Date.parse('2026-11-22T09:00:00Z'))
  })
})

describe('the rules of commands look at', () => {
  test('orders, lines and bins with all unsettled work in them', () => {
    draw(
      drawn('a', [becomes('SO-1', 'picking'), picks('SO-1', 'mug', 2), inBin('mug', 'A-1', -2)]),
      drawn('b', [makes('SO-9'), inBin('jug', 'NO-BIN', 0, { allocated: 3 })]),
      drawn('c', [picks('SO-9', 'jug', 1)]),
    )
    const look = mirror.look()
    const first = id<OrderId>('order SO-1')
    const made = id<OrderId>('order SO-9')
    expect(look.order(first)).toEqual({ ...order('SO-1'), status: 'picking' })
    expect(look.orderByNumber(north, 'SO-1')?.id).toBe(first)
    expect(look.orderLine(id('line SO-1 mug'))).toEqual(orderLine('SO-1', 'mug', 6, { quantity_picked: 3 }))
    expect(look.order(made)).toEqual(order('SO-9'))
    expect(look.orderByNumber(north, 'SO-9')?.status).toBe('pending')
    expect(look.orderLines(made).map((line) => [line.quantity_ordered, line.quantity_picked])).toEqual([
      [2, 0],
      [3, 1],
    ])
    expect(look.bins(north, id('mug'))).toEqual([{ bin: 'A-1', onHand: 38, allocated: 0 }])
    expect(look.bins(north, id('jug'))).toEqual([{ bin: 'NO-BIN', onHand: 0, allocated: 3 }])
  })

  test('the rows themselves where nothing is drawn, and nothing where nothing is', () => {
    apply(
      feed.batch(ownerScope, [
        ['warehouse_members', { id: id('member'), user_id: owner, warehouse_id: north, role: 'picker' }],
      ]),
    )
    const look = mirror.look()
    expect([look.role(north), look.role(south)]).toEqual(['picker', null])
    expect([look.warehouse(north)?.code, look.warehouse(south)]).toEqual(['N', null])
    expect(look.product(id('mug'))).toEqual(product('mug'))
    expect(look.product(id<ProductId>('none'))).toBeNull()
    expect(look.bins(south, id('mug'))).toEqual([])
    expect(look.orderLines(id('order SO-1'))).toEqual([orderLine('SO-1', 'mug', 6, { quantity_picked: 1 })])
    expect([look.order(id('none')), look.orderLine(id('none')), look.orderByNumber(north, 'none')]).toEqual([
      ...[null, null, null],
    ])
  })
})
