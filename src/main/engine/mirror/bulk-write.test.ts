import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MutationId } from '#shared/domain/ids.ts'
import { siteScope } from '#shared/domain/scope.ts'
import { Feed, id, mirrorFolder, north, northScope, product, stock } from '#test/harness/mirror-data.ts'
import { openForWriting } from './open-database.ts'
import { migrate } from './migrations/index.ts'
import type { Batch, DrawnCommand, LocalMirror } from './mirror.ts'
import { mirrorPath } from './mirror-file.ts'
import { SqliteMirror } from './store.ts'

const list = {
  warehouseId: north,
  search: '',
  filter: 'all',
  sort: 'sku',
  direction: 'asc',
  offset: 0,
  limit: 500,
} as const

const names = Array.from({ length: 200 }, (_, i) => `p${i}`)
const never = (): Promise<void> => Promise.reject(new Error('There was no need to pause.'))

let folder: ReturnType<typeof mirrorFolder>
let feed: Feed
beforeEach(() => {
  folder = mirrorFolder()
  feed = new Feed()
})
afterEach(() => folder.remove())

const allProducts = (): Batch =>
  feed.site(...names.map((name) => ['products', product(name)] as const).map(pair))
const allStock = (quantity: number): Batch =>
  feed.north(...names.map((name) => ['inventory', stock(name, quantity)] as const).map(pair))
const pair = ([table, row]: readonly [string, Record<string, unknown>]): [
  string,
  Record<string, unknown>,
] => [table, row]

const quantities = (mirror: LocalMirror): Set<number> =>
  new Set(mirror.stockList(list).rows.map(({ onHand }) => onHand))

/** Each look at the clock takes a moment, as it does where there is much to write. */
const busyClock = () => {
  let nowMs = 0
  return { ...folder.clock, monotonicMs: () => (nowMs += 1) }
}

const filled = (): LocalMirror => {
  const { mirror } = folder.open({ clock: busyClock() })
  mirror.apply(allProducts())
  mirror.apply(allStock(1))
  return mirror
}

test('[M1] whoever reads while pages are written sees the last commit, and after the end all of them', async () => {
  const mirror = filled()
  const bulk = mirror.openBulk()
  let pauses = 0
  const look = async (): Promise<void> => {
    pauses += 1
    expect(quantities(mirror)).toEqual(new Set([1]))
    expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(names.length)
  }
  expect(await bulk.apply(allStock(2), look)).toMatchObject({ kind: 'applied' })
  await look()
  expect(await bulk.apply(allStock(3), look)).toMatchObject({ kind: 'applied' })
  expect(pauses).toBeGreaterThan(20)
  const changesets = bulk.end()
  expect(changesets.map(({ lines }) => lines.length)).toEqual([names.length, names.length])
  expect(quantities(mirror)).toEqual(new Set([3]))
  expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(3 * names.length)
  expect(bulk.end()).toEqual([])
})

test('[M2] what a bulk write leaves is what the same batches leave one by one', async () => {
  const batches = [
    allProducts(),
    allStock(1),
    feed.north(['inventory', id(`stock p3 A-1 ${north}`)]),
    allStock(4),
  ]
  const { mirror: one } = folder.open()
  for (const batch of batches) one.apply(batch)
  const { mirror: other } = folder.open({ serverUrl: 'http://elsewhere', clock: busyClock() })
  const bulk = other.openBulk()
  for (const batch of batches) await bulk.apply(batch, () => Promise.resolve())
  bulk.end()
  expect(other.stockList(list)).toEqual(one.stockList(list))
  expect(other.summary({ warehouseId: north })).toEqual(one.summary({ warehouseId: north }))
  expect(other.rows('inventory')).toEqual(one.rows('inventory'))
  for (const scope of [siteScope, northScope]) expect(other.digest(scope)).toEqual(one.digest(scope))
})

test('a search made beside it finds the new name after the end, not before', async () => {
  const mirror = filled()
  const found = (search: string): number => mirror.stockList({ ...list, search }).total
  expect(found('teapot')).toBe(0)
  const bulk = mirror.openBulk()
  await bulk.apply(feed.site(['products', product('p1', { name: 'teapot' })]), () => Promise.resolve())
  expect(found('teapot')).toBe(0)
  bulk.end()
  expect(found('teapot')).toBe(1)
  const next = mirror.openBulk()
  expect(found('teapot')).toBe(1)
  next.end()
})

