import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Delta, ViewId } from '#shared/protocol/delta.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { Status } from '#shared/protocol/status.ts'
import type { ViewSpec } from '#shared/protocol/views.ts'
import { Feed, id, mirrorFolder, north, product, stock } from '#test/harness/mirror-data.ts'
import { MirrorError, type Batch, type LocalMirror } from '../mirror/mirror.ts'
import type { WindowId } from '../ports.ts'
import { BULK_MS, FRAME_MS, STREAM_MS } from './frames.ts'
import { createViewHost } from './sql-view-host.ts'
import type { ViewHost } from './view-host.ts'

const desk = 1 as WindowId
const gate = 2 as WindowId
const stockView = 'stock' as ViewId
const sumView = 'sum' as ViewId

const stockList = (more: Partial<Extract<ViewSpec, { name: 'stock.list' }>['params']> = {}): ViewSpec => ({
  name: 'stock.list',
  params: {
    warehouseId: north,
    search: '',
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
    offset: 0,
    limit: 3,
    ...more,
  },
})
const summary: ViewSpec = { name: 'summary', params: { warehouseId: north } }

let folder: ReturnType<typeof mirrorFolder>
let mirror: LocalMirror
let feed: Feed
let host: ViewHost
let posted: { window: WindowId; delta: Delta }[]
let troubles: MirrorError[]

beforeEach(() => {
  folder = mirrorFolder()
  mirror = folder.open().mirror
  feed = new Feed()
  posted = []
  troubles = []
  host = createViewHost({
    clock: folder.clock,
    log: folder.log,
    post: (window, _channel, message) => void posted.push({ window, delta: message as Delta }),
    trouble: (error) => troubles.push(error),
  })
  const names = ['a', 'b', 'c', 'd', 'e']
  mirror.apply(
    feed.site(...names.map((name): [string, Record<string, unknown>] => ['products', product(name)])),
  )
  mirror.apply(
    feed.north(...names.map((name): [string, Record<string, unknown>] => ['inventory', stock(name, 10)])),
  )
})
afterEach(() => {
  host.stop()
  folder.remove()
})

function open(window: WindowId, viewId: ViewId, view: ViewSpec) {
  const opened = host.open(window, viewId, view)
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

function note(batch: Batch): void {
  const result = mirror.apply(batch)
  if (result.kind !== 'applied') throw new Error('A gap.')
  host.noted(result.changeset)
}

function commit(batch: Batch): void {
  note(batch)
  host.show()
}

const deltas = () => posted.map(({ delta }) => delta)

test('a single change after a quiet moment is posted at once, as the one row it is', () => {
  host.attach(mirror)
  const { epoch, seq, result } = open(desk, stockView, stockList())
  expect(result).toMatchObject({
    kind: 'list',
    total: 5,
    offset: 0,
    rows: [{ sku: 'A' }, { sku: 'B' }, { sku: 'C' }],
  })
  commit(feed.north(['inventory', stock('b', 4)]))
  expect(deltas()).toEqual([
    {
      viewId: stockView,
      epoch,
      seq: seq + 1,
      change: {
        kind: 'list',
        total: 5,
        upserts: [expect.objectContaining({ sku: 'B', onHand: 4, state: 'low' })],
      },
    },
  ])
})

test('a burst is one delta a frame for each view, with the newest state', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList())
  open(desk, sumView, summary)
  for (let quantity = 1; quantity <= 100; quantity++) commit(feed.north(['inventory', stock('a', quantity)]))
  expect(posted).toHaveLength(2)
  await folder.clock.advance(16)
  expect(deltas().slice(2)).toMatchObject([
    { viewId: stockView, seq: 2, change: { upserts: [{ onHand: 100 }] } },
    { viewId: sumView, seq: 2, change: { value: { unitsOnHand: 140 } } },
  ])
  await folder.clock.advance(100)
  expect(posted).toHaveLength(4)
})

test('a stream that goes on is told in frames that become longer, up to ten a second, and ends with the newest state', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList())
  let quantity = 0
  const streamFor = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 4) {
      commit(feed.north(['inventory', stock('a', (quantity += 1))]))
      await folder.clock.advance(4)
    }
  }
  await streamFor(400)
  posted = []
  await streamFor(1_920)
  expect(posted).toHaveLength(20)
  await folder.clock.advance(STREAM_MS)
  expect(deltas().at(-1)).toMatchObject({ change: { upserts: [{ onHand: quantity }] } })
  expect(folder.clock.pending()).toBe(0)
})

