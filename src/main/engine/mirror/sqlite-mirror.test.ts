import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StockSort } from '#shared/protocol/views.ts'
import { siteScope } from '#shared/domain/scope.ts'
import {
  alert,
  barcode,
  EIGHT_O_CLOCK,
  Feed,
  firstEpoch,
  id,
  mirrorFolder,
  north,
  northScope,
  note,
  owner,
  ownerScope,
  person,
  product,
  receipt,
  south,
  southScope,
  station,
  stock,
  warehouse,
} from '#test/harness/mirror-data.ts'
import type { Batch, LocalMirror } from './mirror.ts'

let folder: ReturnType<typeof mirrorFolder>
let mirror: LocalMirror
let feed: Feed

beforeEach(() => {
  folder = mirrorFolder()
  mirror = folder.open().mirror
  feed = new Feed()
})
afterEach(() => folder.remove())

const applied = (batch: Batch) => {
  const result = mirror.apply(batch)
  if (result.kind !== 'applied') throw new Error(`A gap at ${result.cursor.seq}.`)
  return result
}

const list = (more: Partial<Parameters<LocalMirror['stockList']>[0]> = {}) =>
  mirror.stockList({
    warehouseId: north,
    search: '',
    filter: 'all',
    sort: 'sku',
    direction: 'asc',
    offset: 0,
    limit: 100,
    ...more,
  })
const skus = (more: Parameters<typeof list>[0] = {}) => list(more).rows.map(({ sku }) => sku)

test('a stock line is the product and all its bins in the warehouse', () => {
  applied(feed.site(['products', product('mug', { name: 'Blue mug', reorder_point: 20 })]))
  applied(
    feed.north(
      ['inventory', stock('mug', 12, { bin: 'B-10' })],
      [
        'inventory',
        stock('mug', 10, { bin: 'B-9', quantity_allocated: 4, changed_at: '2026-11-22T09:00:00+00:00' }),
      ],
    ),
  )
  expect(list()).toMatchObject({
    total: 1,
    rows: [
      {
        id: id('mug'),
        sku: 'MUG',
        name: 'Blue mug',
        bin: 'B-9',
        otherBins: 1,
        onHand: 22,
        allocated: 4,
        available: 18,
        reorderPoint: 20,
        state: 'low',
        changedAt: Date.parse('2026-11-22T09:00:00Z'),
      },
    ],
  })
  expect(mirror.stockDetail({ warehouseId: north, productId: id('mug') })).toMatchObject({
    onHand: 22,
    available: 18,
    state: 'low',
    bins: [
      { bin: 'B-9', onHand: 10, available: 6 },
      { bin: 'B-10', onHand: 12, available: 12 },
    ],
  })
})

test('scopes arrive in any order: stock whose product is not known yet is in no list and no count', () => {
  applied(feed.north(['inventory', stock('mug', 3)]))
  expect(list().total).toBe(0)
  expect(mirror.summary({ warehouseId: north }).products).toBe(0)
  applied(feed.site(['product_barcodes', barcode('4006381333931', 'mug')]))
  const { changeset } = applied(feed.site(['products', product('mug')]))
  expect(changeset.stock.get(north)).toEqual(new Set([id('mug')]))
  expect(skus()).toEqual(['MUG'])
  expect(skus({ search: '638133' })).toEqual(['MUG'])
  expect(mirror.summary({ warehouseId: north })).toEqual({
    products: 1,
    low: 1,
    out: 0,
    oversold: 0,
    unitsOnHand: 3,
  })
})

