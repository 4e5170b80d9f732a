import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { OrderId, RowId } from '#shared/domain/ids.ts'
import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import { openPremises } from './support/premises.ts'
import type { Premises, Warehouse } from './support/premises.ts'
import type { Terminal } from './support/terminal.ts'
import { binsOf, bookedFor, ledgerOf, newId, workerAt } from './support/worker.ts'
import type { Bin, Worker } from './support/worker.ts'

/*
 * Whatever was done can be taken back, once: every figure is as it was before. What was not sent is simply not sent.
 */

let premises: Premises
let days = 0
beforeAll(async () => {
  premises = await openPremises()
})
afterEach(() => premises.goHome())
afterAll(() => premises.close())

interface Scene {
  north: Warehouse
  south: Warehouse
  terminal: Terminal
  worker: Worker
  bin: Bin
  agrees: () => Promise<void>
  /** An open order of two lines that is being picked, the first for the bin's product. */
  order: { id: OrderId; line: RowId }
  notice: RowId
  maria: UserId
}

/** Maria manages the north and the south. */
async function mariasHalls(): Promise<Scene> {
  const day = `undo-${++days}`
  const north = await premises.warehouse(`${day}-north`, 4)
  const south = await premises.warehouse(`${day}-south`)
  const maria = await premises.person(`maria.${day}`)
  for (const hall of [north, south]) await premises.grant(maria, hall, 'manager')
  const [made] = await premises.backend.sql<{ id: string }>(
    `insert into notifications (user_id, kind, title, body) values ($1, 'note', 'Note', 'Read me') returning id`,
    [maria.id],
  )
  const terminal = await premises.terminal(maria)
  const worker = workerAt(terminal)
  const [bin, other] = await binsOf(premises, north, 2)
  if (!bin || !other) throw new Error('The north is empty.')
  const order = { id: OrderId.parse(newId()), line: RowId.parse(newId()) }
  const item = (of: Bin, id: RowId) => ({ id, product_id: of.product_id, quantity: 3 })
  await worker.does('order.create', {
    warehouse_id: north.id,
    order: {
      ...{ id: order.id, number: `${day}-1`, customer: null, priority: 3, due_at: null },
      items: [item(bin, order.line), item(other, RowId.parse(newId()))],
    },
  })
  await worker.does('order.advance', {
    ...{ warehouse_id: north.id, order_id: order.id, from: 'pending', to: 'picking' },
  })
  await worker.settles()
  await terminal.agreesWith(maria)
  const notice = RowId.parse(must(made, 'a notice').id)
  return {
    north,
    south,
    terminal,
    worker,
    bin,
    order,
    notice,
    maria: maria.id,
    agrees: () => terminal.agreesWith(maria),
  }
}

/** What there is to do, each kind at least once. @returns the command's id */
const deeds = {
  receive: ({ worker, bin }) => worker.does('receive', { ...bin, quantity: 3 }),
  putaway: ({ worker, bin }) => worker.does('putaway', { ...bin, to_bin: 'C-3', quantity: 2 }),
  pick: ({ worker, bin }) => worker.does('pick', { ...bin, quantity: 2 }),
  'pick for an order': ({ worker, bin, order }) =>
    worker.does('pick', { ...bin, quantity: 2, order_item_id: order.line }),
  transfer: ({ worker, bin, south }) =>
    worker.does('transfer', { ...bin, to_warehouse_id: south.id, to_bin: 'B-2', quantity: 4 }),
  adjust: ({ worker, bin }) => worker.does('adjust', { ...bin, quantity: -2, reason: 'found so' }),
  count: async ({ worker, bin }) => {
    const { basis } = await worker.ask('work.begin-count', {
      warehouseId: bin.warehouse_id,
      productId: bin.product_id,
      bin: bin.bin,
    })
    return worker.does('count', { ...bin, counted: 11, basis })
  },
  return: ({ worker, bin }) => worker.does('return', { ...bin, quantity: 1 }),
  scrap: ({ worker, bin }) => worker.does('scrap', { ...bin, quantity: 1, reason: 'broken' }),
  'order.create': ({ worker, bin, north }) =>
    worker.does('order.create', {
      warehouse_id: north.id,
      order: {
        ...{ id: OrderId.parse(newId()), number: `again-${days}`, customer: null, priority: 1, due_at: null },
        items: [{ id: RowId.parse(newId()), product_id: bin.product_id, quantity: 2 }],
      },
    }),
  'order.advance': ({ worker, north, order }) =>
    worker.does('order.advance', {
      ...{ warehouse_id: north.id, order_id: order.id, from: 'picking', to: 'packed' },
    }),
  'order.cancel': ({ worker, north, order }) =>
    worker.does('order.cancel', {
      ...{ warehouse_id: north.id, order_id: order.id, from: 'picking', reason: 'not needed' },
    }),
  'notification.read': ({ worker, notice }) =>
    worker.does('notification.read', { notification_ids: [notice] }),
} satisfies Record<string, (scene: Scene) => Promise<{ id: ReturnType<typeof newId> }>>
const kinds = Object.keys(deeds) as (keyof typeof deeds)[]