describe('while it is open', () => {
  test('[M2] a batch that does not follow is a gap, a poke finds no room, a repair is outdated', async () => {
    const mirror = filled()
    const bulk = mirror.openBulk()
    const [second, third] = [allStock(2), allStock(3)]
    expect(await bulk.apply(third, never)).toMatchObject({ kind: 'gap' })
    expect(mirror.apply(second)).toMatchObject({ kind: 'gap' })
    const { epoch, seq: head } = mirror.cursor(northScope)
    const repair = { scope: northScope, epoch: epoch ?? '', head, buckets: [], changes: [] }
    expect(mirror.repair(repair)).toEqual({ kind: 'outdated' })
    bulk.end()
    expect(quantities(mirror)).toEqual(new Set([1]))
    expect(mirror.apply(second)).toMatchObject({ kind: 'applied' })
  })

  test('[M1] a mirror that is closed in the middle of a batch has all of it, and its cursor, when it is opened again', async () => {
    const mirror = filled()
    const bulk = mirror.openBulk()
    const batch = allStock(2)
    let closed = false
    await bulk.apply(batch, async () => {
      if (!closed) mirror.close()
      closed = true
    })
    expect(closed).toBe(true)
    const { mirror: again } = folder.open()
    expect(quantities(again)).toEqual(new Set([2]))
    expect(again.cursor(northScope).seq).toBe(batch.to)
  })

  test('the next one ends it, with the batch under way', async () => {
    const mirror = filled()
    const bulk = mirror.openBulk()
    let next: ReturnType<LocalMirror['openBulk']> | null = null
    await bulk.apply(allStock(2), async () => {
      next ??= mirror.openBulk()
    })
    expect(next).not.toBeNull()
    expect(bulk.end().map(({ lines }) => lines.length)).toEqual([names.length])
    expect(quantities(mirror)).toEqual(new Set([2]))
  })
})

test('[M1] a disk that refuses undoes all of it; when it takes writes again the same pages are taken', async () => {
  const { directory, options } = folder
  const db = openForWriting(mirrorPath(directory, options.serverUrl, options.owner), null)
  migrate(db)
  const mirror = new SqliteMirror(db, {
    ...options,
    ...{ readOnlyBecause: null, upgraded: false, unlock: () => undefined, damageFound: () => undefined },
    openBeside: () => db,
  })
  const pages = Number(db.pragma('page_count', { simple: true }))
  const batches = [allProducts(), allStock(1)]
  db.pragma(`max_page_count = ${pages + 10}`)
  const bulk = mirror.openBulk()
  const write = async (): Promise<void> => {
    for (const batch of batches) await bulk.apply(batch, never)
    bulk.end()
  }
  await expect(write()).rejects.toMatchObject({ name: 'MirrorError', problem: 'disk-full' })
  expect(mirror.cursors()).toEqual([])
  expect(bulk.end()).toEqual([])
  expect(await bulk.apply(batches[0]!, never)).toMatchObject({ kind: 'gap' })
  db.pragma('max_page_count = 1000000')
  for (const batch of batches) expect(mirror.apply(batch)).toMatchObject({ kind: 'applied' })
  mirror.close()
})

describe('work drawn in the middle of it', () => {
  const mutation = id<MutationId>('a pick')
  const drawnAt = (at: DrawnCommand['at'], seq?: number): DrawnCommand => ({
    id: mutation,
    effects: [{ on: 'bin', warehouse_id: north, product_id: id('p1'), bin: 'A-1', onHand: -1, allocated: 0 }],
    at,
    settles: seq === undefined ? [] : [{ scope: northScope, seq }],
  })
  const figure = (mirror: LocalMirror): number | undefined =>
    mirror.stockList(list).rows.find((row) => row.id === id('p1'))?.onHand

  test('[O1] is seen with its pages', async () => {
    const mirror = filled()
    const bulk = mirror.openBulk()
    let drawn = false
    await bulk.apply(allStock(5), async () => {
      if (!drawn) expect(mirror.draw({ drawn: [drawnAt('station')], erased: [] }).lines).toEqual([])
      drawn = true
      expect(figure(mirror)).toBe(1)
    })
    expect(drawn).toBe(true)
    const changesets = bulk.end()
    expect(changesets.flatMap(({ lines }) => lines.map(({ productId }) => productId))).toContain(id('p1'))
    expect(figure(mirror)).toBe(4)
    expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(5 * names.length - 1)
  })

  test('[O2] is counted once, whichever pause the answer comes in and the page that brings it is written in', async () => {
    let pausesOfAll = Infinity
    for (let inPause = 0; inPause < pausesOfAll; inPause += 5) {
      feed = new Feed()
      const { mirror } = folder.open({ serverUrl: `http://pause-${inPause}`, clock: busyClock() })
      mirror.apply(allProducts())
      mirror.apply(allStock(1))
      mirror.draw({ drawn: [drawnAt('station')], erased: [] })
      expect(figure(mirror)).toBe(0)
      const batch = allStock(1)
      // The server has taken one, and the page shows it.
      const brought = { ...batch, changes: batch.changes.map((change) => taken(change)) }
      const bulk = mirror.openBulk()
      let pause = 0
      await bulk.apply(brought, async () => {
        if (pause++ === inPause) mirror.draw({ drawn: [drawnAt('server', batch.to)], erased: [] })
        expect(figure(mirror)).toBe(0)
      })
      pausesOfAll = pause
      const settled = bulk.end().flatMap((changeset) => changeset.settled)
      expect({ inPause, figure: figure(mirror), settled }).toEqual({
        inPause,
        figure: 0,
        settled: [mutation],
      })
      mirror.close()
    }
    expect(pausesOfAll).toBeGreaterThan(10)
  })

  const taken = (change: Batch['changes'][number]): Batch['changes'][number] =>
    change.row?.['product_id'] === id('p1')
      ? { ...change, row: { ...change.row, quantity_on_hand: 0 } }
      : change
})
