import { randomUUID } from 'node:crypto'
import { must } from '#shared/lib/must.ts'
import { startNativeProject } from './support/native-project.ts'
import { startPgliteProject } from './support/pglite-project.ts'
import { addMember, addUser, addWarehouse, apply } from './support/site.ts'
import type { Sql } from './support/sql.ts'

/*
 * Prints what a command costs the server, by kind and mixed, 100 to a call. Not a test: figures depend on the machine.
 *   npx node supabase/tests/commands-perf.ts [pglite] [native] [profile]
 */

const PRODUCTS = 2_000
const CALL = 100
const CALLS_BY_KIND = 8

type Fields = Record<string, unknown>

interface Bench {
  sql: Sql
  /** Whether the database runs in this process. */
  isInProcess: boolean
  someone: string
  warehouse: string
  other: string
  products: string[]
  /** Orders of two lines each that nothing was picked for yet. */
  orders: { id: string; items: { id: string; product_id: string }[] }[]
  /** Commands to undo. */
  done: string[]
  /** How many were refused, by kind: too many, and the figures mean little. */
  refused: Map<string, number>
  at: number
}

const next = (bench: Bench): string => must(bench.products[bench.at++ % bench.products.length], 'a product')

const every = (kind: string): Fields => ({
  kind,
  mutation_id: randomUUID(),
  station_id: null,
  operator_id: null,
  happened_at: new Date().toISOString(),
})
const stock = (bench: Bench, kind: string, fields: Fields): Fields => ({
  ...every(kind),
  warehouse_id: bench.warehouse,
  product_id: next(bench),
  bin: 'A1',
  reference: null,
  ...fields,
})

function newOrder(bench: Bench): Fields {
  const id = randomUUID()
  const items = [3, 2].map((quantity) => ({ id: randomUUID(), product_id: next(bench), quantity }))
  bench.orders.push({ id, items })
  const order = { id, number: id, customer: null, priority: 3, due_at: null, items }
  return { ...every('order.create'), warehouse_id: bench.warehouse, order }
}

const orderStep = (bench: Bench, kind: string, fields: Fields): Fields => ({
  ...every(kind),
  warehouse_id: bench.warehouse,
  order_id: must(bench.orders.pop(), 'an order').id,
  from: 'pending',
  ...fields,
})

const kinds: Record<string, (bench: Bench) => Fields | Promise<Fields>> = {
  receive: (bench) => stock(bench, 'receive', { quantity: 2, reference: 'PO-1', expected: 1_000 }),
  putaway: (bench) => stock(bench, 'putaway', { quantity: 1, to_bin: 'B1' }),
  pick: (bench) => stock(bench, 'pick', { quantity: 1 }),
  transfer: (bench) => stock(bench, 'transfer', { quantity: 1, to_warehouse_id: bench.other, to_bin: 'A1' }),
  adjust: (bench) => stock(bench, 'adjust', { quantity: -1, reason: 'broken' }),
  count: async (bench) => {
    const [stands] = await bench.sql.query<{ epoch: string; seq: number }>(
      'select epoch, head::integer as seq from public.sync_scopes where scope = $1',
      [`warehouse:${bench.warehouse}`],
    )
    return stock(bench, 'count', {
      counted: 90,
      basis: { ...must(stands, 'it'), on_hand: 100, includes: [] },
    })
  },
  return: (bench) => stock(bench, 'return', { quantity: 1 }),
  scrap: (bench) => stock(bench, 'scrap', { quantity: 1, reason: 'rot' }),
  'order.create': newOrder,
  'pick for an order': (bench) => {
    const { items } = must(bench.orders.pop(), 'an order')
    const { id, product_id } = must(items[0], 'a line')
    return stock(bench, 'pick', { quantity: 1, product_id, order_item_id: id })
  },
  'order.cancel': (bench) => orderStep(bench, 'order.cancel', { reason: 'no' }),
  undo: (bench) => ({ ...every('undo'), undoes: must(bench.done.shift(), 'something done') }),
  'pick below 0': (bench) => stock(bench, 'pick', { bin: randomUUID().slice(0, 8), quantity: 1 }),
  refused: (bench) => stock(bench, 'receive', { product_id: randomUUID(), quantity: 1 }),
}

const say = (what: string, figure: string): void => console.log(`  ${what.padEnd(30)} ${figure}`)