test('commits of hundreds of lines are told twice a second, and with them what else happens to these lists; then single changes at once', async () => {
  host.attach(mirror)
  open(desk, sumView, summary)
  const many = Array.from({ length: 600 }, (_, n) => `many-${n}`)
  const deliver = (quantity: number): void =>
    commit(
      feed.north(
        ...many.map((of) => ['inventory', stock(of, quantity)] as [string, Record<string, unknown>]),
      ),
    )
  commit(feed.site(...many.map((of) => ['products', product(of)] as [string, Record<string, unknown>])))
  deliver(1)
  posted = []
  await folder.clock.advance(BULK_MS)
  for (let time = 1; time <= 12; time++) {
    deliver(1 + time)
    await folder.clock.advance(160)
  }
  expect(posted).toHaveLength(5)
  await folder.clock.advance(BULK_MS)
  posted = []
  deliver(20)
  expect(posted).toHaveLength(1)
  await folder.clock.advance(STREAM_MS)
  deliver(21)
  // Somebody works here meanwhile.
  commit(feed.north(['inventory', stock('a', 9)]))
  host.workChanged()
  await folder.clock.advance(BULK_MS - STREAM_MS - 1)
  expect(posted).toHaveLength(1)
  await folder.clock.advance(1)
  expect(posted).toHaveLength(2)
  await folder.clock.advance(BULK_MS)
  posted = []
  commit(feed.north(['inventory', stock('a', 8)]))
  expect(posted).toHaveLength(1)
})

test('a view beside a stream is told within a frame; and after the stream each single change at once', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList())
  open(desk, sumView, summary)
  const isStockTold = (): boolean => deltas().some(({ viewId }) => viewId === stockView)
  for (let time = 0; time < 100 || !isStockTold(); time++) {
    posted = []
    // Allocated goods are still on hand: the totals do not change.
    commit(feed.north(['inventory', stock('a', 9, { quantity_allocated: time % 7 })]))
    await folder.clock.advance(4)
  }
  posted = []
  commit(feed.north(['inventory', stock('a', 8)]))
  await folder.clock.advance(FRAME_MS)
  expect(deltas()).toMatchObject([{ viewId: sumView }])
  await folder.clock.advance(2 * STREAM_MS)
  posted = []
  commit(feed.north(['inventory', stock('a', 7)]))
  expect(deltas()).toMatchObject([{ viewId: stockView }, { viewId: sumView }])
})

test('[D1] a frame that falls between a commit and its telling shows all of the commit, or nothing', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList())
  commit(feed.north(['inventory', stock('c', 9)]))
  commit(feed.north(['inventory', stock('a', 4)]))
  note(feed.north(['inventory', stock('a', 3)], ['inventory', stock('b', 3)]))
  await folder.clock.advance(16)
  expect(deltas().at(-1)).toMatchObject({
    change: {
      upserts: [
        { id: id('a'), onHand: 3 },
        { id: id('b'), onHand: 3 },
      ],
    },
  })
  posted = []
  host.show()
  expect(posted).toEqual([])
})

test('what happens elsewhere in the list is not told', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList())
  open(gate, stockView, stockList({ warehouseId: id('elsewhere') }))
  commit(feed.north(['inventory', stock('e', 4)]))
  await folder.clock.advance(100)
  expect(posted).toEqual([])
  expect(folder.clock.pending()).toBe(0)
})

test('a row that enters, leaves or moves gives the order and the total anew', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList({ sort: 'available', filter: 'low' }))
  commit(feed.north(['inventory', stock('e', 4)]))
  await folder.clock.advance(16)
  commit(feed.north(['inventory', stock('a', 2)]))
  await folder.clock.advance(16)
  commit(feed.north(['inventory', stock('a', 5)]))
  await folder.clock.advance(16)
  commit(feed.north(['inventory', stock('e', 100)]))
  expect(deltas().map(({ change }) => change)).toMatchObject([
    { total: 1, upserts: [{ sku: 'E' }], order: [id('e')] },
    { total: 2, upserts: [{ sku: 'A' }], order: [id('a'), id('e')] },
    { total: 2, upserts: [{ sku: 'A' }], order: [id('e'), id('a')] },
    { total: 1, upserts: [], order: [id('a')] },
  ])
})

test('a search notices a product that is renamed into it', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList({ search: 'lamp' }))
  commit(feed.site(['products', product('d', { name: 'Red lamp' })]))
  await folder.clock.advance(16)
  commit(feed.site(['products', product('d', { name: 'Red bulb' })]))
  expect(deltas().map(({ change }) => change)).toMatchObject([
    { total: 1, order: [id('d')] },
    { total: 0, order: [] },
  ])
})

