import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Poke } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import {
  addMember,
  addProduct,
  addStock,
  addUser,
  addWarehouse,
  apply,
  command,
  head,
  pullOne,
  warehouseScope,
} from './support/site.ts'
import type { Sql } from './support/sql.ts'

let project: PgliteProject
let sql: Sql
let warehouse: string
let product: string

beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())
beforeEach(async () => {
  await sql.query('update public.sync_settings set poke_rate = 20')
  warehouse = await addWarehouse(sql)
  product = await addProduct(sql)
  await budgetRefilled()
  await sql.query('delete from realtime.messages')
})

/** As if the scope had not poked for a while. */
const budgetRefilled = (): Promise<unknown> =>
  sql.query(`update public.sync_scopes set poked_until = '-infinity'`)

const pokes = async (scope: string): Promise<Poke[]> => {
  const rows = await sql.query<{ payload: unknown; event: string; private: boolean }>(
    'select payload, event, private from realtime.messages where topic = $1 order by inserted_at',
    [`sync:${scope}`],
  )
  return rows.map((row) => {
    expect(row).toMatchObject({ event: 'poke', private: true })
    return Poke.parse(row.payload)
  })
}

describe('pokes', () => {
  test('say from where to where the head moved, with the changes of a small statement inside', async () => {
    const scope = warehouseScope(warehouse)
    const before = await head(sql, scope)
    const row = await addStock(sql, warehouse, product, 12)
    const someone = await addUser(sql)
    await addMember(sql, someone, warehouse, 'viewer')
    const [poke] = await pokes(scope)
    const pulled = await pullOne(sql, someone, { scope })
    expect(poke).toMatchObject({ scope, epoch: pulled.epoch, from: before + 1, to: before + 1 })
    expect(poke?.changes).toEqual(pulled.changes.filter(({ id }) => id === row))
  })

  test('carry tombstones of deletes, and of rows that went elsewhere', async () => {
    const elsewhere = await addWarehouse(sql)
    const [moved, deleted] = [
      await addStock(sql, warehouse, product, 1, 'M'),
      await addStock(sql, warehouse, product, 1, 'D'),
    ]
    await sql.query('delete from realtime.messages')
    await budgetRefilled()
    await sql.query('update public.inventory set warehouse_id = $2 where id = $1', [moved, elsewhere])
    await budgetRefilled()
    await sql.query('delete from public.inventory where id = $1', [deleted])
    const here = await pokes(warehouseScope(warehouse))
    expect(here.map(({ changes }) => changes?.map(({ id, row }) => [id, row]))).toEqual([
      [[moved, null]],
      [[deleted, null]],
    ])
    const [arrival] = await pokes(warehouseScope(elsewhere))
    expect(arrival?.changes).toMatchObject([{ id: moved, row: { warehouse_id: elsewhere } }])
  })

  test('leave the changes out when they would be many or large', async () => {
    await sql.query(
      `insert into public.inventory (warehouse_id, product_id, bin) select $1, $2, 'B' || n from generate_series(1, 500) n`,
      [warehouse, product],
    )
    await budgetRefilled()
    await sql.query(
      `insert into public.alerts (warehouse_id, kind, message) values ($1, 'long', repeat('x', 50000))`,
      [warehouse],
    )
    const said = await pokes(warehouseScope(warehouse))
    expect(said.map(({ from, to, changes }) => [to - from + 1, changes])).toEqual([
      [500, undefined],
      [1, undefined],
    ])
  })

  test('keep to the budget of their scope; others are not held back', async () => {
    await sql.query('update public.sync_settings set poke_rate = 1')
    const other = await addWarehouse(sql)
    await budgetRefilled()
    await sql.query('delete from realtime.messages')
    for (let n = 0; n < 10; n += 1) await addStock(sql, warehouse, product, n, `B-${n}`)
    await addStock(sql, other, product, 1)
    expect(await pokes(warehouseScope(warehouse))).toHaveLength(1)
    expect(await pokes(warehouseScope(other))).toHaveLength(1)
    expect(await head(sql, warehouseScope(warehouse))).toBe(11)
  })

  test('tell each of some changes on the heels of one another, and hold back what would be a flood', async () => {
    const scope = warehouseScope(warehouse)
    const base = await head(sql, scope)
    const startedAt = performance.now()
    for (let n = 0; n < 5; n += 1) await addStock(sql, warehouse, product, n, `B-${n}`)
    expect(await pokes(scope)).toMatchObject([1, 2, 3, 4, 5].map((n) => ({ from: base + n, to: base + n })))
    for (let n = 5; n < 60; n += 1) await addStock(sql, warehouse, product, n, `B-${n}`)
    const seconds = (performance.now() - startedAt) / 1_000
    // Six of twenty at once, and fifteen with each second.
    expect((await pokes(scope)).length).toBeLessThanOrEqual(6 + Math.ceil(15 * seconds))
  })

  test('are off at rate 0', async () => {
    await sql.query('update public.sync_settings set poke_rate = 0')
    await addStock(sql, warehouse, product, 1)
    expect(await pokes(warehouseScope(warehouse))).toEqual([])
  })

  test('come once per scope for a whole batch of commands, and can be applied in place', async () => {
    const picker = await addUser(sql)
    await addMember(sql, picker, warehouse, 'picker')
    const scope = warehouseScope(warehouse)
    const before = await head(sql, scope)
    await budgetRefilled()
    await sql.query('delete from realtime.messages')
    const outcomes = await apply(sql, picker, [
      ...Array.from({ length: 8 }, (_, n) =>
        command('receive', warehouse, product, 1 + n, { bin: `B-${n}` }),
      ),
      command('pick', warehouse, product, 50, { bin: 'B-0' }),
    ])
    const [poke, ...more] = await pokes(scope)
    expect(more).toEqual([])
    const last = must(outcomes.at(-1), 'an outcome')
    expect(last).toMatchObject({ outcome: 'applied', seq: poke?.to })
    expect(poke).toMatchObject({ from: before + 1, to: await head(sql, scope) })
    expect(poke?.changes?.map(({ table }) => table)).toEqual([
      ...Array.from({ length: 8 }, () => 'inventory'),
      // That too much was taken, and that it is to be counted.
      'alerts',
      'alerts',
    ])
    expect(await pokes(`ledger:${warehouse}`)).toHaveLength(1)
  })

  test('never fail the change they speak of', async () => {
    await sql.query('alter table realtime.messages rename to messages_away')
    try {
      await budgetRefilled()
      const row = await addStock(sql, warehouse, product, 5)
      expect(await sql.query('select from public.inventory where id = $1', [row])).toHaveLength(1)
    } finally {
      await sql.query('alter table realtime.messages_away rename to messages')
    }
  })
})
