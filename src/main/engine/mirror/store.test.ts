import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  barcode,
  Feed,
  id,
  mirrorFolder,
  north,
  northScope,
  owner,
  product,
  stock,
} from '#test/harness/mirror-data.ts'
import { siteScope } from '#shared/domain/scope.ts'
import type { Db } from './database.ts'
import { migrate } from './migrations/index.ts'
import { MirrorError } from './mirror.ts'
import { openForWriting } from './open-database.ts'
import { SqliteMirror } from './store.ts'

/* Trouble in the middle of a transaction, made by triggers and page limits on the very file the mirror writes to. */

let folder: ReturnType<typeof mirrorFolder>
let db: Db
let mirror: SqliteMirror
let feed: Feed

beforeEach(() => {
  folder = mirrorFolder()
  db = openForWriting(path.join(folder.directory, 'mirror.db'), null)
  migrate(db)
  mirror = new SqliteMirror(db, {
    ...folder.options,
    readOnlyBecause: null,
    upgraded: false,
    unlock: () => undefined,
    damageFound: () => undefined,
    openBeside: () => db,
  })
  feed = new Feed()
  mirror.apply(feed.site(['products', product('mug')], ['product_barcodes', barcode('111', 'mug')]))
  mirror.apply(feed.north(['inventory', stock('mug', 3)]))
  mirror.markComplete(1_000)
})
afterEach(() => {
  mirror.close()
  folder.remove()
})

/** Everything the file says, but for how the full-text index lays out its pages. */
const contents = (): unknown =>
  ['scopes', 'products', 'product_barcodes', 'inventory', 'stock_line', 'stock_count', 'product_text'].map(
    (table) => db.prepare(`select * from ${table}`).all(),
  )

const steps: [table: string, when: string][] = [
  ['products', 'insert'],
  ['products', 'update'],
  ['product_barcodes', 'insert'],
  ['product_text', 'insert'],
  ['inventory', 'insert'],
  ['stock_line', 'insert'],
  ['stock_line', 'update'],
  ['stock_count', 'update'],
  ['scopes', 'update'],
]

test.each(steps)(
  '[M1] a transaction that fails at %s (%s) leaves rows, lines, counts and cursor as they were',
  (table, when) => {
    const site = feed.site(
      ['products', product('mug', { name: 'Cup' })],
      ['products', product('jug')],
      ['product_barcodes', barcode('222', 'jug')],
    )
    const stocks = feed.north(['inventory', stock('mug', 9)], ['inventory', stock('jug', 2)])
    let failures = 0
    for (const batch of [site, stocks]) {
      const before = contents()
      db.exec(
        `create temp trigger broken before ${when} on main.${table} begin select raise(abort, 'broken'); end`,
      )
      const result = attempt(() => mirror.apply(batch))
      db.exec('drop trigger broken')
      if (result === 'failed') {
        failures += 1
        expect(contents()).toEqual(before)
        expect(mirror.apply(batch).kind).toBe('applied')
      }
    }
    expect(failures).toBeGreaterThan(0)
    expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 2, unitsOnHand: 11 })
    expect(
      mirror.stockList({
        warehouseId: north,
        search: 'cup',
        filter: 'all',
        sort: 'sku',
        direction: 'asc',
        offset: 0,
        limit: 9,
      }).total,
    ).toBe(1)
  },
)

function attempt<T>(work: () => T): T | 'failed' {
  try {
    return work()
  } catch {
    return 'failed'
  }
}

test('a full disk is told by its kind, changes nothing, and is over when there is room again', () => {
  const before = contents()
  const batch = feed.north(
    ...Array.from({ length: 2_000 }, (_, i): ['inventory', Record<string, unknown>] => [
      'inventory',
      stock(`product ${i}`, 1),
    ]),
  )
  const pages = Number(db.pragma('page_count', { simple: true }))
  db.pragma(`max_page_count = ${pages + 2}`)
  expect(() => mirror.apply(batch)).toThrow(
    expect.objectContaining({ name: 'MirrorError', problem: 'disk-full' }),
  )
  expect(contents()).toEqual(before)
  expect(mirror.cursor(northScope).seq).toBe(1)
  expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(3)
  db.pragma('max_page_count = 1000000')
  expect(mirror.apply(batch).kind).toBe('applied')
})

test('a disk that turns read-only is told by its kind, and what is there can still be read', () => {
  db.pragma('query_only = on')
  expect(() => mirror.apply(feed.north(['inventory', stock('cup', 1)]))).toThrow(MirrorError)
  expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(3)
  db.pragma('query_only = off')
})

