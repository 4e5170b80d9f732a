import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProductId } from '#shared/domain/ids.ts'
import { siteScope, type Scope } from '#shared/domain/scope.ts'
import {
  barcode,
  EIGHT_O_CLOCK,
  Feed,
  id,
  mirrorFolder,
  north,
  northScope,
  owner,
  product,
  stock,
} from '#test/harness/mirror-data.ts'
import { ServerRows } from '#test/harness/server-rows.ts'
import { differingBuckets } from './digest-compare.ts'
import type { LocalMirror, MirroredTable } from './mirror.ts'
import { mirrorPath } from './sqlite-mirror.ts'

let folder: ReturnType<typeof mirrorFolder>
let mirror: LocalMirror
let server: ServerRows
let feed: Feed

const order = (number: string, more: object = {}) => ({
  id: id(`order ${number}`),
  warehouse_id: north,
  number,
  customer: null,
  status: 'pending',
  priority: 1,
  due_at: null,
  created_at: EIGHT_O_CLOCK,
  changed_at: EIGHT_O_CLOCK,
  ...more,
})

beforeEach(() => {
  folder = mirrorFolder()
  const opened = folder.open().mirror
  server = new ServerRows()
  mirror = server.listeningTo(opened)
  feed = new Feed()
  mirror.apply(
    feed.site(
      ['products', product('mug', { name: 'Blue mug' })],
      ['products', product('jug')],
      ['product_barcodes', barcode('111222', 'mug')],
    ),
  )
  mirror.apply(
    feed.north(
      ['inventory', stock('mug', 3)],
      ['inventory', stock('jug', 20, { bin: 'B-2' })],
      ['sales_orders', order('SO-1')],
      // A status this version does not know.
      ['sales_orders', order('SO-2', { status: 'teleported' })],
    ),
  )
})
afterEach(() => folder.remove())

/** Changes the file behind the mirror's back, as a mistake in it or on its disk might. */
function damage(...statements: string[]): void {
  const db = new Database(mirrorPath(folder.directory, folder.options.serverUrl, owner))
  for (const sql of statements) {
    const { changes } = db.prepare(sql).run()
    if (changes === 0) throw new Error(`Nothing was damaged by: ${sql}`)
  }
  db.close()
}

const differing = (scope: Scope) => differingBuckets(mirror.digest(scope), server.digest(scope))

function repairScope(scope: Scope) {
  const result = mirror.repair(server.repair(scope, differing(scope)))
  if (result.kind !== 'repaired') throw new Error('The answer was outdated.')
  return result
}

/** All that a window could show of the site. */
const shown = () => ({
  rows: (['products', 'product_barcodes', 'inventory', 'sales_orders'] as MirroredTable[]).map((table) =>
    mirror.rows(table),
  ),
  summary: mirror.summary({ warehouseId: north }),
  found: ['', 'blue', 'jug', '111222', 'wrong'].map((search) => {
    const { total, rows } = mirror.stockList({
      warehouseId: north,
      search,
      filter: 'all',
      sort: 'sku',
      direction: 'asc',
      offset: 0,
      limit: 100,
    })
    return { total, rows }
  }),
  orders: mirror.orders({ warehouseId: north, status: null, offset: 0, limit: 10 }),
  unreadable: mirror.diagnostics.read().mirror?.unreadableRows,
})

const mug = id<ProductId>('mug')
const damages: [what: string, scope: Scope, rows: number, ...sql: string[]][] = [
  ['a row is missing', northScope, 1, 'delete from inventory where quantity_on_hand = 3'],
  ['a product is missing', siteScope, 1, `delete from products where name = 'Blue mug'`],
  [
    'a number is too low',
    northScope,
    1,
    `update inventory set seq = 0, quantity_on_hand = 99 where bin = 'A-1'`,
  ],
  [
    'a number is too high',
    northScope,
    1,
    `update inventory set seq = seq + 1, quantity_on_hand = 99 where bin = 'A-1'`,
  ],
  [
    'a number is beyond the head',
    siteScope,
    1,
    `update products set seq = 9000, name = 'wrong' where sku = 'MUG'`,
  ],
  [
    'a row is too many',
    northScope,
    1,
    `insert into inventory select '${id('extra')}', scope, 1, product, 'Z-9', 7, 0, changed_at from inventory limit 1`,
  ],
  [
    'a row is too many with a number beyond the head',
    northScope,
    1,
    `insert into inventory select '${id('extra')}', scope, 77, product, 'Z-9', 7, 0, changed_at from inventory limit 1`,
  ],
  [
    'a row stands for a product that is none',
    northScope,
    1,
    `update inventory set product = 999, seq = 9 where bin = 'A-1'`,
  ],
  [
    'a barcode is for a product that is none',
    siteScope,
    1,
    'update product_barcodes set product = 999, seq = 9',
  ],
  ['a row says it is of another scope', siteScope, 1, `update products set scope = 77 where sku = 'MUG'`],
  ['a plain row is missing', northScope, 1, `delete from sales_orders where number = 'SO-1'`],
  ['a plain row has a wrong number', northScope, 1, `update sales_orders set seq = 40, status = 'shipped'`],
  ['an unreadable row is forgotten', northScope, 1, 'delete from unreadable'],
  ['an unreadable row has a wrong number', northScope, 1, 'update unreadable set seq = 50'],
  [
    'a readable row is said to be unreadable as well',
    siteScope,
    1,
    `insert into unreadable values ((select scope from products limit 1), 'products', '${mug}', 1, 'broken')`,
  ],
  [
    'an unreadable row of a table that is not known is too many',
    siteScope,
    1,
    `insert into unreadable values ((select scope from products limit 1), 'robots', '${mug}', 1, 'broken')`,
  ],
  [
    'everything is lost',
    northScope,
    4,
    'delete from inventory',
    'delete from sales_orders',
    'delete from unreadable',
  ],
]

