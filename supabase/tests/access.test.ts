import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableNames } from '#shared/domain/rows.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { addMember, addProduct, addStock, addUser, addWarehouse, apply, command } from './support/site.ts'
import { anon, asCaller, service, sqlstateOf, user, type Row, type Sql } from './support/sql.ts'

/* A hostile client: someone with a valid token, or none, who talks to the database past the console. */

let project: PgliteProject
let sql: Sql
let mine: string
let theirs: string
let manager: string
let viewer: string
let product: string

beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
  mine = await addWarehouse(sql)
  theirs = await addWarehouse(sql)
  product = await addProduct(sql)
  manager = await addUser(sql)
  viewer = await addUser(sql)
  const neighbour = await addUser(sql)
  await addMember(sql, manager, mine, 'manager')
  await addMember(sql, viewer, mine, 'viewer')
  await addMember(sql, neighbour, theirs, 'manager')
  for (const [owner, warehouse] of [
    [manager, mine],
    [neighbour, theirs],
  ] as const) {
    await addStock(sql, warehouse, product, 10)
    await apply(sql, owner, [command('receive', warehouse, product, 1)])
    await sql.script(`
      insert into public.sales_orders (id, warehouse_id, number) values ('${warehouse}', '${warehouse}', 'SO-1');
      insert into public.sales_order_items (order_id, warehouse_id, product_id, line_no, quantity_ordered)
        values ('${warehouse}', '${warehouse}', '${product}', 1, 1);
      insert into public.alerts (warehouse_id, kind, message) values ('${warehouse}', 'site', 'Hello');
      insert into public.alert_receipts (alert_id, warehouse_id, user_id, answer)
        select id, warehouse_id, '${owner}', 'seen' from public.alerts where warehouse_id = '${warehouse}';
      insert into public.stations (warehouse_id, name) values ('${warehouse}', 'Desk');
      insert into public.notifications (user_id, kind, title, body) values ('${owner}', 'site', 'Hi', 'There');
      insert into public.operators (warehouse_id, name, badge, pin_hash) values ('${warehouse}', 'Op', '1', 'hash');
    `)
  }
})
afterAll(() => project.stop())

const ask = <R extends Row = Row>(who: string, text: string, params: readonly unknown[] = []): Promise<R[]> =>
  asCaller(sql, user(who), (as) => as.query<R>(text, params))

const byWarehouse = tableNames.filter(
  (name) =>
    !['products', 'product_barcodes', 'notifications', 'profiles', 'warehouse_members'].includes(name),
)

