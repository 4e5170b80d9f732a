import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { openHall, type Hall } from './support/hall.ts'
import { addMember, addUser } from './support/site.ts'

let project: PgliteProject
let hall: Hall

beforeAll(async () => {
  project = await startPgliteProject()
})
afterAll(() => project.stop())
beforeEach(async () => {
  hall = await openHall(project.sql)
  await hall.send([
    hall.made('receive', { bin: 'A1', quantity: 10 }),
    hall.made('receive', { bin: 'B2', quantity: 4 }),
  ])
})

const advance = (order: string, from: string, to: string) =>
  hall.does('order.advance', { order_id: order, from, to })

describe('what an order holds back', () => {
  test('is taken where most is free, and beyond the stock is promised all the same', async () => {
    expect((await hall.order([12])).outcome).toMatchObject({ facts: { short: [] } })
    expect(await hall.bins()).toEqual({ A1: [10, 10], B2: [4, 2] })
    expect((await hall.order([5])).outcome).toMatchObject({ facts: { short: [{ short: 3 }] } })
    expect(await hall.bins()).toEqual({ A1: [10, 10], B2: [4, 7] })
  })

  test('is given back by picking, packing short, failing and cancelling', async () => {
    const { id, items } = await hall.order([6])
    await hall.does('pick', { bin: 'B2', quantity: 2, order_item_id: items[0] })
    expect(await hall.status(id)).toBe('picking')
    expect(await hall.bins()).toEqual({ A1: [10, 4], B2: [2, 0] })
    expect(await advance(id, 'picking', 'packed')).toMatchObject({ facts: { unpicked: 4 } })
    expect(await hall.bins()).toEqual({ A1: [10, 0], B2: [2, 0] })
    expect(await hall.alerts()).toMatchObject([{ kind: 'short_pick', facts: { missing: 4 } }])

    const second = await hall.order([3])
    await hall.does('order.cancel', { order_id: second.id, from: 'pending', reason: 'customer called' })
    const third = await hall.order([3])
    await advance(third.id, 'pending', 'failed')
    expect(await hall.bins()).toEqual({ A1: [10, 0], B2: [2, 0] })
    await advance(third.id, 'failed', 'pending')
    expect(await hall.bins()).toEqual({ A1: [10, 3], B2: [2, 0] })
  })

  test('of a product never seen here stands in no bin', async () => {
    const empty = await openHall(project.sql)
    await empty.order([2])
    expect(await empty.bins()).toEqual({ 'NO-BIN': [0, 2] })
  })
})

describe('picking for an order', () => {
  test('stops at what was ordered, and at a closed order', async () => {
    const { id, items } = await hall.order([3])
    const pick = (quantity: number) => hall.does('pick', { quantity, order_item_id: items[0] })
    expect(await pick(2)).toMatchObject({ facts: { picked: 2, ordered: 3 } })
    expect(await pick(2)).toMatchObject({ code: 'over_pick', facts: { ordered: 3, picked: 2, asked: 2 } })
    await pick(1)
    await advance(id, 'picking', 'packed')
    expect(await pick(1)).toMatchObject({ code: 'order_closed', facts: { status: 'packed' } })
    expect(await hall.bins()).toEqual({ A1: [7, 0], B2: [4, 0] })
  })

  test('a return never brings back more than went out', async () => {
    const { items } = await hall.order([3])
    await hall.does('pick', { quantity: 3, order_item_id: items[0] })
    const back = (quantity: number) => hall.does('return', { quantity, order_item_id: items[0] })
    expect(await back(2)).toMatchObject({ outcome: 'applied' })
    expect(await back(2)).toMatchObject({ code: 'over_return', facts: { picked: 3, returned: 2, asked: 2 } })
  })
})