test('the line follows its product: renamed, another reorder point, another barcode, deleted', () => {
  applied(feed.site(['products', product('mug')], ['product_barcodes', barcode('111222', 'mug')]))
  applied(feed.north(['inventory', stock('mug', 8)]))
  expect(list().rows[0]?.state).toBe('in-stock')
  applied(feed.site(['products', product('mug', { name: 'Green cup', reorder_point: 8 })]))
  expect(list().rows[0]).toMatchObject({ name: 'Green cup', state: 'low' })
  expect(skus({ search: 'green' })).toEqual(['MUG'])
  expect(skus({ search: 'mug gre' })).toEqual(['MUG'])
  applied(feed.site(['product_barcodes', barcode('111222', 'mug', { barcode: '999888' })]))
  expect(skus({ search: '111222' })).toEqual([])
  expect(skus({ search: '99888' })).toEqual(['MUG'])
  applied(feed.site(['product_barcodes', id('barcode 111222')]))
  expect(skus({ search: '99888' })).toEqual([])
  applied(feed.site(['products', id('mug')]))
  expect(list().total).toBe(0)
  expect(mirror.stockDetail({ warehouseId: north, productId: id('mug') })).toBeNull()
  expect(mirror.summary({ warehouseId: north }).unitsOnHand).toBe(0)
})

test('a stock row that changes its product or bin leaves no trace at the old one', () => {
  applied(feed.site(['products', product('mug')], ['products', product('cup')]))
  applied(feed.north(['inventory', stock('mug', 8)]))
  const moved = { ...stock('mug', 8), product_id: id('cup'), bin: 'Z-1' }
  applied(feed.north(['inventory', moved]))
  expect(list().rows).toMatchObject([{ sku: 'CUP', bin: 'Z-1', onHand: 8 }])
})

test('filters and their totals agree with the summary', () => {
  applied(
    feed.site(
      ...['a', 'b', 'c', 'd'].map(
        (name) => ['products', product(name)] as ['products', Record<string, unknown>],
      ),
    ),
  )
  applied(
    feed.north(
      ['inventory', stock('a', 50)],
      ['inventory', stock('b', 3)],
      ['inventory', stock('c', 0)],
      ['inventory', stock('d', 2, { quantity_allocated: 5 })],
    ),
  )
  expect(skus({ filter: 'low' })).toEqual(['B'])
  expect(skus({ filter: 'out' })).toEqual(['C'])
  expect(skus({ filter: 'oversold' })).toEqual(['D'])
  expect(list({ filter: 'oversold' }).rows[0]).toMatchObject({ available: 0, onHand: 2, allocated: 5 })
  expect(mirror.summary({ warehouseId: north })).toEqual({
    products: 4,
    low: 1,
    out: 1,
    oversold: 1,
    unitsOnHand: 55,
  })
})

test('every sort is a total order, and descending is ascending read backwards', () => {
  const names = ['Anker', 'anker 2', 'Anker 10', 'Beil', 'Öse']
  applied(
    feed.site(...names.map((name): ['products', Record<string, unknown>] => ['products', product(name)])),
  )
  applied(
    feed.north(
      ...names.map((name, i): ['inventory', Record<string, unknown>] => [
        'inventory',
        stock(name, i % 2, { bin: `R-${12 - i}`, changed_at: `2026-11-22T0${9 - (i % 3)}:00:00+00:00` }),
      ]),
    ),
  )
  expect(skus()).toEqual(['ANKER', 'ANKER 2', 'ANKER 10', 'BEIL', 'ÖSE'])
  expect(skus({ sort: 'bin' })).toEqual(['ÖSE', 'BEIL', 'ANKER 10', 'ANKER 2', 'ANKER'])
  expect(skus({ sort: 'available' })).toEqual(['ANKER', 'ANKER 10', 'ÖSE', 'ANKER 2', 'BEIL'])
  expect(skus({ sort: 'changed' })).toEqual(['ANKER 10', 'ANKER 2', 'ÖSE', 'ANKER', 'BEIL'])
  for (const sort of ['sku', 'name', 'bin', 'available', 'changed'] satisfies StockSort[]) {
    expect(skus({ sort, direction: 'desc' })).toEqual(skus({ sort }).reverse())
    expect([...skus({ sort, limit: 2 }), ...skus({ sort, offset: 2 })]).toEqual(skus({ sort }))
  }
})