test('[D1] opening again, with or without other parameters, begins a new epoch', () => {
  host.attach(mirror)
  const first = open(desk, stockView, stockList())
  const healed = open(desk, stockView, stockList())
  const moved = open(desk, stockView, stockList({ offset: 3 }))
  expect(healed.epoch).toBeGreaterThan(first.epoch)
  expect(moved.epoch).toBeGreaterThan(healed.epoch)
  commit(feed.north(['inventory', stock('e', 4)]))
  expect(deltas()).toMatchObject([{ epoch: moved.epoch, seq: 1 }])
})

test('[D1] another mirror is another epoch, told whole; without one lists are empty and values blank', async () => {
  const before = open(desk, stockView, stockList())
  expect(before.result).toEqual({ kind: 'list', total: 0, offset: 0, rows: [] })
  expect(open(desk, sumView, summary).result).toMatchObject({ value: { products: 0 } })
  host.attach(mirror)
  expect(deltas()).toMatchObject([
    { viewId: stockView, seq: 0, change: { total: 5, order: [id('a'), id('b'), id('c')] } },
    { viewId: sumView, seq: 0, change: { value: { products: 5 } } },
  ])
  expect(deltas()[0]?.epoch).toBeGreaterThan(before.epoch)
  host.attach(null)
  await folder.clock.advance(16)
  expect(deltas().at(-2)).toMatchObject({ seq: 0, change: { total: 0, order: [] } })
})

test('the status is told when it differs from the last', async () => {
  const { result } = open(desk, 'status' as ViewId, { name: 'status', params: {} })
  if (result.kind !== 'value') throw new Error('The status is a value.')
  const live: Status = { ...(result.value as Status), link: { at: 'live', since: 1 }, asOf: 1 }
  host.setStatus(live)
  await folder.clock.advance(16)
  host.setStatus({ ...live, link: { ...live.link } })
  await folder.clock.advance(16)
  expect(deltas()).toMatchObject([{ seq: 1, change: { kind: 'value', value: live } }])
})

test('a closed view and a forgotten window hear no more, and leave no timer', async () => {
  host.attach(mirror)
  open(desk, stockView, stockList())
  open(gate, stockView, stockList())
  host.close(desk, stockView)
  commit(feed.north(['inventory', stock('a', 1)]))
  commit(feed.north(['inventory', stock('a', 2)]))
  expect(posted.map(({ window }) => window)).toEqual([gate])
  host.forget(gate)
  expect(folder.clock.pending()).toBe(0)
  await folder.clock.advance(100)
  expect(posted).toHaveLength(1)
})

test('a disk that fails a view is told to the engine; the window keeps what it shows, and gets the rest when it works', async () => {
  let fails = false
  const careful = new Proxy(mirror, {
    get(target, key) {
      if (fails && (key === 'stockList' || key === 'stockRows')) throw new MirrorError('damaged', 'Damaged.')
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  host.attach(careful)
  open(desk, stockView, stockList())
  fails = true
  commit(feed.north(['inventory', stock('a', 1)]))
  expect(posted).toEqual([])
  expect(troubles).toMatchObject([{ problem: 'damaged' }])
  expect(host.open(gate, stockView, stockList())).toMatchObject({ ok: false, error: { retryable: true } })
  fails = false
  await folder.clock.advance(16)
  commit(feed.north(['inventory', stock('b', 1)]))
  await folder.clock.advance(16)
  expect(deltas()).toMatchObject([{ seq: 1, change: { upserts: [{ sku: 'A' }, { sku: 'B' }] } }])
})

test('diagnostics are gathered while a window looks, and never otherwise', async () => {
  const view: ViewSpec = { name: 'diagnostics', params: {} }
  const lists = { history: [], scopes: [], proofs: [] }
  const blank: Diagnostics = { feed: 'polling', ...lists, misses: 0, rowsRepaired: 0, mirror: null }
  let misses = 0
  let gathered = 0
  const gather = () => {
    gathered += 1
    return { ...blank, misses }
  }
  host.setDiagnostics(gather)
  expect([host.isWatched('diagnostics'), gathered]).toEqual([false, 0])

  const { result } = open(desk, sumView, view)
  expect(result).toEqual({ kind: 'value', value: { ...blank, misses: 0 } })
  expect([host.isWatched('diagnostics'), host.isWatched('status')]).toEqual([true, false])
  misses = 1
  host.setDiagnostics(gather)
  expect(deltas()).toMatchObject([{ seq: 1, change: { kind: 'value', value: { misses: 1 } } }])

  host.close(desk, sumView)
  expect(host.isWatched('diagnostics')).toBe(false)
})
