import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandIntent } from '#shared/domain/commands.ts'
import { MutationId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { WorkSummary } from '#shared/protocol/work.ts'
import { startConsole, type TestConsole } from '#test/harness/console.ts'
import { layCable, type Cable } from '../../../scripts/lib/cable.ts'
import type { Site } from '../../e2e/support/site.ts'
import { openForgetfulProxy, type ForgetfulProxy } from '../forgetful-proxy.ts'
import type { Measure } from '../suite/measure.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import { until } from '../until.ts'
import { figuresOf } from '../window/figures.ts'
import { sharedSite } from '../window/shared-stage.ts'

/*
 * The product's engine on real files, real supabase-js through a cable, the embedded backend in a process of its own. Commands of
 * several kinds are kept while the cable is out; the time counts from the sign that the network is back until the server has
 * decided the last of them and the console knows. Then once more with every acknowledgement of the first attempt lost: the server
 * does what each command's first push brings, and the connection ends instead of the answer.
 */

const COMMANDS = { quick: 100, full: 1_000 }
/** Before its work the station downloads all there is. */
const DOWNLOAD_MS = 240_000

interface Stand {
  site: Site
  cable: Cable
  proxy: ForgetfulProxy
  console: TestConsole
}

interface Place {
  warehouse_id: WarehouseId
  product_id: ProductId
  bin: string
}

const PUT_AWAY_TO = 'Z-9'

/** Nothing is put away to where it is: what an earlier drain took there is left out. */
async function placesOf(site: Site): Promise<Place[]> {
  const rows = await site.sql<{ warehouse: string; product: string; bin: string }>(
    `select i.warehouse_id as warehouse, i.product_id as product, i.bin
     from inventory i join warehouses w on w.id = i.warehouse_id where w.code = 'BER' and i.bin <> $1 order by i.id limit 300`,
    PUT_AWAY_TO,
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
  if (at % 10 === 0) return { kind: 'putaway', ...place, to_bin: PUT_AWAY_TO, quantity: 1 }
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

/** Keeps the commands while the cable is out. @returns their ids, and how long each took to its receipt */
async function fill({ site, console }: Stand, commands: number) {
  const places = await placesOf(site)
  const tookMs: number[] = []
  const ids: string[] = []
  for (let at = 0; at < commands; at += 1) {
    const command = commandAt(at, places)
    const askedAt = performance.now()
    const reply = await console.engine.ask(console.window, 'work.submit', { command })
    tookMs.push(performance.now() - askedAt)
    if (!reply.ok || reply.value.kind !== 'kept') throw new Error(`Not kept: ${JSON.stringify(reply)}`)
    ids.push(command.mutation_id)
  }
  return { ids, tookMs }
}

/** What the server's own tables have of these. */
async function bookedOf(site: Site, ids: readonly string[]) {
  const [row] = await site.sql<{ decided: number; movements: number; expected: number }>(
    `select count(*)::int as decided,
       coalesce(sum(case when kind = 'putaway' then 2 else 1 end) filter (where outcome ->> 'outcome' = 'applied'), 0)::int as expected,
       (select count(*)::int from stock_movements where mutation_id = any ($1::uuid[])) as movements
     from command_ledger where mutation_id = any ($1::uuid[])`,
    ids,
  )
  return must(row, 'a count')
}

const isAt = ({ status }: TestConsole, at: string, withinMs?: number): Promise<number> =>
  until(`the link is ${at}`, () => status().link.at === at, { withinMs })

async function drainOnce(stand: Stand, commands: number, losesFirst: boolean) {
  const { site, cable, proxy, console } = stand
  await isAt(console, 'live', DOWNLOAD_MS)
  cable.pull()
  await isAt(console, 'waiting')
  const { ids, tookMs } = await fill(stand, commands)
  proxy.forget(losesFirst)
  await cable.plug()
  const backAt = performance.now()
  console.engine.signal({ kind: 'network-up' })
  await until('all is sent', async () => (await unsentAt(console)) === 0)
  const drainedMs = performance.now() - backAt
  proxy.forget(false)
  const { decided, movements, expected } = await bookedOf(site, ids)
  if (decided !== commands || movements !== expected)
    throw new Error(
      `${decided} of ${commands} commands decided; ${movements} movements instead of ${expected}.`,
    )
  return { drainedMs, tookMs }
}

async function withStand<T>(work: (stand: Stand) => Promise<T>): Promise<T> {
  const site = await sharedSite()
  const proxy = await openForgetfulProxy(site.url)
  const cable = await layCable(proxy.url)
  const directory = await mkdtemp(join(tmpdir(), 'shelf-drain-'))
  const server = { url: cable.url, anonKey: site.anonKey, embedded: true }
  const console = await startConsole({ server, demoSignIn: site.user, directory })
  try {
    return await work({ site, cable, proxy, console })
  } finally {
    await console.stop()
    await cable.close()
    await proxy.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** The network comes back over a full outbox. */
export const drain: Scenario = {
  name: 'drain',
  about:
    'The network comes back over a full outbox: until the server has booked all of it, once, and the station knows.',
  run: ({ pace }: BenchOrder) =>
    withStand(async (stand): Promise<Measure[]> => {
      const commands = COMMANDS[pace]
      const [stock] = await stand.site.sql<{ lines: number }>('select count(*)::int as lines from inventory')
      const figure = figuresOf('drain', stock?.lines ?? 0)
      const all = `${commands.toLocaleString('en')} queued commands are in the system`
      const straight = await drainOnce(stand, commands, false)
      const lossy = await drainOnce(stand, commands, true)
      return [
        figure(all, 'ms', [straight.drainedMs]),
        figure(`${all}, every first answer lost`, 'ms', [lossy.drainedMs]),
        figure('command to receipt on disk, without a network', 'ms', [...straight.tookMs, ...lossy.tookMs]),
      ]
    }),
}
