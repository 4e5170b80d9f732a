import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ViewSpec } from '#shared/protocol/views.ts'
import { createFakeEngine, type FakeEngine } from '../gallery/fake-engine.ts'
import { liveWorld } from '../gallery/scenarios.ts'
import { withFigures } from '../gallery/sample-data.ts'
import { createClient, IpcError } from './client.ts'
import { createReplica, type Replica } from './replica.ts'

const now = Date.parse('2026-03-05T12:00:00Z')
const world = liveWorld(now, 600)
const warehouseId = world.warehouses[0]?.id

const stock = (offset: number, search = ''): ViewSpec => ({
  name: 'stock.list',
  params: {
    warehouseId: warehouseId as never,
    search,
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
    offset,
    limit: 100,
  },
})

let engine: FakeEngine
let replica: Replica

beforeEach(() => {
  vi.useFakeTimers()
  engine = createFakeEngine(structuredClone(world))
  // Every change is published at once: frames are the publisher's own test.
  replica = createReplica(createClient(engine.shelf), { post: (_key, publish) => publish() })
})
afterEach(() => {
  replica.stop()
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(0)
const pick = (at: number) =>
  engine.change(({ stock: rows }) => {
    const row = rows[at]
    if (row) rows[at] = withFigures(row, row.onHand - 1, row.allocated, now)
  })

describe('a list view', () => {
  test('shows its first rows, then each change of them, keeping all other rows', async () => {
    const { list, open } = replica.list('stock.list')
    open(stock(0))
    await settle()
    const before = list.store.getState().shown
    pick(3)
    const after = list.store.getState().shown
    expect(after?.rows[3]?.onHand).toBe((before?.rows[3]?.onHand ?? 0) - 1)
    expect(after?.rows.filter((row, at) => row !== before?.rows[at])).toHaveLength(1)
  })

  test('keeps the old rows until the new window arrives', async () => {
    const { list, open } = replica.list('stock.list')
    open(stock(0))
    await settle()
    open(stock(300))
    expect(list.store.getState()).toMatchObject({ isAsking: true, shown: { offset: 0 } })
    await settle()
    expect(list.store.getState()).toMatchObject({ isAsking: false, shown: { offset: 300 } })
  })

  test('asks one question at a time, and ends with the newest', async () => {
    const { list, open } = replica.list('stock.list')
    open(stock(0))
    for (let offset = 10; offset <= 200; offset += 10) open(stock(offset))
    await settle()
    await settle()
    expect(engine.asked.filter(({ channel }) => channel === 'view.open')).toHaveLength(2)
    expect(list.store.getState().shown?.offset).toBe(200)
  })

  test('is asked again after a failure, slower each time, and shows why until then', async () => {
    const { list, open } = replica.list('stock.list')
    engine.change((w) => (w.failures['view.open'] = 'internal'))
    open(stock(0))
    await settle()
    expect(list.store.getState().error).toBeInstanceOf(IpcError)
    expect(list.store.getState().error).toMatchObject({ channel: 'view.open', code: 'internal' })
    engine.change((w) => (w.failures = {}))
    await vi.advanceTimersByTimeAsync(300)
    expect(list.store.getState()).toMatchObject({ error: null, shown: { total: 600 } })
  })
})

test('[D1] after the engine restarted, every view is opened again and the window is right', async () => {
  const { list, open } = replica.list('stock.list')
  const status = replica.value({ name: 'status', params: {} })
  const stopLooking = status.look()
  open(stock(0))
  await settle()

  engine.restart()
  expect(status.store.getState().isLost).toBe(true)
  await settle()
  pick(5)
  expect(status.store.getState().isLost).toBe(false)
  expect(list.store.getState().shown?.rows[5]?.changedAt).toBe(now)
  stopLooking()
})

test('a value is shared by all who look, and closed when nobody does', async () => {
  const spec = { name: 'summary', params: { warehouseId: warehouseId as never } } as const
  const stops = [replica.value<'summary'>(spec), replica.value<'summary'>(spec)].map((view) => view.look())
  await settle()
  expect(engine.openViews()).toBe(1)
  expect(replica.value<'summary'>(spec).store.getState().value?.products).toBe(600)
  stops[0]?.()
  expect(replica.openCount()).toBe(1)
  stops[1]?.()
  await settle()
  expect([replica.openCount(), engine.openViews()]).toEqual([0, 0])
})

test('a closed view answers to nobody: late answers and deltas are void', async () => {
  const view = replica.list('stock.list')
  view.open(stock(0))
  view.close()
  await settle()
  pick(0)
  expect(view.list.store.getState().shown).toBeNull()
  expect([replica.openCount(), engine.openViews()]).toEqual([0, 0])
})
