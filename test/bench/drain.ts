/*
 * The network comes back over a full outbox: `npx node test/bench/drain.ts [--commands 1000] [--json FILE]`. The product's engine on
 * real files, real supabase-js through a cable, the embedded backend in a process of its own. So many commands of several kinds are
 * kept while the cable is out; the time counts from the sign that the network is back until the server has decided the last of them,
 * and until the console knows that. Then once more with every acknowledgement of the first attempt lost: the server does what each
 * command's first push brings, and the connection ends instead of the answer.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CommandIntent } from '#shared/domain/commands.ts'
import { MutationId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { WorkSummary } from '#shared/protocol/work.ts'
import { layCable } from '../../scripts/lib/cable.ts'
import type { Cable } from '../../scripts/lib/cable.ts'
import { makeTemplate, openSite } from '../e2e/support/site.ts'
import type { Site } from '../e2e/support/site.ts'
import { startConsole } from '#test/harness/console.ts'
import type { TestConsole } from '#test/harness/console.ts'
import { openForgetfulProxy } from './forgetful-proxy.ts'
import type { ForgetfulProxy } from './forgetful-proxy.ts'

const { values } = parseArgs({
  options: { commands: { type: 'string', default: '1000' }, json: { type: 'string' } },
})
const COMMANDS = Number(values.commands)
const LIMIT_MS = 5_000
const GIVE_UP_MS = 60_000
const LOOK_MS = 5

interface Way {
  cable: Cable
  proxy: ForgetfulProxy
}

interface Place {
  warehouse_id: WarehouseId
  product_id: ProductId
  bin: string
}

async function placesOf(site: Site): Promise<Place[]> {
  const rows = await site.sql<{ warehouse: string; product: string; bin: string }>(
    `select i.warehouse_id as warehouse, i.product_id as product, i.bin
     from inventory i join warehouses w on w.id = i.warehouse_id where w.code = 'BER' order by i.id limit 300`,
  )
  return rows.map(({ warehouse, product, bin }) => ({
    warehouse_id: WarehouseId.parse(warehouse),
    product_id: ProductId.parse(product),
    bin,
  }))
}

/** A hall's mixture: mostly picks, several of them in the same bins. */
function commandAt(at: number, places: readonly Place[]): CommandIntent {
  const place = {
    ...must(places[(at * 7) % places.length], 'a place'),
    reference: null,
    mutation_id: MutationId.parse(randomUUID()),
  }
  if (at % 10 === 0) return { kind: 'putaway', ...place, to_bin: 'Z-9', quantity: 1 }
  if (at % 5 === 0) return { kind: 'receive', ...place, quantity: 3 }
  if (at % 7 === 0) return { kind: 'adjust', ...place, quantity: -1, reason: 'bench' }
  return { kind: 'pick', ...place, quantity: 1 }
}

async function unsentAt({ engine, window }: TestConsole): Promise<number> {
  const view = { name: 'work.summary', params: {} } as const
  const reply = await engine.ask(window, 'view.open', { viewId: 'bench' as ViewId, view })
  if (!reply.ok || reply.value.result.kind !== 'value') throw new Error('The console does not answer.')
  return (reply.value.result.value as WorkSummary).unsent
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<number> {
  const startedAt = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`Not within a minute: ${what}.`)
    await sleep(LOOK_MS)
  }
  return performance.now() - startedAt
}

/** Keeps the commands while the cable is out. @returns their ids, and how long each took to its receipt */
async function fill(console: TestConsole, places: readonly Place[]) {
  const took: number[] = []
  const ids: string[] = []
  for (let at = 0; at < COMMANDS; at += 1) {
    const command = commandAt(at, places)
    const askedAt = performance.now()
    const reply = await console.engine.ask(console.window, 'work.submit', { command })
    took.push(performance.now() - askedAt)
    if (!reply.ok || reply.value.kind !== 'kept') throw new Error(`Not kept: ${JSON.stringify(reply)}`)
    ids.push(command.mutation_id)
  }
  took.sort((a, b) => a - b)
  return {
    ids,
    medianMs: took[Math.floor(took.length / 2)] ?? 0,
    p99Ms: took[Math.floor(took.length * 0.99)] ?? 0,
  }
}

/** What the server's own tables have of these. */
async function bookedOf(site: Site, ids: readonly string[]) {
  const [row] = await site.sql<{ decided: number; applied: number; movements: number; expected: number }>(
    `select count(*)::int as decided, count(*) filter (where outcome ->> 'outcome' = 'applied')::int as applied,
       coalesce(sum(case when kind = 'putaway' then 2 else 1 end) filter (where outcome ->> 'outcome' = 'applied'), 0)::int as expected,
       (select count(*)::int from stock_movements where mutation_id = any ($1::uuid[])) as movements
     from command_ledger where mutation_id = any ($1::uuid[])`,
    ids,
  )
  return must(row, 'a count')
}

const isAt = ({ status }: TestConsole, at: string) =>
  until(`the link is ${at}`, () => status().link.at === at)

async function drain(site: Site, { cable, proxy }: Way, console: TestConsole, losesFirst: boolean) {
  const places = await placesOf(site)
  cable.pull()
  await isAt(console, 'waiting')
  const { ids, medianMs, p99Ms } = await fill(console, places)
  const before = proxy.forgotten()
  proxy.forget(losesFirst)
  await cable.plug()
  const backAt = performance.now()
  console.engine.signal({ kind: 'network-up' })
  await until('all is sent', async () => (await unsentAt(console)) === 0)
  const drainedMs = Math.round(performance.now() - backAt)
  proxy.forget(false)
  const { decided, applied, movements, expected } = await bookedOf(site, ids)
  return {
    ...{ commands: COMMANDS, answersLost: proxy.forgotten() - before, receiptMedianMs: medianMs },
    ...{ receiptP99Ms: p99Ms, drainedMs, decided, applied, duplicates: movements - expected },
  }
}

const template = await makeTemplate()
const site = await openSite(template)
const proxy = await openForgetfulProxy(site.url)
const cable = await layCable(proxy.url)
const directory = await mkdtemp(join(tmpdir(), 'shelf-drain-'))
const server = { url: cable.url, anonKey: site.anonKey, embedded: true }
const station = await startConsole({ server, demoSignIn: site.user, directory })
try {
  console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`)
  await isAt(station, 'live')
  const results = []
  for (const losesFirst of [false, true]) {
    const result = await drain(site, { cable, proxy }, station, losesFirst)
    results.push(result)
    console.log(
      `${result.commands} commands${losesFirst ? `, ${result.answersLost} answers of first pushes lost` : ''}: ` +
        `drained ${result.drainedMs} ms after the network's return, ${result.decided} decided, ${result.duplicates} duplicates; ` +
        `receipts median ${result.receiptMedianMs.toFixed(2)} ms, p99 ${result.receiptP99Ms.toFixed(2)} ms`,
    )
    await isAt(station, 'live')
  }
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ load: loadavg()[0], results }, null, 2))
  const passed = results.every(
    (result) => result.drainedMs <= LIMIT_MS && result.duplicates === 0 && result.decided === COMMANDS,
  )
  console.log(passed ? 'passed' : 'FAILED')
  process.exitCode = passed ? 0 : 1
} finally {
  await station.stop()
  await cable.close()
  await proxy.close()
  await site.close()
  for (const left of [directory, template]) await rm(left, { recursive: true, force: true })
}