test.each(damages)(
  '[M3] %s: the digest tells, and the repair makes all as it was',
  (_what, scope, rows, ...sql) => {
    const before = shown()
    const cursors = mirror.cursors()
    damage(...sql)
    expect(differing(scope)).not.toEqual([])
    expect(repairScope(scope).rows).toBe(rows)
    expect(differing(scope)).toEqual([])
    expect(shown()).toEqual(before)
    expect(mirror.cursors()).toEqual(cursors)
    mirror.apply(feed.north(['inventory', stock('mug', 5)]))
    mirror.apply(feed.site(['products', product('mug', { name: 'Red mug' })]))
    expect(mirror.stockDetail({ warehouseId: north, productId: mug })).toMatchObject({
      onHand: 5,
      product: { name: 'Red mug' },
    })
  },
)

describe('[M3] a repair', () => {
  const bucketOf = (table: string, of: string) => ({ table, bucket: of.slice(0, 2) })

  test('writes rows anew whose number is right and whose values are not, and counts them', () => {
    const before = shown()
    damage(`update inventory set quantity_on_hand = 1000 where bin = 'A-1'`)
    expect(differing(northScope)).toEqual([])
    const answer = server.repair(northScope, [bucketOf('inventory', id(`stock mug A-1 ${north}`))])
    expect(mirror.repair(answer)).toMatchObject({ kind: 'repaired', rows: 1 })
    expect(shown()).toEqual(before)
  })

  test('of what is right changes nothing, counts nothing, and can be done again', () => {
    const before = shown()
    const all = server.digest(northScope).buckets
    for (let time = 0; time < 2; time++) {
      expect(mirror.repair(server.repair(northScope, all))).toMatchObject({ kind: 'repaired', rows: 0 })
      expect(shown()).toEqual(before)
    }
  })

  test('leaves the buckets alone that were not asked for', () => {
    damage(
      `update products set name = 'wrong', seq = 1 where sku = 'MUG'`,
      `delete from products where sku = 'JUG'`,
    )
    mirror.repair(server.repair(siteScope, [bucketOf('products', mug)]))
    expect(mirror.rows('products').map(({ name }) => name)).toEqual(['Blue mug'])
    expect(differing(siteScope)).toEqual([bucketOf('products', id('jug'))])
  })

  test('tells the views which rows and lines are another than before', () => {
    damage(`update inventory set quantity_on_hand = 1000, seq = 1 where bin = 'B-2'`)
    damage(`update products set name = 'wrong', seq = 9 where sku = 'MUG'`)
    const stocks = repairScope(northScope).changeset
    expect(stocks.tables.inventory).toEqual(new Set([id(`stock jug B-2 ${north}`)]))
    expect(stocks.stock.get(north)).toEqual(new Set([id('jug')]))
    const products = repairScope(siteScope).changeset
    expect(products.tables.products).toEqual(new Set([mug]))
    expect(products.lines).toMatchObject([{ productId: mug, texts: true }])
    expect(products.everything).toBe(false)
  })

  test('may know more than the cursor does, and the pull that follows is at home in it', () => {
    const cursor = mirror.cursor(northScope)
    const next = feed.north(['inventory', stock('mug', 8)], ['inventory', id(`stock jug B-2 ${north}`)])
    server.take(next)
    repairScope(northScope)
    expect(mirror.cursor(northScope)).toEqual(cursor)
    expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 1, unitsOnHand: 8 })
    expect(mirror.apply(next).kind).toBe('applied')
    expect(mirror.summary({ warehouseId: north })).toMatchObject({ products: 1, unitsOnHand: 8 })
    expect(differing(northScope)).toEqual([])
  })
})

describe('[M2] an answer is outdated, and changes nothing,', () => {
  const all = () => server.digest(northScope).buckets

  test('when the cursor is beyond its head: rows newer than it stay', () => {
    const old = server.repair(northScope, all())
    mirror.apply(feed.north(['inventory', stock('mug', 8)]))
    const before = shown()
    expect(mirror.repair(old)).toEqual({ kind: 'outdated' })
    expect(shown()).toEqual(before)
  })

  test('when an earlier answer was newer, until the cursor is beyond that', () => {
    const old = server.repair(northScope, all())
    const next = feed.north(['inventory', stock('mug', 8)])
    server.take(next)
    mirror.repair(server.repair(northScope, all()))
    expect(mirror.repair(old)).toEqual({ kind: 'outdated' })
    expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(28)
    mirror.apply(next)
    expect(mirror.repair(server.repair(northScope, all())).kind).toBe('repaired')
  })

  test('when the epoch is another, or the scope is not held', () => {
    const before = shown()
    const answer = server.repair(northScope, all())
    expect(mirror.repair({ ...answer, epoch: id('another epoch') })).toEqual({ kind: 'outdated' })
    expect(mirror.repair({ ...answer, scope: 'warehouse:none' as Scope })).toEqual({ kind: 'outdated' })
    expect(shown()).toEqual(before)
    mirror.drop([northScope])
    expect(mirror.repair(answer)).toEqual({ kind: 'outdated' })
  })
})
