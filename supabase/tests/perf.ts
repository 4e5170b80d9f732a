import { startNativeProject } from './support/native-project.ts'
import { startPgliteProject } from './support/pglite-project.ts'
import {
  addMember,
  addUser,
  addWarehouse,
  apply,
  bucketRows,
  command,
  pullOne,
  warehouseScope,
} from './support/site.ts'
import { asCaller, user, type Sql } from './support/sql.ts'
import { must } from '#shared/lib/must.ts'

/*
 * Prints what the server's side costs, on PGlite and on native Postgres. Not a test: figures depend on the machine.
 *   npx node supabase/tests/perf.ts
 */

const ROWS = 100_000
const SINGLE = 2_000

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

const say = (what: string, figure: string): void => console.log(`  ${what.padEnd(52)} ${figure}`)
const ms = (value: number): string => `${Math.round(value)} ms`

async function inserts(sql: Sql, warehouse: string): Promise<void> {
  const products = (prefix: string): Promise<unknown> =>
    sql.query(
      `insert into public.products (sku, name) select $1 || n, 'Thing ' || n from generate_series(1, $2::integer) n`,
      [prefix, ROWS],
    )
  await sql.script('alter table public.products disable trigger user')
  const untracked = await timed(() => products('U'))
  await sql.script('delete from public.products; alter table public.products enable trigger user')
  say('100,000 products inserted, not tracked', ms(untracked))
  say('100,000 products inserted, tracked', ms(await timed(() => products('T'))))
  const stock = await timed(() =>
    sql.query(
      `insert into public.inventory (warehouse_id, product_id, bin, quantity_on_hand)
       select $1, id, 'A-01-1', 10 from public.products`,
      [warehouse],
    ),
  )
  say('100,000 stock rows inserted, tracked (two foreign keys)', ms(stock))
}

async function commits(sessions: readonly Sql[], warehouse: string): Promise<void> {
  const first = must(sessions[0], 'a session')
  const ids = await first.query<{ id: string }>(
    'select id from public.inventory where warehouse_id = $1 limit $2',
    [warehouse, SINGLE],
  )
  const elapsed = await timed(() =>
    Promise.all(
      sessions.map(async (session, n) => {
        for (const [at, { id }] of ids.entries()) {
          if (at % sessions.length !== n) continue
          await session.query(
            'update public.inventory set quantity_on_hand = quantity_on_hand + 1 where id = $1',
            [id],
          )
        }
      }),
    ),
  )
  say(
    `single-row commits into one scope, ${sessions.length} session(s)`,
    `${Math.round((SINGLE / elapsed) * 1000)} /s`,
  )
}

async function pulls(sql: Sql, someone: string, scope: string): Promise<void> {
  const pages: number[] = []
  let cursor: { scope: string; epoch?: string; seq?: number } = { scope }
  let rows = 0
  const elapsed = await timed(async () => {
    for (;;) {
      const from = performance.now()
      const page = await asCaller(sql, user(someone), (as) =>
        as.query<{ answer: { pages: Awaited<ReturnType<typeof pullOne>>[] } }>(
          'select public.sync_pull($1, 5000) as answer',
          [JSON.stringify([{ epoch: null, seq: 0, ...cursor }])],
        ),
      )
      pages.push(performance.now() - from)
      const got = must(page[0]?.answer.pages[0], 'a page')
      rows += got.changes.length
      if (!got.has_more) return
      cursor = { scope, epoch: got.epoch, seq: got.to }
    }
  })
  say(
    'a page of 5,000 rows (median)',
    ms(must([...pages].sort((a, b) => a - b)[pages.length >> 1], 'a page')),
  )
  say(`a first pull of ${rows} rows`, `${Math.round((rows / elapsed) * 1000)} rows/s`)
}

async function commands(sql: Sql, someone: string, warehouse: string): Promise<void> {
  const [product] = await sql.query<{ id: string }>('select id from public.products limit 1')
  const id = must(product, 'a product').id
  for (const size of [1, 10]) {
    const calls = 400 / size
    const elapsed = await timed(async () => {
      for (let n = 0; n < calls; n += 1) {
        await apply(
          sql,
          someone,
          Array.from({ length: size }, () => command('receive', warehouse, id, 1)),
        )
      }
    })
    say(`commands applied, ${size} to a call`, `${Math.round(400 / (elapsed / 1000))} /s`)
  }
}

async function measure(engine: string, sessions: readonly Sql[]): Promise<void> {
  console.log(engine)
  const sql = must(sessions[0], 'a session')
  const someone = await addUser(sql)
  const warehouse = await addWarehouse(sql)
  await addMember(sql, someone, warehouse, 'manager')
  await inserts(sql, warehouse)
  await commits([sql], warehouse)
  if (sessions.length > 1) await commits(sessions, warehouse)
  await pulls(sql, someone, 'site')
  await pulls(sql, someone, warehouseScope(warehouse))
  await commands(sql, someone, warehouse)
  const digest = await timed(() =>
    asCaller(sql, user(someone), (as) =>
      as.query('select public.sync_digest($1)', [warehouseScope(warehouse)]),
    ),
  )
  say('digest of 100,000 rows', ms(digest))
  const some = Array.from({ length: 8 }, (_, n) => ({ table: 'inventory', bucket: `0${n}` }))
  let rows = 0
  const repair = await timed(async () => {
    rows = (await bucketRows(sql, user(someone), warehouseScope(warehouse), some)).changes.length
  })
  say(`8 buckets of ${rows} rows, for a repair`, ms(repair))
}

const pglite = await startPgliteProject()
await measure('PGlite, in memory', [pglite.sql])
await pglite.stop()

const native = await startNativeProject()
await measure('Native Postgres (no fsync)', await Promise.all([1, 2, 3].map(() => native.session())))
await native.stop()