test('a search finds parts of SKU, name and barcode; every word must be found', () => {
  const names = ['White hanging heart', 'Red hanging lamp', 'Crème jug', 'Box 7']
  applied(
    feed.site(
      ...names.map((name, i): ['products', Record<string, unknown>] => [
        'products',
        product(name, { sku: `SKU-${i}` }),
      ]),
    ),
  )
  applied(feed.site(['product_barcodes', barcode('4006381333931', 'Box 7')]))
  applied(
    feed.north(...names.map((name): ['inventory', Record<string, unknown>] => ['inventory', stock(name, 1)])),
  )
  const found = (search: string) => list({ search }).rows.map(({ name }) => name)
  expect(found('HANG')).toEqual(['White hanging heart', 'Red hanging lamp'])
  expect(found('hang lam')).toEqual(['Red hanging lamp'])
  expect(found('hang sku-0')).toEqual(['White hanging heart'])
  expect(found('creme')).toEqual(['Crème jug'])
  expect(found('1333')).toEqual(['Box 7'])
  expect(found('31')).toEqual(['Box 7'])
  expect(found('ug')).toEqual(['Crème jug'])
  expect(found('x')).toEqual(['Box 7'])
  expect(found('7')).toEqual(['Box 7'])
  expect(found('ng mp')).toEqual(['Red hanging lamp'])
  expect(found('r n')).toEqual(['White hanging heart', 'Red hanging lamp'])
  expect(found('"hang" OR')).toEqual([])
  expect(found('%')).toEqual([])
  expect(found('  ')).toHaveLength(4)
  expect(list({ search: 'hang', offset: 1 })).toMatchObject({
    total: 2,
    rows: [{ name: 'Red hanging lamp' }],
  })
})

test('[M2] a batch that does not follow the cursor, or is of another epoch, changes nothing', () => {
  const first = feed.north(['inventory', stock('mug', 3)])
  const second = feed.north(['inventory', stock('mug', 4)])
  expect(mirror.apply(second)).toMatchObject({ kind: 'gap', cursor: { epoch: null, seq: 0 } })
  applied(first)
  expect(mirror.apply(first)).toMatchObject({ kind: 'gap', cursor: { epoch: firstEpoch, seq: 1 } })
  expect(mirror.apply({ ...second, epoch: id('other epoch') })).toMatchObject({ kind: 'gap' })
  applied(second)
  expect(mirror.cursor(northScope)).toMatchObject({ seq: 2, as_of: '2026-11-22T08:00:00.123Z' })
  expect(mirror.rows('inventory')).toMatchObject([{ quantity_on_hand: 4 }])
})

test('[M2] within a batch the newest state of a row stays, in whatever order it came', () => {
  const batch = feed.north(
    ['inventory', stock('mug', 1)],
    ['inventory', stock('cup', 1)],
    ['inventory', id(`stock mug A-1 ${north}`)],
    ['inventory', stock('cup', 2)],
  )
  applied({ ...batch, changes: [...batch.changes].reverse() })
  expect(mirror.rows('inventory')).toMatchObject([{ product_id: id('cup'), quantity_on_hand: 2 }])
})

test('starting over drops what the scope held, in the same transaction, and the figures have no "as of" until complete', () => {
  applied(feed.site(['products', product('mug')], ['products', product('cup')]))
  applied(feed.north(['inventory', stock('mug', 3)], ['inventory', stock('cup', 3)]))
  mirror.markComplete(1_000)
  const again: Batch = {
    ...new Feed().north(['inventory', stock('cup', 9)]),
    epoch: id('second epoch'),
    startOver: true,
  }
  const { changeset } = applied(again)
  expect(changeset.everything).toBe(true)
  expect(list().rows).toMatchObject([{ sku: 'CUP', onHand: 9 }])
  expect(mirror.asOf()).toBeNull()
  mirror.markComplete(2_000)
  expect(mirror.asOf()).toBe(2_000)
})

