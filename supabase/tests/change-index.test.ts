import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import {
  addMember,
  addProduct,
  addStock,
  addUser,
  addWarehouse,
  head,
  pullOne,
  warehouseScope,
} from './support/site.ts'
import { sqlstateOf, type Sql } from './support/sql.ts'

let project: PgliteProject
let sql: Sql
beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())

interface Entry extends Record<string, unknown> {
  table_name: string
  row_id: string
  seq: number
  op: string
}

const entries = (scope: string): Promise<Entry[]> =>
  sql.query<Entry>(
    `select c.table_name, c.row_id, c.seq::integer as seq, c.op
     from public.sync_changes c join public.sync_scopes s on s.id = c.scope_id where s.scope = $1 order by c.seq`,
    [scope],
  )

const entryOf = async (scope: string, rowId: string): Promise<Entry | undefined> =>
  (await entries(scope)).find((entry) => entry.row_id === rowId)

describe('the change index', () => {
  test('numbers the rows of a statement without a gap, in each scope it touches', async () => {
    const [here, there] = [await addWarehouse(sql), await addWarehouse(sql)]
    const product = await addProduct(sql)
    const before = [await head(sql, warehouseScope(here)), await head(sql, warehouseScope(there))]
    await sql.query(
      `insert into public.inventory (warehouse_id, product_id, bin)
       select case n % 3 when 0 then $1::uuid else $2::uuid end, $3, 'B-' || n from generate_series(1, 9) n`,
      [here, there, product],
    )
    expect(await head(sql, warehouseScope(here))).toBe(must(before[0], 'a head') + 3)
    expect(await head(sql, warehouseScope(there))).toBe(must(before[1], 'a head') + 6)
    expect((await entries(warehouseScope(there))).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('keeps one entry per row, moved to the newest seq', async () => {
    const warehouse = await addWarehouse(sql)
    const row = await addStock(sql, warehouse, await addProduct(sql), 1)
    for (const figure of [2, 3, 4]) {
      await sql.query('update public.inventory set quantity_on_hand = $2 where id = $1', [row, figure])
    }
    const index = await entries(warehouseScope(warehouse))
    expect(index).toHaveLength(2)
    expect(await entryOf(warehouseScope(warehouse), row)).toMatchObject({ seq: 5, op: 'U' })
    expect(await head(sql, warehouseScope(warehouse))).toBe(5)
  })

  test('lets an update that changes nothing pass unnumbered', async () => {
    const warehouse = await addWarehouse(sql)
    const row = await addStock(sql, warehouse, await addProduct(sql), 7)
    const before = await head(sql, warehouseScope(warehouse))
    await sql.query('update public.inventory set quantity_on_hand = 7 where id = $1', [row])
    await sql.query('update public.inventory set quantity_on_hand = 8 where false')
    expect(await head(sql, warehouseScope(warehouse))).toBe(before)
  })

  test('turns a deleted row into a tombstone, and a row put back into a row again', async () => {
    const warehouse = await addWarehouse(sql)
    const product = await addProduct(sql)
    const row = await addStock(sql, warehouse, product, 1)
    await sql.query('delete from public.inventory where id = $1', [row])
    expect(await entryOf(warehouseScope(warehouse), row)).toMatchObject({ op: 'D', seq: 3 })
    await sql.query(
      `insert into public.inventory (id, warehouse_id, product_id, bin) values ($1, $2, $3, 'Z')`,
      [row, warehouse, product],
    )
    expect(await entryOf(warehouseScope(warehouse), row)).toMatchObject({ op: 'U', seq: 4 })
  })

  test('believes a row that one statement deleted and inserted again', async () => {
    const warehouse = await addWarehouse(sql)
    const station = randomUUID()
    await sql.query(`insert into public.stations (id, warehouse_id, name) values ($1, $2, 'Desk')`, [
      station,
      warehouse,
    ])
    await sql.query(
      `with gone as (delete from public.stations where id = $1 returning *)
       insert into public.stations (id, warehouse_id, name) select id, warehouse_id, 'Kiosk' from gone`,
      [station],
    )
    expect(await sql.query('select from public.stations where id = $1', [station])).toHaveLength(1)
    expect(await entryOf(warehouseScope(warehouse), station)).toMatchObject({ op: 'U' })
  })

  test('a row that changes scope leaves a tombstone behind and arrives in the new one', async () => {
    const [from, to] = [await addWarehouse(sql), await addWarehouse(sql)]
    const row = await addStock(sql, from, await addProduct(sql), 5)
    await sql.query('update public.inventory set warehouse_id = $2 where id = $1', [row, to])
    expect(await entryOf(warehouseScope(from), row)).toMatchObject({ op: 'D' })
    expect(await entryOf(warehouseScope(to), row)).toMatchObject({ op: 'U' })
    await sql.query('update public.inventory set warehouse_id = $2 where id = $1', [row, from])
    expect(await entryOf(warehouseScope(from), row)).toMatchObject({ op: 'U' })
    expect(await entryOf(warehouseScope(to), row)).toMatchObject({ op: 'D' })
  })

  test('a row whose key changes is one row less and one more', async () => {
    const warehouse = await addWarehouse(sql)
    const [old, renamed] = [await addStock(sql, warehouse, await addProduct(sql), 5), randomUUID()]
    await sql.query('update public.inventory set id = $2 where id = $1', [old, renamed])
    expect(await entryOf(warehouseScope(warehouse), old)).toMatchObject({ op: 'D' })
    expect(await entryOf(warehouseScope(warehouse), renamed)).toMatchObject({ op: 'U' })
  })

  test('a rollback gives its numbers back', async () => {
    const warehouse = await addWarehouse(sql)
    const product = await addProduct(sql)
    await sql.query('begin')
    await addStock(sql, warehouse, product, 1)
    await sql.query('rollback')
    await addStock(sql, warehouse, product, 2)
    expect((await entries(warehouseScope(warehouse))).map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('cascades are seen: the lines of a deleted order become tombstones', async () => {
    const warehouse = await addWarehouse(sql)
    const product = await addProduct(sql)
    const [order, line] = [randomUUID(), randomUUID()]
    await sql.query(`insert into public.sales_orders (id, warehouse_id, number) values ($1, $2, 'SO-1')`, [
      order,
      warehouse,
    ])
    await sql.query(
      `insert into public.sales_order_items (id, order_id, warehouse_id, product_id, line_no, quantity_ordered)
       values ($1, $2, $3, $4, 1, 2)`,
      [line, order, warehouse, product],
    )
    await sql.query('delete from public.sales_orders where id = $1', [order])
    expect(await entryOf(warehouseScope(warehouse), line)).toMatchObject({ op: 'D' })
    expect(await entryOf(warehouseScope(warehouse), order)).toMatchObject({ op: 'D' })
  })

  test('TRUNCATE, which would tell nobody, is refused', async () => {
    expect(await sqlstateOf(() => sql.query('truncate public.inventory'))).toBe('23001')
  })

  test('a new user has a profile, and with it a scope', async () => {
    const someone = await addUser(sql, 'anna@example.test')
    const page = await pullOne(sql, someone, { scope: `user:${someone}` })
    expect(page.changes.map(({ table, row }) => [table, row?.['display_name']])).toEqual([
      ['profiles', 'anna'],
    ])
  })

  test('tombstones older than 30 days are pruned, younger ones and rows are not', async () => {
    const warehouse = await addWarehouse(sql)
    const product = await addProduct(sql)
    const [old, young] = [
      await addStock(sql, warehouse, product, 1, 'old'),
      await addStock(sql, warehouse, product, 1, 'young'),
    ]
    await sql.query('delete from public.inventory where id = any ($1::uuid[])', [`{${old},${young}}`])
    await sql.query(
      `update public.sync_changes set deleted_at = now() - interval '31 days' where row_id = $1`,
      [old],
    )
    await sql.query('select public.sync_prune()')
    expect(await entryOf(warehouseScope(warehouse), old)).toBeUndefined()
    expect(await entryOf(warehouseScope(warehouse), young)).toMatchObject({ op: 'D' })
    expect(await entryOf(warehouseScope(warehouse), warehouse)).toMatchObject({ op: 'U' })
  })

  test('memberships, stock, orders, alerts and stations each live in the scope that rows.ts names', async () => {
    const warehouse = await addWarehouse(sql)
    const someone = await addUser(sql)
    await addMember(sql, someone, warehouse, 'viewer')
    const product = await addProduct(sql)
    await addStock(sql, warehouse, product, 3)
    await sql.query(`insert into public.alerts (warehouse_id, kind, message) values ($1, 'site', 'Hello')`, [
      warehouse,
    ])
    await sql.query(`insert into public.stations (warehouse_id, name) values ($1, 'Desk')`, [warehouse])
    await sql.query(
      `insert into public.stock_movements (warehouse_id, product_id, bin, quantity, kind, happened_at)
       values ($1, $2, 'A', 3, 'opening', now())`,
      [warehouse, product],
    )
    const tables = async (scope: string): Promise<string[]> => [
      ...new Set((await entries(scope)).map(({ table_name }) => table_name)),
    ]
    expect((await tables(warehouseScope(warehouse))).sort()).toEqual([
      'alerts',
      'inventory',
      'people',
      'stations',
      'warehouses',
    ])
    expect(await tables(`ledger:${warehouse}`)).toEqual(['stock_movements'])
    expect((await tables(`user:${someone}`)).sort()).toEqual(['profiles', 'warehouse_members'])
    expect(await tables('site')).toEqual(['products'])
  })
})
