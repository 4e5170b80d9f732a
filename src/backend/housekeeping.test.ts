import { afterAll, beforeAll, expect, test } from 'vitest'
import { tidyUp } from './housekeeping.ts'
import { migrate } from './migrate.ts'
import { openPgliteDatabase } from './pglite-database.ts'
import { migrationScripts, platformScripts } from './platform/platform.ts'
import type { Database } from './database.ts'

let database: Database

beforeAll(async () => {
  database = await openPgliteDatabase()
  await migrate(database, platformScripts, migrationScripts())
})

afterAll(() => database.close())

const sizeOf = async (table: string) =>
  (await database.query<{ bytes: number }>('select pg_relation_size($1::regclass) as bytes', [table]))[0]
    ?.bytes

const rewrite = (times: number) =>
  database.script(
    `do $$ begin for i in 1..${times} loop update public.products set reorder_point = reorder_point + 1; end loop; end $$`,
  )

test('a table written over and over stops growing once it is tidied up', async () => {
  await database.script(
    `insert into public.products (id, sku, name, unit, reorder_point)
     select gen_random_uuid(), 'S' || n, 'Thing ' || n, 'piece', 1 from generate_series(1, 500) n`,
  )
  await rewrite(20)
  await tidyUp(database)
  const before = await sizeOf('public.sync_changes')
  await rewrite(10)
  expect(await sizeOf('public.sync_changes')).toBe(before)
})

test('tombstones beyond their time are pruned', async () => {
  await database.script(`delete from public.products`)
  await database.script(
    `update public.sync_changes set deleted_at = now() - interval '31 days' where op = 'D'`,
  )
  await tidyUp(database)
  expect(await database.query(`select 1 from public.sync_changes where op = 'D'`)).toEqual([])
})