test('products start over: lines leave their lists and come back with their products', () => {
  applied(feed.site(['products', product('mug')], ['products', product('cup')]))
  applied(feed.north(['inventory', stock('mug', 3)], ['inventory', stock('cup', 3)]))
  const again = new Feed().site(['products', product('mug', { name: 'New mug' })])
  applied({ ...again, epoch: id('second epoch'), startOver: true })
  expect(list().rows).toMatchObject([{ name: 'New mug' }])
  expect(skus({ search: 'cup' })).toEqual([])
  expect(mirror.summary({ warehouseId: north }).products).toBe(1)
})

test('a dropped scope is forgotten, the others stay', () => {
  applied(feed.site(['products', product('mug')]))
  applied(feed.north(['inventory', stock('mug', 3)], ['warehouses', warehouse(north, 'N')]))
  applied(
    feed.batch(southScope, [
      ['inventory', stock('mug', 5, { warehouse_id: south })],
      ['warehouses', warehouse(south, 'S')],
    ]),
  )
  expect(mirror.drop([northScope]).everything).toBe(true)
  expect(mirror.warehouses().map(({ code }) => code)).toEqual(['S'])
  expect(list().total).toBe(0)
  expect(list({ warehouseId: south }).total).toBe(1)
  expect(mirror.cursors().map(({ scope }) => scope)).toEqual([siteScope, southScope])
})

test('a row that moves between warehouses survives the late tombstone of the old one', () => {
  applied(feed.site(['products', product('mug')]))
  const row = stock('mug', 3)
  applied(feed.north(['inventory', row]))
  applied(feed.batch(southScope, [['inventory', { ...row, warehouse_id: south }]]))
  applied(feed.north(['inventory', String(row['id'])]))
  expect(list().total).toBe(0)
  expect(list({ warehouseId: south }).rows).toMatchObject([{ sku: 'MUG', onHand: 3 }])
})

test('an unreadable row is told, kept out of sight, and counted by the digest; the rest of the batch is applied', () => {
  applied(feed.site(['products', product('mug')], ['products', product('cup')]))
  applied(feed.north(['inventory', stock('mug', 3)]))
  const { unreadable } = applied(
    feed.north(
      ['inventory', stock('mug', 3.5)],
      ['inventory', stock('cup', 2, { shelf_life: 'unknown column' })],
      ['inventory', stock('jug', 2, { warehouse_id: south })],
      ['inventory', stock('pot', 2, { changed_at: 'yesterday' })],
      ['pallets', { id: id('pallet') }],
    ),
  )
  expect(unreadable.map(({ table, problem }) => `${table} ${problem.split(':')[0] ?? ''}`)).toEqual([
    'inventory quantity_on_hand',
    'inventory row',
    'inventory changed_at',
    'pallets table',
  ])
  expect(skus()).toEqual(['CUP'])
  const counted = mirror.digest(northScope).buckets.reduce((sum, { count }) => sum + count, 0)
  expect(counted).toBe(5)
  applied(feed.north(['inventory', stock('mug', 4)], ['pallets', id('pallet')]))
  expect(skus()).toEqual(['CUP', 'MUG'])
  expect(mirror.digest(northScope).buckets.reduce((sum, { count }) => sum + count, 0)).toBe(4)
})

test('the digest sums seq per table and first byte of the id', () => {
  applied(feed.north(['inventory', stock('mug', 3)], ['warehouses', warehouse(north, 'N')]))
  applied(feed.north(['inventory', stock('mug', 4)]))
  expect(mirror.digest(northScope)).toEqual({
    scope: northScope,
    epoch: firstEpoch,
    head: 3,
    buckets: [
      { table: 'warehouses', bucket: north.slice(0, 2), count: 1, seq_sum: 2 },
      { table: 'inventory', bucket: id(`stock mug A-1 ${north}`).slice(0, 2), count: 1, seq_sum: 3 },
    ],
  })
  expect(mirror.digest(southScope).buckets).toEqual([])
})

