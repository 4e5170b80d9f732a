import { join } from 'node:path'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { Status } from '#shared/protocol/status.ts'
import type { StockDetail } from '#shared/protocol/views.ts'
import { composeEngine } from '#engine/compose.ts'
import type { Engine } from '#engine/engine.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { Log, WindowId } from '#engine/ports.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import type { Upstream } from '#engine/upstream/upstream.ts'
import type { Heard as HeardOn } from '#shared/protocol/contract.ts'
import { memorySecrets } from '#test/harness/memory-secrets.ts'
import type { FromHall, HallBoot, Heard, ToHall } from './messages.ts'

/*
 * Some stations in one process: the product's engine on Node with files of its own each, and a window that writes down when it was
 * told of a marked change. Forked by `hall.ts`.
 */

const boot = JSON.parse(process.argv[2] ?? '') as HallBoot
const say = (message: FromHall): void => void process.send?.(message)
const silent = (): void => undefined
const complain = (event: string, facts?: Record<string, unknown>): void =>
  void process.stderr.write(`${event} ${JSON.stringify(facts ?? {})}\n`)
const log: Log = { debug: silent, info: silent, warn: silent, error: complain, with: () => log }
const WINDOW = 1 as WindowId
const LOOK_MS = 20

let heard: Heard = { marks: [], hints: 0, pulls: 0, cpuMs: 0 }
let cpuFrom = process.cpuUsage()

function startCounting(): void {
  heard = { marks: Array.from({ length: boot.stations }, () => []), hints: 0, pulls: 0, cpuMs: 0 }
  cpuFrom = process.cpuUsage()
}

function counted(upstream: Upstream): Upstream {
  return {
    ...upstream,
    pull(...asked) {
      heard.pulls += 1
      return upstream.pull(...asked)
    },
    listen: (scopes, events) =>
      upstream.listen(scopes, {
        ...events,
        poke(poke) {
          heard.hints += 1
          events.poke(poke)
        },
        moved(scope, head) {
          heard.hints += 1
          events.moved(scope, head)
        },
      }),
  }
}

async function openStation(no: number): Promise<{ engine: Engine; isLive(): boolean }> {
  const secrets = memorySecrets()
  let at: Status['link']['at'] = 'offline'
  const engine = composeEngine(
    {
      ...{ clock: realClock, random: Math.random, log, secrets, serverConfigured: silent },
      post(_window, channel, message) {
        if (channel !== 'view.delta') return
        const { viewId, change } = message as HeardOn<'view.delta'>
        if (change.kind !== 'value') return
        if (viewId === 'status') at = (change.value as Status).link.at
        const marked = viewId === 'marked' ? (change.value as StockDetail | null) : null
        if (marked) heard.marks[no]?.push({ change: marked.onHand, at: Date.now() })
      },
      connect: (address, apart) =>
        counted(connectSupabase({ address, apart, feed: boot.feed, clock: realClock, log, secrets })),
    },
    {
      directory: join(boot.directory, `station-${no}`),
      ...{ server: boot.server, demoSignIn: boot.user, feed: boot.feed },
      ...{ appVersion: '0.0.0', station: null, nativeBinding: null },
    },
  )
  const open = (viewId: string, view: object) =>
    engine.ask(WINDOW, 'view.open', { viewId: viewId as ViewId, view } as never)
  await open('status', { name: 'status', params: {} })
  await open('marked', { name: 'stock.detail', params: boot.marked })
  return { engine, isLive: () => at === 'live' }
}

const stations: Awaited<ReturnType<typeof openStation>>[] = []

async function start(): Promise<void> {
  for (let no = 0; no < boot.stations; no++) {
    const station = await openStation(no)
    stations.push(station)
    // One after the other: a hall that starts at once is another story.
    while (!station.isLive()) await new Promise((look) => setTimeout(look, LOOK_MS))
  }
  say({ kind: 'live' })
}

function tell(): void {
  const { user, system } = process.cpuUsage(cpuFrom)
  say({ kind: 'heard', heard: { ...heard, cpuMs: (user + system) / 1_000 } })
}

process.on('message', (message: ToHall) => {
  if (message === 'count') startCounting()
  if (message === 'tell') tell()
  if (message === 'stop')
    void Promise.all(stations.map(({ engine }) => engine.stop())).then(() => process.exit(0))
})
process.on('disconnect', () => process.exit(1))
void start()