/** Every figure that commands change, as the server's tables have it. An empty bin and none are the same. */
async function serverFigures({ north, south, order, notice }: Scene): Promise<unknown> {
  const { sql } = premises.backend
  const halls = [north.id, south.id]
  const bins = await sql(
    `select warehouse_id, product_id, bin, quantity_on_hand, quantity_allocated from inventory
     where warehouse_id = any ($1::uuid[]) and (quantity_on_hand, quantity_allocated) <> (0, 0) order by 1, 2, 3`,
    [halls],
  )
  const orders = await sql(
    `select o.status, i.quantity_picked from sales_orders o join sales_order_items i on i.order_id = o.id
     where o.id = $1 order by i.line_no`,
    [order.id],
  )
  const notices = await sql('select read_at is null as unread from notifications where id = $1', [notice])
  return { bins, orders, notices }
}

/** The same as the window has it. */
async function windowFigures({ worker, terminal, north, south, bin, order, maria }: Scene): Promise<unknown> {
  const look = async (warehouse_id: WarehouseId): Promise<unknown> => {
    const detail = await worker.detail({ ...bin, warehouse_id })
    return detail?.bins
      .filter(({ onHand, allocated }) => onHand !== 0 || allocated !== 0)
      .map(({ bin: name, onHand, allocated, unsentOnHand }) => ({ name, onHand, allocated, unsentOnHand }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const orders = await terminal.engine.ask(terminal.window, 'view.open', {
    viewId: 'orders' as ViewId,
    view: { name: 'orders.list', params: { warehouseId: north.id, status: null, offset: 0, limit: 50 } },
  })
  const rows = orders.ok && orders.value.result.kind === 'list' ? orders.value.result.rows : []
  const mine = rows.find(({ id }) => id === order.id)
  const inbox = await terminal.engine.ask(terminal.window, 'view.open', {
    viewId: 'inbox' as ViewId,
    view: { name: 'notifications.list', params: { userId: maria, offset: 0, limit: 50 } },
  })
  const notices = inbox.ok && inbox.value.result.kind === 'list' ? inbox.value.result.rows : []
  return {
    north: await look(north.id),
    south: (await look(south.id)) ?? [],
    status: mine && 'status' in mine ? mine['status'] : null,
    unread: notices.filter((row) => 'readAt' in row && row['readAt'] === null).length,
  }
}

describe('[O2] undo of each kind restores every figure, once', () => {
  test.each(kinds)('%s, done and undone online', async (kind) => {
    const scene = await mariasHalls()
    const { worker, agrees } = scene
    const [server, shown] = [await serverFigures(scene), await windowFigures(scene)]
    const { id } = await deeds[kind](scene)
    await worker.settles()
    await agrees()
    expect(await serverFigures(scene)).not.toEqual(server)
    expect(await windowFigures(scene)).not.toEqual(shown)

    expect(await worker.undo(id)).toMatchObject({ kind: 'kept' })
    expect(await windowFigures(scene), 'before the server knows').toMatchObject({
      status: expect.anything() as unknown,
    })
    await worker.settles()
    await agrees()
    expect(await serverFigures(scene)).toEqual(server)
    expect(await windowFigures(scene)).toEqual(shown)

    expect(await worker.undo(id)).toMatchObject({ kind: 'objected', refusal: { code: 'already_undone' } })
    expect(await serverFigures(scene)).toEqual(server)
  })

  test.each(kinds)('%s, done and taken back while the line is down: nothing is sent', async (kind) => {
    const scene = await mariasHalls()
    const { terminal, worker, agrees } = scene
    const [server, shown] = [await serverFigures(scene), await windowFigures(scene)]
    await terminal.loseLine()
    const { id } = await deeds[kind](scene)
    expect(await windowFigures(scene)).not.toEqual(shown)
    expect(await worker.undo(id)).toEqual({ kind: 'taken-back' })
    expect(await windowFigures(scene)).toEqual(shown)
    expect(await worker.state(id)).toBe('taken-back')

    await terminal.comeBack()
    await worker.settles()
    await agrees()
    expect(await ledgerOf(premises, [id])).toEqual([])
    expect(await serverFigures(scene)).toEqual(server)
    expect(await windowFigures(scene)).toEqual(shown)
  })

  test.each(kinds)('%s, done online and undone while the line is down', async (kind) => {
    const scene = await mariasHalls()
    const { terminal, worker, agrees } = scene
    const [server, shown] = [await serverFigures(scene), await windowFigures(scene)]
    const { id } = await deeds[kind](scene)
    await worker.settles()
    await agrees()
    await terminal.loseLine()
    expect(await worker.undo(id)).toMatchObject({ kind: 'kept' })
    expect(await worker.undo(id)).toMatchObject({ kind: 'objected', refusal: { code: 'already_undone' } })
    await terminal.comeBack()
    await worker.settles()
    await agrees()
    expect(await serverFigures(scene)).toEqual(server)
    expect(await windowFigures(scene)).toEqual(shown)
  })
})

test('[O2] undone while it is not known whether it arrived: both are sent, and nothing is left of it', async () => {
  const scene = await mariasHalls()
  const { terminal, worker, bin, agrees } = scene
  const server = await serverFigures(scene)
  terminal.line.loseAnswers()
  const { id } = await worker.does('pick', { ...bin, quantity: 2 })
  await terminal.loseLine()
  const answer = await worker.undo(id)
  expect(answer.kind).not.toBe('objected')
  await terminal.comeBack()
  await worker.settles()
  await agrees()
  expect(await serverFigures(scene)).toEqual(server)
  expect(await bookedFor(premises, [id])).toBeLessThanOrEqual(1)
})