describe('the ways an order may go', () => {
  const statuses = ['pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed']
  const legal = new Set([
    'pending>picking',
    'pending>failed',
    'picking>packed',
    'picking>pending',
    'picking>failed',
    'packed>shipped',
    'packed>picking',
    'failed>pending',
  ])

  test.each(statuses)('from %s it goes where it may and nowhere else', async (from) => {
    for (const to of statuses) {
      const { id } = await hall.order([1])
      await project.sql.query('update public.sales_orders set status = $2 where id = $1', [id, from])
      const expected = legal.has(`${from}>${to}`) ? { outcome: 'applied' } : { code: 'illegal_transition' }
      expect(await advance(id, from, to)).toMatchObject(expected)
      expect(await hall.status(id)).toBe(legal.has(`${from}>${to}`) ? to : from)
    }
  })

  test('an order that has gone on meanwhile is left alone', async () => {
    const { id } = await hall.order([1])
    await advance(id, 'pending', 'picking')
    expect(await advance(id, 'pending', 'failed')).toMatchObject({
      code: 'stale_version',
      facts: { seen: 'pending', status: 'picking' },
    })
  })

  test('creating and cancelling take a supervisor, picking does not', async () => {
    const picker = await addUser(project.sql)
    await addMember(project.sql, picker, hall.warehouse, 'picker')
    const { id, outcome } = await hall.order([1])
    expect(outcome).toMatchObject({ outcome: 'applied' })
    const cancel = { order_id: id, from: 'pending', reason: 'no' }
    expect(await hall.does('order.cancel', cancel, picker)).toMatchObject({ code: 'not_allowed' })
    expect(
      await hall.does('order.advance', { order_id: id, from: 'pending', to: 'picking' }, picker),
    ).toMatchObject({ outcome: 'applied' })
  })

  test('a number that is taken, an unknown product and an unknown order are told apart', async () => {
    const { id } = await hall.order([1])
    const again = { id, number: 'X', customer: null, priority: 3, due_at: null }
    const items = [{ id: crypto.randomUUID(), product_id: hall.product, quantity: 1 }]
    expect(await hall.does('order.create', { order: { ...again, items } })).toMatchObject({
      code: 'order_exists',
    })
    const stranger = [{ ...must(items[0], 'an item'), product_id: crypto.randomUUID() }]
    const fresh = { ...again, id: crypto.randomUUID(), items: stranger }
    expect(await hall.does('order.create', { order: fresh })).toMatchObject({ code: 'unknown_product' })
    expect(await advance(crypto.randomUUID(), 'pending', 'picking')).toMatchObject({ code: 'unknown_order' })
  })
})