describe('row level security', () => {
  test.each(byWarehouse)('[M3] %s: the rows of my warehouse, none of another', async (table) => {
    const column = table === 'warehouses' ? 'id' : 'warehouse_id'
    const rows = await ask<{ warehouse: string }>(
      viewer,
      `select ${column} as warehouse from public.${table}`,
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(new Set(rows.map(({ warehouse }) => warehouse))).toEqual(new Set([mine]))
  })

  test.each(['notifications', 'profiles', 'warehouse_members'])('%s: one’s own rows only', async (table) => {
    const column = table === 'profiles' ? 'id' : 'user_id'
    const rows = await ask<{ owner: string }>(manager, `select ${column} as owner from public.${table}`)
    expect(rows.map(({ owner }) => owner)).toEqual([manager])
  })

  test('products: for members of any warehouse, not for strangers with an account', async () => {
    const stranger = await addUser(sql)
    expect(await ask(viewer, 'select id from public.products')).toHaveLength(1)
    expect(await ask(stranger, 'select id from public.products')).toEqual([])
  })

  test.each([...tableNames, 'operators', 'sync_scopes', 'sync_changes', 'sync_settings', 'command_ledger'])(
    'anon gets nothing of %s',
    async (table) => {
      for (const attempt of [
        `select * from public.${table}`,
        `insert into public.${table} default values`,
        `delete from public.${table}`,
      ]) {
        expect(await sqlstateOf(() => asCaller(sql, anon, (as) => as.query(attempt)))).toBe('42501')
      }
    },
  )

  test.each(['operators', 'sync_changes', 'sync_settings', 'command_ledger'])(
    '%s stays on the server',
    async (table) => {
      expect(await sqlstateOf(() => ask(manager, `select * from public.${table}`))).toBe('42501')
    },
  )

  test('the heads of one’s own scopes can be read, and of no others', async () => {
    const rows = await ask<{ scope: string }>(viewer, 'select scope, epoch, head from public.sync_scopes')
    expect(rows.map(({ scope }) => scope).sort()).toEqual(
      [`ledger:${mine}`, 'site', `user:${viewer}`, `warehouse:${mine}`].sort(),
    )
  })
})

describe('stock is changed by commands only', () => {
  test.each([
    `insert into public.inventory (warehouse_id, product_id, bin) values ('{mine}', '{product}', 'X')`,
    `update public.inventory set quantity_on_hand = 1000000`,
    `delete from public.inventory`,
    `truncate public.inventory`,
    `insert into public.stock_movements (warehouse_id, product_id, bin, quantity, kind, happened_at)
     values ('{mine}', '{product}', 'A', 5, 'receive', now())`,
    `update public.stock_movements set quantity = 0`,
    `delete from public.stock_movements`,
    `update public.products set name = 'Mine'`,
    `update public.warehouses set negative_stock = 'accept_and_flag'`,
    `update public.warehouse_members set role = 'manager'`,
    `insert into public.warehouse_members (user_id, warehouse_id, role) values (auth.uid(), '{theirs}', 'manager')`,
    `update public.sync_scopes set head = 0`,
    `insert into public.sync_changes (scope_id, table_name, row_id, seq, op) values (1, 'inventory', gen_random_uuid(), 9, 'U')`,
    `delete from public.command_ledger`,
    `select public.sync_prune('0 seconds')`,
    `select public.sync_renew_epochs()`,
    `select private.advance_heads('warehouse', array['{theirs}']::uuid[], array[5])`,
    `update public.sales_orders set status = 'shipped'`,
    `insert into public.command_ledger (mutation_id, user_id, outcome) values (gen_random_uuid(), auth.uid(), '{}')`,
    `select private.decide('{}', auth.uid())`,
    `select private.hold_heads(array['warehouse:{theirs}'])`,
    `select private.put_heads_back()`,
    `select private.fates_of('{}', auth.uid())`,
    `select private.granted_scopes()`,
  ])('a manager may not: %s', async (attempt) => {
    const text = attempt.replace('{mine}', mine).replace('{theirs}', theirs).replace('{product}', product)
    expect(await sqlstateOf(() => ask(manager, text))).toBe('42501')
  })

  test('nobody may call a function of the schema private but those that policies need', async () => {
    const callable = await sql.query<{ name: string; who: string }>(
      `select p.proname as name, r.rolname as who from pg_proc p
         join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'private'
         cross join pg_roles r
        where r.rolname in ('anon', 'authenticated', 'service_role') and has_function_privilege(r.oid, p.oid, 'execute')
        order by 1, 2`,
    )
    expect(callable.map(({ name, who }) => `${who} ${name}`)).toEqual(
      ['granted_scopes', 'is_member', 'my_warehouses'].map((name) => `authenticated ${name}`),
    )
  })

  test('a held head that a client makes up changes nothing it may not change', async () => {
    const before = await sql.query('select scope, head from public.sync_scopes order by scope')
    await asCaller(sql, user(manager), async (as) => {
      await as.query(`select set_config('smart_shelf.held_heads', $1, true)`, [
        JSON.stringify({ [`warehouse:${theirs}`]: { id: 1, head: 9_000 } }),
      ])
      await as.query('select public.apply_commands($1)', ['[]'])
    })
    expect(await sql.query('select scope, head from public.sync_scopes order by scope')).toEqual(before)
  })

  test('not even the service role writes the index or the command ledger', async () => {
    for (const attempt of [
      'update public.sync_scopes set head = 0',
      'delete from public.sync_changes',
      'delete from public.command_ledger',
    ]) {
      expect(await sqlstateOf(() => asCaller(sql, service, (as) => as.query(attempt)))).toBe('42501')
    }
  })
})

describe('what a member may write', () => {
  test('one’s own notifications can be marked read, and nothing else of them changed', async () => {
    expect(await ask(manager, 'update public.notifications set read_at = now() returning user_id')).toEqual([
      { user_id: manager },
    ])
    expect(await sqlstateOf(() => ask(manager, `update public.notifications set title = 'x'`))).toBe('42501')
  })

  test('alerts are acknowledged by command only, and what was answered to them is written by none other', async () => {
    const acknowledge = 'update public.alerts set acknowledged_at = now(), acknowledged_by = $1'
    expect(await sqlstateOf(() => ask(manager, acknowledge, [manager]))).toBe('42501')
    const answer = `
      insert into public.alert_receipts (alert_id, warehouse_id, user_id, answer)
      select id, warehouse_id, $1, 'accepted' from public.alerts`
    expect(await sqlstateOf(() => ask(manager, answer, [viewer]))).toBe('42501')
  })

  test('what others know of people is written by the server alone', async () => {
    const rename = 'update public.people set display_name = $1'
    expect(await sqlstateOf(() => ask(manager, rename, ['Somebody']))).toBe('42501')
  })

  test('orders are steered by supervisors and above, in their own warehouse', async () => {
    const steer = `update public.sales_orders set priority = 1 returning warehouse_id`
    expect(await ask(viewer, steer)).toEqual([])
    expect(await ask(manager, steer)).toEqual([{ warehouse_id: mine }])
    expect(await sqlstateOf(() => ask(manager, `update public.sales_orders set number = 'SO-9'`))).toBe(
      '42501',
    )
  })

  test('stations are kept by managers, in their own warehouse', async () => {
    const add = `insert into public.stations (warehouse_id, name) values ($1, 'New') returning warehouse_id`
    expect(await sqlstateOf(() => ask(viewer, add, [mine]))).toBe('42501')
    expect(await sqlstateOf(() => ask(manager, add, [theirs]))).toBe('42501')
    expect(await ask(manager, add, [mine])).toEqual([{ warehouse_id: mine }])
    const move = 'update public.stations set warehouse_id = $1'
    expect(await sqlstateOf(() => ask(manager, move, [theirs]))).toBe('42501')
  })
})

describe('private channels', () => {
  const may = (who: string, topic: string, what: 'receive' | 'send'): Promise<boolean> =>
    asCaller(sql, user(who), async (as) => {
      await as.query(`select set_config('realtime.topic', $1, true)`, [topic])
      const probe = `insert into realtime.messages (topic, extension) values ($1, 'broadcast')`
      if (what === 'send') {
        await as.query('savepoint probe')
        const state = await sqlstateOf(() => as.query(probe, [topic]))
        await as.query('rollback to probe')
        return state === null
      }
      await as.query('reset role')
      await as.query(probe, [topic])
      await as.query('set local role authenticated')
      return (await as.query('select from realtime.messages where topic = $1', [topic])).length > 0
    })

  test.each<[string, boolean, boolean]>([
    ['sync:site', true, false],
    ['sync:warehouse:{mine}', true, false],
    ['sync:ledger:{mine}', true, false],
    ['sync:user:{me}', true, false],
    ['site', true, false],
    ['warehouse:{mine}', true, false],
    ['user:{me}', true, false],
    ['ledger:{mine}', false, false],
    ['sync:warehouse:{theirs}', false, false],
    ['warehouse:{theirs}', false, false],
    ['user:{theirs}', false, false],
    ['sync:', false, false],
    ['anything', false, false],
  ])('%s: receive %s, send %s', async (pattern, receive, send) => {
    const topic = pattern.replace('{mine}', mine).replace('{theirs}', theirs).replace('{me}', viewer)
    expect({ receive: await may(viewer, topic, 'receive'), send: await may(viewer, topic, 'send') }).toEqual({
      receive,
      send,
    })
  })
})