test('"as of" is written with the next batch or after a second, not with every word that all is complete', async () => {
  const written = () => db.prepare("select value from meta where key = 'as_of'").pluck().get()
  mirror.markComplete(2_000)
  expect(mirror.asOf()).toBe(2_000)
  await folder.clock.advance(1_000)
  mirror.markComplete(3_000)
  expect(written()).toBe('3000')
  mirror.markComplete(4_000)
  expect(written()).toBe('3000')
  mirror.apply(feed.north(['inventory', stock('cup', 1)]))
  expect(written()).toBe('4000')
})

test('a rolled back start over does not forget the "as of"', () => {
  db.exec(`create temp trigger broken before update on main.scopes begin select raise(abort, 'broken'); end`)
  const again = {
    ...new Feed().north(['inventory', stock('mug', 1)]),
    epoch: id('second epoch'),
    startOver: true,
  }
  expect(() => mirror.apply(again)).toThrow()
  expect(mirror.asOf()).toBe(1_000)
  db.exec('drop trigger broken')
  mirror.apply(again)
  expect(mirror.asOf()).toBeNull()
  expect(mirror.owner()).toBe(owner)
})

/** What the disk has room for, in pages beyond what it holds now. */
const roomFor = (pages: number): void => {
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + pages}`)
}

const manyProducts = () => {
  const rows = Array.from({ length: 1_500 }, (_, i) => product(`product ${i}`))
  const changes = rows.map((row, i) => ({ table: 'products', id: String(row['id']), seq: 1 + i, row }))
  const buckets = [...new Set(changes.map(({ id: of }) => of.slice(0, 2)))]
  return { changes, buckets: buckets.map((bucket) => ({ table: 'products', bucket })) }
}

test('[M1] a disk that fills up during a repair is told by its kind, changes nothing, and is over when there is room', () => {
  const { epoch, seq } = mirror.cursor(siteScope)
  const repair = { scope: siteScope, epoch: epoch ?? '', head: seq + 2_000, ...manyProducts() }
  const before = contents()
  roomFor(3)
  expect(() => mirror.repair(repair)).toThrow(expect.objectContaining({ problem: 'disk-full' }))
  expect(contents()).toEqual(before)
  expect(mirror.cursor(siteScope).seq).toBe(seq)
  db.pragma('max_page_count = 1000000')
  expect(mirror.repair(repair)).toMatchObject({ kind: 'repaired' })
  expect(mirror.rows('products').length).toBeGreaterThanOrEqual(1_500)
})

test('a disk that turns read-only refuses a repair by its kind, and diagnostics in silence', async () => {
  const { epoch, seq: head } = mirror.cursor(siteScope)
  const repair = { scope: siteScope, epoch: epoch ?? '', head, buckets: manyProducts().buckets, changes: [] }
  const before = contents()
  db.pragma('query_only = on')
  expect(() => mirror.repair(repair)).toThrow(expect.objectContaining({ problem: 'read-only' }))
  expect(contents()).toEqual(before)
  for (const at of [1, 2, 3]) {
    await folder.clock.advance(1_000)
    mirror.diagnostics.linkMoved({ at, from: 'live', to: 'waiting', by: 'closed', because: null })
  }
  expect(mirror.diagnostics.read()).toMatchObject({ history: [{ at: 3 }, { at: 2 }, { at: 1 }] })
  const told = folder.log.lines.filter(({ event }) => event === 'mirror.diagnostics-failed')
  expect(told).toMatchObject([{ facts: { problem: 'read-only' } }])
  db.pragma('query_only = off')
  await folder.clock.advance(1_000)
  mirror.apply(feed.north(['inventory', stock('cup', 1)]))
  expect(db.prepare('select at from link_moves order by no').pluck().all()).toEqual([1, 2, 3])
})

test('a disk that is full keeps diagnostics in memory until there is room', async () => {
  roomFor(0)
  await folder.clock.advance(1_000)
  const by = 'x'.repeat(20_000)
  mirror.diagnostics.linkMoved({ at: 1, from: 'live', to: 'waiting', by, because: null })
  expect(mirror.diagnostics.read().history).toHaveLength(1)
  expect(db.prepare('select count(*) from link_moves').pluck().get()).toBe(0)
  expect(folder.log.lines.at(-1)?.facts).toMatchObject({ problem: 'disk-full' })
  db.pragma('max_page_count = 1000000')
  mirror.checkpoint()
  expect(db.prepare('select count(*) from link_moves').pluck().get()).toBe(1)
})