describe('undo', () => {
  test('restores every figure of every kind, once', async () => {
    const epoch = await project.sql.query<{ epoch: string; seq: number }>(
      'select epoch, head::integer as seq from public.sync_scopes where scope = $1',
      [`warehouse:${hall.warehouse}`],
    )
    const { id, items } = await hall.order([3])
    await advance(id, 'pending', 'picking')
    const before = await hall.bins()
    const kinds: [string, Record<string, unknown>][] = [
      ['receive', { quantity: 5 }],
      ['putaway', { to_bin: 'C3', quantity: 2 }],
      ['pick', { quantity: 1 }],
      ['pick', { quantity: 2, order_item_id: items[0] }],
      ['transfer', { to_bin: 'B2', to_warehouse_id: hall.warehouse, quantity: 1 }],
      ['adjust', { quantity: -3, reason: 'broken' }],
      ['count', { counted: 1, basis: { ...epoch[0], on_hand: 10, includes: [] } }],
      ['return', { quantity: 1 }],
      ['scrap', { quantity: 1, reason: 'rot' }],
    ]
    for (const [kind, fields] of kinds) {
      const done = await hall.does(kind, fields)
      expect(done, kind).toMatchObject({ outcome: 'applied' })
      const undone = await hall.undo(done)
      expect(undone, kind).toMatchObject({ outcome: 'applied', facts: { undid: kind } })
      const after = Object.entries(await hall.bins()).filter(([, [onHand]]) => onHand !== 0)
      expect(totals(Object.fromEntries(after)), kind).toEqual(totals(before))
      expect(onHandOf(Object.fromEntries(after)), kind).toEqual(onHandOf(before))
      expect(await hall.undo(done), kind).toMatchObject({ code: 'already_undone' })
      expect(await hall.undo(undone), kind).toMatchObject({ code: 'not_undoable' })
    }
  })

  test('takes an order back the way it came, with what it held', async () => {
    const created = await hall.order([3])
    const held = await hall.bins()
    const cancelled = await hall.does('order.cancel', {
      order_id: created.id,
      from: 'pending',
      reason: 'mistake',
    })
    await hall.undo(cancelled)
    expect([await hall.status(created.id), await hall.bins()]).toEqual(['pending', held])
    const advanced = await advance(created.id, 'pending', 'failed')
    await hall.undo(advanced)
    expect([await hall.status(created.id), await hall.bins()]).toEqual(['pending', held])
    await hall.undo(created.outcome)
    expect([await hall.status(created.id), await hall.bins()]).toEqual([
      'cancelled',
      { A1: [10, 0], B2: [4, 0] },
    ])
    expect(await hall.undo(advanced)).toMatchObject({ code: 'already_undone' })
  })

  test('goes back to the bins it came from, whatever was free where meanwhile', async () => {
    const { items } = await hall.order([8])
    expect(await hall.bins()).toEqual({ A1: [10, 8], B2: [4, 0] })
    const pick = await hall.does('pick', { bin: 'A1', quantity: 3, order_item_id: items[0] })
    await hall.does('receive', { bin: 'B2', quantity: 50 })
    await hall.undo(pick)
    expect(await hall.bins()).toEqual({ A1: [10, 8], B2: [54, 0] })
  })

  test('of a pick stops at what came back already; of a step to picking, at what is picked', async () => {
    const { id, items } = await hall.order([3])
    const advanced = await advance(id, 'pending', 'picking')
    const pick = await hall.does('pick', { quantity: 3, order_item_id: items[0] })
    expect(await hall.undo(advanced)).toMatchObject({ code: 'illegal_transition', facts: { to: 'pending' } })
    const back = await hall.does('return', { quantity: 1, order_item_id: items[0] })
    expect(await hall.undo(pick)).toMatchObject({ code: 'over_return', facts: { returned: 1 } })
    await hall.undo(back)
    expect(await hall.undo(pick)).toMatchObject({ outcome: 'applied' })
    expect(await hall.bins()).toEqual({ A1: [10, 3], B2: [4, 0] })
    expect(await hall.undo(advanced)).toMatchObject({ outcome: 'applied' })
  })

  test('of a step that was taken twice moves what the order waits for now', async () => {
    const { id, items } = await hall.order([6])
    await hall.does('pick', { quantity: 1, order_item_id: items[0] })
    const first = await advance(id, 'picking', 'packed')
    await advance(id, 'packed', 'picking')
    await hall.does('pick', { quantity: 2, order_item_id: items[0] })
    await advance(id, 'picking', 'packed')
    expect(await hall.undo(first)).toMatchObject({ outcome: 'applied' })
    const { allocated } = totals(await hall.bins())
    expect(allocated).toBe(3)
  })

  test('another’s command takes a supervisor; a refused one leaves nothing to undo', async () => {
    const picker = await addUser(project.sql)
    await addMember(project.sql, picker, hall.warehouse, 'picker')
    const mine = await hall.does('receive', { quantity: 1 })
    expect(await hall.undo(mine, picker)).toMatchObject({ code: 'not_allowed' })
    const theirs = await hall.does('receive', { quantity: 1 }, picker)
    expect(await hall.undo(theirs)).toMatchObject({ outcome: 'applied' })
    const refused = await hall.does('receive', { product_id: crypto.randomUUID(), quantity: 1 })
    expect(await hall.undo(refused)).toMatchObject({ code: 'not_undoable' })
  })
})

type Bins = Awaited<ReturnType<Hall['bins']>>
const sum = (numbers: number[]): number => numbers.reduce((total, n) => total + n, 0)
const onHandOf = (bins: Bins) => Object.entries(bins).map(([bin, [onHand]]) => [bin, onHand])
const totals = (bins: Bins) => ({
  onHand: sum(Object.values(bins).map(([onHand]) => onHand)),
  allocated: sum(Object.values(bins).map(([, allocated]) => allocated)),
})
