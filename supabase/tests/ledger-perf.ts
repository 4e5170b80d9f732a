import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { must } from '#shared/lib/must.ts'
import { startNativeProject } from './support/native-project.ts'
import { addMember, addUser, addWarehouse } from './support/site.ts'
import { asCaller, user, type Sql } from './support/sql.ts'

/*
 * Prints what questions to a large ledger cost on native Postgres. Not a test: figures depend on the machine.
 *   npx node supabase/tests/ledger-perf.ts [--rows 1000000]
 */

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } })
const ROWS = Number(values.rows)
const PRODUCTS = 4_000
const TIMES = 20

const say = (what: string, figure: string): void => console.log(`  ${what.padEnd(58)} ${figure}`)

/** A year of movements up to now, a tenth of them told hours late; product 1 has one in fifty of all. */
async function fill(sql: Sql, warehouse: string): Promise<void> {
  await sql.script(`
    insert into public.products (sku, name) select 'P' || n, 'Thing ' || n from generate_series(1, ${PRODUCTS}) n;
    alter table public.stock_movements disable trigger user;
    create temp table numbered as select id, row_number() over (order by sku) as n from public.products;
    create temp table hands as select gen_random_uuid() as id, n from generate_series(0, 39) n;
    insert into public.stock_movements
      (warehouse_id, product_id, bin, quantity, kind, user_id, station_id, mutation_id, happened_at, received_at)
    select '${warehouse}', p.id, 'A-' || (p.n % 700), 1 + i % 9, (array['receive', 'pick', 'pick', 'adjust'])[1 + i % 4], h.id, h.id,
      gen_random_uuid(), at - case when i % 10 = 0 then interval '3 hours' else interval '0' end, at
    from generate_series(1, ${ROWS}) i
    cross join lateral (select now() - (${ROWS} - i) * interval '1 year' / ${ROWS} as at) t
    join numbered p on p.n = case when i % 50 = 0 then 1 else 1 + (i::bigint * 7919) % ${PRODUCTS} end
    join hands h on h.n = i % 40;
    alter table public.stock_movements enable trigger user;
    analyze public.stock_movements;
  `)
}

async function timed(
  sql: Sql,
  who: string,
  what: string,
  call: string,
  params: readonly unknown[],
): Promise<void> {
  const tookMs: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const from = performance.now()
    await asCaller(sql, user(who), (as) => as.query(`select public.${call} as answer`, params))
    tookMs.push(performance.now() - from)
  }
  tookMs.sort((a, b) => a - b)
  const at = (share: number): string => must(tookMs[Math.floor((TIMES - 1) * share)], 'a time').toFixed(1)
  say(what, `median ${at(0.5)} ms, worst ${at(1)} ms`)
}

const project = await startNativeProject()
try {
  const sql = await project.session()
  const warehouse = await addWarehouse(sql)
  const manager = await addUser(sql)
  await addMember(sql, manager, warehouse, 'manager')
  const from = performance.now()
  await fill(sql, warehouse)
  console.log(
    `${ROWS.toLocaleString('en')} movements (made in ${Math.round((performance.now() - from) / 1000)} s)`,
  )
  const [busy, usual] = await sql.query<{ id: string }>(
    `select id from numbered where n in (1, 77) order by n`,
  )
  const [hand] = await sql.query<{ id: string }>('select id from hands where n = 3')
  const ask = (what: string, call: string, ...params: unknown[]): Promise<void> =>
    timed(sql, manager, what, call, [warehouse, ...params])
  const filter = (of: object): string => JSON.stringify(of)
  const monthsAgo = (months: number): string => new Date(Date.now() - months * 30 * 86_400_000).toISOString()

  await ask('newest page', 'ledger_page($1)')
  const half = filter({ received_at: monthsAgo(6), happened_at: monthsAgo(6), id: randomUUID() })
  await ask('a page in the middle', `ledger_page($1, '{}', $2)`, half)
  await ask('a product', 'ledger_page($1, $2)', filter({ product_id: usual?.id }))
  await ask('a bin', 'ledger_page($1, $2)', filter({ bin: 'A-77' }))
  await ask('a person', 'ledger_page($1, $2)', filter({ user_id: hand?.id }))
  await ask('a person who never worked here', 'ledger_page($1, $2)', filter({ user_id: randomUUID() }))
  await ask('a station and a kind', 'ledger_page($1, $2)', filter({ station_id: hand?.id, kind: 'pick' }))
  await ask('a kind, over a month', 'ledger_page($1, $2)', filter({ kind: 'adjust', to: monthsAgo(3) }))
  await ask('a kind that nothing is of', 'ledger_page($1, $2)', filter({ kind: 'scrap' }))
  await ask('story of a product', 'ledger_story($1, $2)', usual?.id)
  await ask(`story of one with ${(ROWS / 50).toLocaleString('en')}`, 'ledger_story($1, $2)', busy?.id)
  await ask('the same, one bin', 'ledger_story($1, $2, $3)', busy?.id, 'A-1')
  await ask('stock at a moment', 'stock_at($1, $2, $3)', usual?.id, monthsAgo(3))
  await ask('stock at a moment, the busy one', 'stock_at($1, $2, $3)', busy?.id, monthsAgo(3))
  await ask('stock over a year, the busy one', 'stock_history($1, $2, $3, now())', busy?.id, monthsAgo(12))
  await ask('throughput of a day', 'throughput($1, current_date - 1)')
  const sizes = await sql.query<{ name: string; size: string }>(
    `select indexrelname as name, pg_size_pretty(pg_relation_size(indexrelid)) as size
       from pg_stat_user_indexes where relname = 'stock_movements' order by 1`,
  )
  for (const { name, size } of sizes) say(name, size)
} finally {
  await project.stop()
}
