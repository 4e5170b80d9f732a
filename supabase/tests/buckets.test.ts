import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Bucket, BucketRows } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import { ModelMirror } from './support/model-mirror.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import {
  addMember,
  addProduct,
  addUser,
  addWarehouse,
  bucketRows,
  digest,
  warehouseScope,
} from './support/site.ts'
import { anon, service, sqlstateOf, user, type Caller, type Sql } from './support/sql.ts'

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

beforeEach(async () => {
  someone = await addUser(sql)
  warehouse = await addWarehouse(sql)
  scope = warehouseScope(warehouse)
  await addMember(sql, someone, warehouse, 'picker')
})

async function fill(bins: number, idOf = 'gen_random_uuid()'): Promise<void> {
  await sql.query(
    `insert into public.inventory (id, warehouse_id, product_id, bin, quantity_on_hand)
     select ${idOf}, $1, $2, 'B-' || n, n from generate_series(1, $3::integer) n`,
    [warehouse, await addProduct(sql), bins],
  )
}

const ask = (buckets: unknown, caller: Caller = user(someone), of = scope): Promise<BucketRows> =>
  bucketRows(sql, caller, of, buckets)

const bucketsOf = (mirror: ModelMirror): Bucket[] =>
  mirror.digest().map(({ table, bucket }) => ({ table, bucket }))

test('[M3] the rows of every bucket are those a mirror has pulled: seq, content, deletes left out', async () => {
  await fill(40)
  const mirror = new ModelMirror(scope)
  await mirror.catchUp(sql, someone, 7)
  await sql.query(`delete from public.inventory where warehouse_id = $1 and quantity_on_hand % 5 = 0`, [
    warehouse,
  ])
  await sql.query(
    `update public.inventory set quantity_on_hand = 0 where warehouse_id = $1 and quantity_on_hand % 7 = 0`,
    [warehouse],
  )
  const asked = bucketsOf(mirror)
  await mirror.catchUp(sql, someone, 7)
  const answer = await ask(asked)
  expect(answer).toMatchObject({ uid: someone, scope, epoch: mirror.epoch, head: mirror.seq })
  const held = [...mirror.rows.values()].sort((left, right) => left.seq - right.seq)
  expect(held).toHaveLength(34)
  expect(answer.changes).toEqual(held)
})

test('only what was asked for comes: other buckets, tables and scopes stay away', async () => {
  await fill(60)
  await sql.query(`insert into public.stations (warehouse_id, name) values ($1, 'Desk')`, [warehouse])
  const { buckets } = await digest(sql, user(someone), scope)
  const one = must(
    buckets.find(({ table }) => table === 'inventory'),
    'a bucket of stock',
  )
  const { changes } = await ask([one, one])
  expect(changes).toHaveLength(one.count)
  expect(changes.reduce((sum, { seq }) => sum + seq, 0)).toBe(one.seq_sum)
  for (const { table, id } of changes) {
    expect({ table, bucket: id.slice(0, 2) }).toEqual({ table: one.table, bucket: one.bucket })
  }
})

test('an empty bucket, and a table nobody knows, are answered with no rows', async () => {
  const { changes } = await ask([
    { table: 'inventory', bucket: '00' },
    { table: 'no_such_table', bucket: 'ff' },
  ])
  expect(changes).toEqual([])
})

test.each<[string, Caller, string]>([
  ['the anonymous', anon, '42501'],
  ['the service role, which is no user', service, 'PT401'],
])('raises for %s instead of an empty answer', async (_, caller, state) => {
  expect(await sqlstateOf(() => ask([{ table: 'inventory', bucket: '00' }], caller))).toBe(state)
})

test('is refused with PT403 for a scope that is not granted, known or not', async () => {
  const stranger = await addUser(sql)
  const buckets = [{ table: 'inventory', bucket: '00' }]
  expect(await sqlstateOf(() => ask(buckets, user(stranger)))).toBe('PT403')
  expect(await sqlstateOf(() => ask(buckets, user(someone), `user:${stranger}`))).toBe('PT403')
  expect(await sqlstateOf(() => ask(buckets, user(someone), warehouseScope(randomUUID())))).toBe('PT403')
})

const bucket = (name: unknown): { table: string; bucket: unknown } => ({ table: 'inventory', bucket: name })
test.each<[string, unknown]>([
  ['no array', {}],
  ['null', null],
  ['an empty array', []],
  ['more than 64', Array.from({ length: 65 }, () => bucket('00'))],
  ['no table', [{ bucket: '00' }]],
  ['a table that is no text', [{ table: 7, bucket: '00' }]],
  ['one digit', [bucket('0')]],
  ['upper case', [bucket('AB')]],
  ['no bucket', [bucket(undefined)]],
  ['a bucket that is no text', [bucket(10)]],
  ['something that is no object', ['inventory']],
])('answers buckets it cannot read with PT400: %s', async (_, buckets) => {
  expect(await sqlstateOf(() => ask(buckets))).toBe('PT400')
})

test('an answer stays within 20,000 rows, but for one bucket alone', async () => {
  const inTwoBuckets = `(case when n % 2 = 0 then 'aa' else 'bb' end || right(gen_random_uuid()::text, 34))::uuid`
  await fill(20_002, inTwoBuckets)
  const both = [bucket('aa'), bucket('bb')]
  expect(await sqlstateOf(() => ask(both))).toBe('PT413')
  expect((await ask([bucket('aa')])).changes).toHaveLength(10_001)
  await sql.query(`delete from public.inventory where warehouse_id = $1 and quantity_on_hand <= 2`, [
    warehouse,
  ])
  expect((await ask(both)).changes).toHaveLength(20_000)
})