test('every row comes back as the server sent it', () => {
  const order = {
    id: id('order'),
    warehouse_id: north,
    number: 'SO-1',
    customer: null,
    status: 'pending',
    priority: 2,
    due_at: '2026-11-23T08:00:00+00:00',
    created_at: EIGHT_O_CLOCK,
    changed_at: EIGHT_O_CLOCK,
  }
  const item = {
    id: id('item'),
    order_id: id('order'),
    warehouse_id: north,
    product_id: id('mug'),
    line_no: 1,
    quantity_ordered: 4,
    quantity_picked: 1,
  }
  const low = alert('low', { facts: { left: [1, 'two'] }, key: 'low/mug', raised_by: owner })
  const answer = receipt('low', { answer: 'accepted', facts: { lost: 0 } })
  const gate = station('Gate', { kind: 'kiosk', user_id: owner, behind: 3, seen_at: EIGHT_O_CLOCK })
  const ines = person('Ines', { user_id: owner })
  applied(feed.site(['products', product('mug')], ['product_barcodes', barcode('1', 'mug')]))
  applied(
    feed.north(
      ['inventory', stock('mug', 3)],
      ['sales_orders', order],
      ['sales_order_items', item],
      ['alerts', low],
      ['alert_receipts', answer],
      ['stations', gate],
      ['people', ines],
      ['warehouses', warehouse(north, 'N')],
    ),
  )
  expect(mirror.rows('products')).toEqual([product('mug')])
  expect(mirror.rows('product_barcodes')).toEqual([barcode('1', 'mug')])
  expect(mirror.rows('inventory')).toEqual([stock('mug', 3)])
  expect(mirror.rows('sales_orders')).toEqual([order])
  expect(mirror.rows('sales_order_items')).toEqual([item])
  expect(mirror.rows('alerts')).toEqual([low])
  expect(mirror.rows('alert_receipts')).toEqual([answer])
  expect(mirror.rows('stations')).toEqual([gate])
  expect(mirror.rows('people')).toEqual([ines])
  expect(mirror.rows('warehouses')).toEqual([warehouse(north, 'N')])
  expect(mirror.orders({ warehouseId: north, status: 'pending', offset: 0, limit: 10 })).toMatchObject({
    total: 1,
    rows: [
      {
        number: 'SO-1',
        lines: 1,
        unitsOrdered: 4,
        unitsPicked: 1,
        dueAt: Date.parse('2026-11-23T08:00:00Z'),
      },
    ],
  })
  expect(mirror.orders({ warehouseId: null, status: 'packed', offset: 0, limit: 10 }).total).toBe(0)
})

test("the owner's name, memberships and notifications, the newest first", () => {
  applied(
    feed.batch(ownerScope, [
      ['profiles', { id: owner, display_name: 'Ines', language: null }],
      ['warehouse_members', { id: id('member'), user_id: owner, warehouse_id: north, role: 'picker' }],
      ['notifications', note('early', { created_at: '2026-11-22T07:00:00+00:00' })],
      ['notifications', note('late', { created_at: '2026-11-22T09:30:00+01:00' })],
    ]),
  )
  expect(mirror.displayName()).toBe('Ines')
  expect(mirror.memberships()).toEqual([{ warehouseId: north, role: 'picker' }])
  const { rows } = mirror.notifications({ userId: owner, offset: 0, limit: 10 })
  expect(rows.map(({ title }) => title)).toEqual(['late', 'early'])
})

test('"as of" and the cursors survive a restart', () => {
  applied(feed.site(['products', product('mug')]))
  mirror.markComplete(5_000)
  mirror.close()
  mirror = folder.open().mirror
  expect(mirror.asOf()).toBe(5_000)
  expect(mirror.cursor(siteScope)).toMatchObject({ epoch: firstEpoch, seq: 1 })
  expect(mirror.owner()).toBe(owner)
})

test('the ledger is not mirrored', () => {
  expect(() => mirror.apply({ ...feed.north(), scope: `ledger:${north}` as Batch['scope'] })).toThrow(
    RangeError,
  )
})
