import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '#engine/ports.ts'
import type { Cable } from '../lib/cable.ts'

/** What the soak can do to the way between console and backend, and to the backend. */
export interface FaultTools {
  cable: Cable
  /** Turns the backend's fault knobs; quietly nothing while it is down. */
  turn(knobs: Record<string, unknown>): Promise<void>
  restartBackend(): Promise<void>
  /** The console's system says that there is a network again. */
  networkUp(): void
}

/** One fault from its beginning to its end, `ms` later where it lasts. */
type Fault = (tools: FaultTools, ms: number) => Promise<void>

const refuse =
  (status: number): Fault =>
  async ({ turn }, ms) => {
    await turn({ refuse: status })
    await sleep(ms)
    await turn({ refuse: null })
  }

export const faults: Record<string, Fault> = {
  'cable cut': async ({ cable, networkUp }, ms) => {
    cable.pull()
    await sleep(ms)
    await cable.plug()
    networkUp()
  },
  'line half-open': async ({ cable }, ms) => {
    cable.freeze(true)
    await sleep(ms)
    cable.freeze(false)
  },
  'half-open, then forgotten': async ({ cable }, ms) => {
    cable.freeze(true)
    await sleep(ms)
    cable.pull()
    cable.freeze(false)
    await cable.plug()
  },
  'connections reset': async ({ cable }) => {
    cable.pull()
    await cable.plug()
  },
  'slow answers': async ({ turn }, ms) => {
    await turn({ delay: 400 })
    await sleep(ms)
    await turn({ delay: 0 })
  },
  'pokes lost, doubled, overtaken': async ({ turn }, ms) => {
    await turn({ drop: 0.5, duplicate: 0.5, reorder: 0.5 })
    await sleep(ms)
    await turn({ drop: 0, duplicate: 0, reorder: 0 })
  },
  'tokens that soon end': async ({ turn, cable }, ms) => {
    await turn({ tokenLifetime: 4 })
    cable.pull()
    await cable.plug()
    await sleep(ms)
    await turn({ tokenLifetime: 3_600 })
  },
  'HTTP 429': refuse(429),
  'HTTP 503': refuse(503),
  'a portal (HTTP 511)': refuse(511),
  'backend restarted': ({ restartBackend }) => restartBackend(),
}

const LONG_EVERY = 12
const LONG_MS = 30_000
const names = Object.keys(faults)

/**
 * A fault every `everyMs`, each over before the next begins, but for one in twelve: that one lasts half a minute, long enough
 * for every deadline to pass.
 */
export async function causeFaults(
  tools: FaultTools,
  options: { everyMs: number; until: number; random: Random; caused: (name: string, ms: number) => void },
): Promise<void> {
  const { everyMs, until, random, caused } = options
  for (let n = 1; Date.now() < until; n += 1) {
    const begun = Date.now()
    const name = names[Math.floor(random() * names.length)] ?? 'cable cut'
    const ms = n % LONG_EVERY === 0 ? LONG_MS : everyMs * (0.2 + 0.5 * random())
    caused(name, ms)
    await faults[name]?.(tools, ms)
    await sleep(Math.max(0, begun + everyMs - Date.now()))
  }
}
