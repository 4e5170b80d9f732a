import type { ViewId } from '#shared/protocol/delta.ts'
import type { Status } from '#shared/protocol/status.ts'
import { composeEngine } from '#engine/compose.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { Log, WindowId } from '#engine/ports.ts'
import { connectSupabase } from '#engine/upstream/supabase.ts'
import type { Upstream } from '#engine/upstream/upstream.ts'
import type { Heard } from '#shared/protocol/contract.ts'
import type { ConsoleBoot, FromConsole, Sample } from '../../scripts/soak/messages.ts'

/*
 * The process of the soak's console: the product's engine on Node, with a window that only counts. Started by
 * `scripts/soak.ts` with an IPC channel and --expose-gc.
 */

const SAMPLE_EVERY_MS = 2_000
const MB = 1024 * 1024

const boot = JSON.parse(process.argv[2] ?? '') as ConsoleBoot
const say = (message: FromConsole): void => void process.send?.(message)
const silent = (): void => undefined
const log: Log = { debug: silent, info: silent, warn: silent, error: complain, with: () => log }
const kept = new Map<string, string>()
let feeds = 0

function complain(event: string, facts?: Record<string, unknown>): void {
  process.stderr.write(`${event} ${JSON.stringify(facts ?? {})}\n`)
}

/** The real upstream, with its feeds counted. */
function counted(upstream: Upstream): Upstream {
  return {
    ...upstream,
    listen(scopes, events) {
      feeds += 1
      let open = true
      const end = (): void => {
        if (open) feeds -= 1
        open = false
      }
      const feed = upstream.listen(scopes, {
        ...events,
        lost(failure) {
          end()
          events.lost(failure)
        },
      })
      return {
        heartbeat: (deadlineMs) => feed.heartbeat(deadlineMs),
        close() {
          end()
          return feed.close()
        },
      }
    },
  }
}

const secrets = {
  get: async (key: string) => kept.get(key) ?? null,
  set: async (key: string, value: string) => void kept.set(key, value),
  delete: async (key: string) => void kept.delete(key),
}

const window = 1 as WindowId
const engine = composeEngine(
  {
    clock: realClock,
    random: Math.random,
    log,
    secrets,
    post(_window, channel, message) {
      if (channel !== 'view.delta') return
      const { viewId, change } = message as Heard<'view.delta'>
      if (viewId !== 'status' || change.kind !== 'value') return
      const { link, asOf } = change.value as Status
      say({ kind: 'link', at: link.at, asOf })
    },
    serverConfigured: silent,
    connect: (address) =>
      counted(connectSupabase({ address, feed: 'broadcast', clock: realClock, log, secrets })),
  },
  {
    directory: boot.directory,
    server: boot.server,
    demoSignIn: boot.user,
    feed: 'broadcast',
    appVersion: '0.0.0',
    station: null,
    nativeBinding: null,
  },
)
await engine.ask(window, 'view.open', { viewId: 'status' as ViewId, view: { name: 'status', params: {} } })

function sample(): Sample {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  const listeners = process
    .eventNames()
    .reduce((sum, name) => sum + process.listenerCount(name as NodeJS.Signals), 0)
  return {
    at: process.uptime(),
    rssMb: rss / MB,
    heapMb: heapUsed / MB,
    externalMb: external / MB,
    handles: process.getActiveResourcesInfo().length,
    listeners,
    feeds,
  }
}

const sampling = setInterval(() => say({ kind: 'sample', sample: sample() }), SAMPLE_EVERY_MS)

process.on('message', (message) => {
  if (message === 'stop') void stop()
  if (message === 'network-up') engine.signal({ kind: 'network-up' })
})
process.on('disconnect', () => process.exit(1))

async function stop(): Promise<void> {
  clearInterval(sampling)
  await engine.stop()
  say({ kind: 'sample', sample: sample() })
  say({ kind: 'stopped' })
}