/** @returns how long the call took: by this process's own time where the database is in it, for others may be using the machine */
async function send(bench: Bench, commands: readonly Fields[]): Promise<number> {
  const from = process.cpuUsage()
  const began = performance.now()
  const outcomes = await apply(bench.sql, bench.someone, commands)
  const { user, system } = process.cpuUsage(from)
  const took = bench.isInProcess ? (user + system) / 1_000 : performance.now() - began
  for (const [n, { outcome, mutation_id }] of outcomes.entries()) {
    const kind = String(commands[n]?.['kind'])
    if (outcome === 'refused') bench.refused.set(kind, (bench.refused.get(kind) ?? 0) + 1)
    else if (kind === 'receive') bench.done.push(mutation_id)
  }
  return took
}

async function open(sql: Sql, isInProcess: boolean): Promise<Bench> {
  const someone = await addUser(sql)
  const warehouse = await addWarehouse(sql)
  const other = await addWarehouse(sql)
  await addMember(sql, someone, warehouse, 'manager')
  await addMember(sql, someone, other, 'manager')
  await sql.query(
    `insert into public.products (sku, name) select 'P' || n, 'Thing' from generate_series(1, $1::integer) n`,
    [PRODUCTS],
  )
  await sql.query(
    `insert into public.inventory (warehouse_id, product_id, bin, quantity_on_hand)
     select $1, id, 'A1', 100 from public.products`,
    [warehouse],
  )
  const rows = await sql.query<{ id: string }>('select id from public.products order by id')
  const products = rows.map(({ id }) => id)
  return {
    sql,
    isInProcess,
    someone,
    warehouse,
    other,
    products,
    orders: [],
    done: [],
    refused: new Map(),
    at: 0,
  }
}

async function measure(engine: string, sql: Sql, isInProcess: boolean): Promise<void> {
  console.log(engine)
  const bench = await open(sql, isInProcess)
  await send(bench, await some(bench, 'receive', CALL))
  if (process.argv.includes('profile')) await sql.script(`set track_functions = 'all'`)
  for (const kind of Object.keys(kinds)) {
    let quickest = Infinity
    for (let call = 0; call < CALLS_BY_KIND; call += 1) {
      if (kind.includes('order')) await send(bench, await some(bench, 'order.create', CALL))
      quickest = Math.min(quickest, await send(bench, await some(bench, kind, CALL)))
    }
    say(kind, `${(quickest / CALL).toFixed(2)} ms`)
  }
  for (const size of [1, 10, CALL, 1_000]) {
    let [total, quickest] = [0, Infinity]
    for (let sent = 0; sent < 1_000; sent += size) {
      const took = await send(bench, await mixed(bench, size))
      total += took
      quickest = Math.min(quickest, took)
    }
    say(
      `1,000 mixed, ${size} to a call`,
      `${Math.round(total)} ms, at best ${(quickest / size).toFixed(2)} each`,
    )
  }
  const again = await mixed(bench, CALL)
  await send(bench, again)
  say('a repeat', `${((await send(bench, again)) / CALL).toFixed(2)} ms`)
  for (const [kind, times] of bench.refused) say(`refused: ${kind}`, `${times} times`)
  if (process.argv.includes('profile')) await tellFunctions(sql)
}

async function tellFunctions(sql: Sql): Promise<void> {
  console.table(
    await sql.query(
      `select funcname, calls::integer, round(total_time)::integer as total_ms, round(self_time)::integer as self_ms
       from pg_stat_user_functions order by self_time desc limit 40`,
    ),
  )
}

async function some(bench: Bench, kind: string, count: number): Promise<Fields[]> {
  const commands: Fields[] = []
  while (commands.length < count) commands.push(await must(kinds[kind], 'a kind')(bench))
  return commands
}

let turn = 0
async function mixed(bench: Bench, count: number): Promise<Fields[]> {
  const usual = Object.keys(kinds).filter((kind) => kind !== 'pick below 0' && kind !== 'refused')
  const commands: Fields[] = []
  while (commands.length < count) {
    const kind = must(usual[turn++ % usual.length], 'a kind')
    commands.push(...(await some(bench, kind, 1)))
  }
  return commands
}

const wanted = process.argv.slice(2).filter((word) => word !== 'profile')
if (wanted.length === 0 || wanted.includes('pglite')) {
  const pglite = await startPgliteProject()
  await measure('PGlite, in memory', pglite.sql, true)
  await pglite.stop()
}
if (wanted.length === 0 || wanted.includes('native')) {
  const native = await startNativeProject()
  await measure('Native Postgres (no fsync)', await native.session(), false)
  await native.stop()
}
