import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowSchemas, type TableName } from '#shared/domain/rows.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import { ModelMirror } from './support/model-mirror.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import {
  addMember,
  addProduct,
  addStock,
  addUser,
  addWarehouse,
  apply,
  command,
  digest,
  head,
  pull,
  pullOne,
  warehouseScope,
} from './support/site.ts'
import { anon, asCaller, service, sqlstateOf, user, type Caller, type Sql } from './support/sql.ts'

let project: PgliteProject
let sql: Sql
let someone: string
let warehouse: string
let scope: string

beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())

const newSite = async (): Promise<void> => {
  someone = await addUser(sql)
  warehouse = await addWarehouse(sql)
  scope = warehouseScope(warehouse)
  await addMember(sql, someone, warehouse, 'picker')
}

const fill = async (bins: number): Promise<void> => {
  await sql.query(
    `insert into public.inventory (warehouse_id, product_id, bin, quantity_on_hand)
     select $1, $2, 'B-' || n, n from generate_series(1, $3::integer) n`,
    [warehouse, await addProduct(sql), bins],
  )
}

describe('sync_pull', () => {
  test('[O2] tells what became of the caller’s own unsure commands, and of no others', async () => {
    await newSite()
    const stranger = await addUser(sql)
    await addMember(sql, stranger, warehouse, 'picker')
    const product = await addProduct(sql)
    const [applied, refused, unsent, theirs] = [
      command('receive', warehouse, product, 5),
      command('receive', warehouse, randomUUID(), 5),
      command('receive', warehouse, product, 5),
      command('receive', warehouse, product, 5),
    ] as const
    const outcomes = await apply(sql, someone, [applied, refused])
    await apply(sql, stranger, [theirs])
    const ids = [applied, refused, unsent, theirs].map((one) => String(one['mutation_id']))
    const told = (await pull(sql, someone, [{ scope }], 100, ids)).outcomes
    const byId = <T extends { mutation_id: string }>(all: readonly T[]) =>
      [...all].sort((a, b) => (a.mutation_id < b.mutation_id ? -1 : 1))
    expect(byId(told)).toEqual(byId(outcomes))
    expect((await pull(sql, someone, [{ scope }])).outcomes).toEqual([])
  })

  test('names the user, the server time, the versions and every scope granted', async () => {
    await newSite()
    const answer = await pull(sql, someone, [])
    expect(answer).toMatchObject({ uid: someone, schema_version: SCHEMA_VERSION, min_client: 1, pages: [] })
    expect(answer.granted).toEqual([`ledger:${warehouse}`, 'site', `user:${someone}`, scope])
    expect(Math.abs(Date.parse(answer.server_time) - Date.now())).toBeLessThan(60_000)
  })

  test('[M3] hands out rows that the station can read, table by table', async () => {
    await newSite()
    const product = await addProduct(sql)
    await addStock(sql, warehouse, product, 3)
    await sql.script(`
      insert into public.product_barcodes (product_id, barcode) values ('${product}', '${randomUUID()}');
      insert into public.sales_orders (id, warehouse_id, number) values ('${warehouse}', '${warehouse}', 'SO-1');
      insert into public.sales_order_items (order_id, warehouse_id, product_id, line_no, quantity_ordered)
        values ('${warehouse}', '${warehouse}', '${product}', 1, 1);
      insert into public.alerts (warehouse_id, kind, message) values ('${warehouse}', 'site', 'Hello');
      insert into public.alert_receipts (alert_id, warehouse_id, user_id, answer)
        select id, warehouse_id, '${someone}', 'seen' from public.alerts where warehouse_id = '${warehouse}';
      insert into public.stations (warehouse_id, name) values ('${warehouse}', 'Desk');
      insert into public.notifications (user_id, kind, title, body) values ('${someone}', 'site', 'Hi', 'There');
      insert into public.stock_movements (warehouse_id, product_id, bin, quantity, kind, happened_at)
        values ('${warehouse}', '${product}', 'A', 3, 'opening', now());
    `)
    const granted = (await pull(sql, someone, [])).granted
    const answer = await pull(
      sql,
      someone,
      granted.map((name) => ({ scope: name })),
    )
    const changes = answer.pages.flatMap((page) => page.changes)
    for (const { table, row } of changes) rowSchemas[table as TableName].parse(row)
    expect(new Set(changes.map(({ table }) => table))).toEqual(new Set(Object.keys(rowSchemas)))
  })

  test('pages in ascending seq; `to` is the head once nothing more waits', async () => {
    await newSite()
    await fill(25)
    const first = await pullOne(sql, someone, { scope }, 10)
    expect(first).toMatchObject({ from: 0, to: 10, head: 27, has_more: true, must_refetch: false })
    const second = await pullOne(sql, someone, { scope, epoch: first.epoch, seq: first.to }, 100)
    expect(second).toMatchObject({ from: 10, to: 27, has_more: false })
    expect(second.changes).toHaveLength(17)
    const third = await pullOne(sql, someone, { scope, epoch: first.epoch, seq: second.to }, 100)
    expect(third).toMatchObject({ from: 27, to: 27, has_more: false, changes: [] })
  })

  test('counts its limit over all scopes together', async () => {
    await newSite()
    await fill(8)
    const answer = await pull(sql, someone, [{ scope: `user:${someone}` }, { scope }, { scope: 'site' }], 5)
    expect(answer.pages.map((page) => page.changes.length)).toEqual([2, 3, 0])
    expect(answer.pages.map((page) => page.has_more)).toEqual([false, true, true])
    expect(answer.pages[2]).toMatchObject({ from: 0, to: 0 })
  })

  test('a first download carries no tombstones, a catch-up does', async () => {
    await newSite()
    await fill(3)
    const before = await pullOne(sql, someone, { scope })
    await sql.query(`delete from public.inventory where warehouse_id = $1 and bin = 'B-2'`, [warehouse])
    const fresh = await pullOne(sql, someone, { scope })
    expect(fresh.changes.every(({ row }) => row !== null)).toBe(true)
    expect(fresh.to).toBe(fresh.head)
    const catchUp = await pullOne(sql, someone, { scope, epoch: before.epoch, seq: before.to })
    expect(catchUp.changes.map(({ row }) => row)).toEqual([null])
  })

  test('an unknown epoch must refetch, and the page starts from 0', async () => {
    await newSite()
    await fill(2)
    const page = await pullOne(sql, someone, { scope, epoch: randomUUID(), seq: 2 })
    expect(page).toMatchObject({ must_refetch: true, from: 0, to: 4 })
    expect(page.changes).toHaveLength(4)
  })

  test('after a restore every mirror starts over: renewed epochs, and cursors from the undone future', async () => {
    await newSite()
    const page = await pullOne(sql, someone, { scope })
    expect(await pullOne(sql, someone, { scope, epoch: page.epoch, seq: 900 })).toMatchObject({
      must_refetch: true,
    })
    await asCaller(sql, service, (as) => as.query('select public.sync_renew_epochs()'))
    const after = await pullOne(sql, someone, { scope, epoch: page.epoch, seq: page.to })
    expect(after).toMatchObject({ must_refetch: true, from: 0 })
    expect(after.epoch).not.toBe(page.epoch)
  })

  test('a mirror older than the pruned tombstones must refetch; a first download under way need not', async () => {
    await newSite()
    await fill(6)
    const early = await pull(sql, someone, [{ scope }], 2)
    const page = must(early.pages[0], 'a page')
    await sql.query(`delete from public.inventory where warehouse_id = $1 and bin = 'B-6'`, [warehouse])
    await sql.query(`update public.sync_changes set deleted_at = now() - interval '40 days' where op = 'D'`)
    await sql.query('select public.sync_prune()')
    const cursor = { scope, epoch: page.epoch, seq: page.to }
    expect(await pullOne(sql, someone, cursor)).toMatchObject({ must_refetch: true, from: 0 })
    const longAgo = new Date(Date.now() - 35 * 86_400_000).toISOString()
    expect(await pullOne(sql, someone, { ...cursor, as_of: longAgo })).toMatchObject({ must_refetch: true })
    const underWay = await pullOne(sql, someone, { ...cursor, as_of: early.server_time })
    expect(underWay).toMatchObject({ must_refetch: false, from: page.to, has_more: false })
    const beyond = await pullOne(sql, someone, { scope, epoch: page.epoch, seq: underWay.to })
    expect(beyond).toMatchObject({ must_refetch: false, changes: [] })
  })

  test('a scope that is not granted is not in the pages, whoever asks for it', async () => {
    await newSite()
    const stranger = await addUser(sql)
    const answer = await pull(sql, stranger, [{ scope }, { scope: 'site' }, { scope: `user:${someone}` }])
    expect(answer).toMatchObject({ uid: stranger, granted: [`user:${stranger}`], pages: [] })
  })

  test('a membership withdrawn is a scope no longer granted', async () => {
    await newSite()
    await sql.query('delete from public.warehouse_members where user_id = $1', [someone])
    const answer = await pull(sql, someone, [{ scope }])
    expect(answer.granted).toEqual([`user:${someone}`])
    expect(answer.pages).toEqual([])
  })

  test.each<[string, Caller]>([
    ['the anonymous', anon],
    ['the service role, which is no user', service],
  ])('raises for %s instead of an empty answer', async (_, caller) => {
    const state = await sqlstateOf(() =>
      asCaller(sql, caller, (as) => as.query(`select public.sync_pull('[]')`)),
    )
    expect(state).toBe(caller.role === 'anon' ? '42501' : 'PT401')
    const digestState = await sqlstateOf(() => digest(sql, caller, 'site'))
    expect(digestState).toBe(caller.role === 'anon' ? '42501' : 'PT401')
  })

  test.each(['{}', 'null', '[{"scope":"site","epoch":null,"seq":"many"}]'])(
    'answers cursors it cannot read with PT400: %s',
    async (cursors) => {
      await newSite()
      const ask = (): Promise<unknown> =>
        asCaller(sql, user(someone), (as) => as.query('select public.sync_pull($1)', [cursors]))
      expect(await sqlstateOf(ask)).toBe('PT400')
    },
  )

  test('reads the same scope once, however often it is named', async () => {
    await newSite()
    expect((await pull(sql, someone, [{ scope }, { scope }])).pages).toHaveLength(1)
  })
})

describe('sync_digest', () => {
  test('[M3] equals the digest of a mirror that has pulled everything, deletes included', async () => {
    await newSite()
    await fill(40)
    const mirror = new ModelMirror(scope)
    await mirror.step(sql, someone, 7)
    await sql.query(`delete from public.inventory where warehouse_id = $1 and quantity_on_hand % 5 = 0`, [
      warehouse,
    ])
    await sql.query(
      `update public.inventory set quantity_on_hand = 0 where warehouse_id = $1 and quantity_on_hand % 7 = 0`,
      [warehouse],
    )
    await mirror.catchUp(sql, someone, 7)
    const server = await digest(sql, user(someone), scope)
    expect(mirror.digest()).toEqual(server.buckets)
    expect(server).toMatchObject({ scope, epoch: mirror.epoch, head: await head(sql, scope) })
  })

  test('is refused with PT403 for a scope that is not granted', async () => {
    await newSite()
    const stranger = await addUser(sql)
    expect(await sqlstateOf(() => digest(sql, user(stranger), scope))).toBe('PT403')
  })
})
