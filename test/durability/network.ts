import { setTimeout as sleep } from 'node:timers/promises'
import type { Cable } from '../../scripts/lib/cable.ts'
import type { FaultKnobs } from '#backend/backend.ts'
import type { Chance } from '#test/harness/site/seeded.ts'

/** A network that goes wrong again and again, until it is told to be well. */
export interface BadNetwork {
  /** What happened to it, by kind. */
  readonly faults: ReadonlyMap<string, number>
  /** Every fault is over when this returns. */
  calm(): Promise<void>
}

interface Ways {
  cable: Cable
  knobs: FaultKnobs
  /** The console's system notices that there is a network again. */
  networkUp: () => void
}

type Fault = (ways: Ways, ms: number) => Promise<void>

const faults: Record<string, Fault> = {
  'cable pulled': async ({ cable }, ms) => {
    cable.pull()
    await sleep(ms)
    await cable.plug()
  },
  'answers lost': async ({ cable }, ms) => {
    cable.mute(true)
    await sleep(ms)
    cable.mute(false)
  },
  'line half-open, then forgotten': async ({ cable }, ms) => {
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
  'slow answers': async ({ knobs }, ms) => {
    knobs.delay(300)
    await sleep(ms)
    knobs.delay(0)
  },
  'HTTP 503': async ({ knobs }, ms) => {
    knobs.refuse(503)
    await sleep(ms)
    knobs.refuse(null)
  },
  'pokes lost and doubled': async ({ knobs }, ms) => {
    knobs.drop(0.4)
    knobs.duplicate(0.4)
    await sleep(ms)
    knobs.drop(0)
    knobs.duplicate(0)
  },
}
/** Losing answers is what exactly-once is about. */
const bag = Object.keys(faults).flatMap((name) => (name === 'answers lost' ? [name, name, name] : [name]))

export function badNetwork(ways: Ways, chance: Chance): BadNetwork {
  const caused = new Map<string, number>()
  let over = false
  const ended = flap()

  async function flap(): Promise<void> {
    while (!over) {
      const name = chance.oneOf(bag)
      caused.set(name, (caused.get(name) ?? 0) + 1)
      await faults[name]?.(ways, chance.between(30, 700))
      ways.networkUp()
      await sleep(chance.between(50, 900))
    }
  }

  return {
    faults: caused,
    async calm() {
      over = true
      await ended
      ways.knobs.calm()
      ways.networkUp()
    },
  }
}
