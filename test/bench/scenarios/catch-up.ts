import { inChild } from '../suite/child.ts'
import { filledMirror } from '../suite/filled-mirror.ts'
import type { Contender, Measure } from '../suite/measure.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import type { CatchUpJob } from './catch-up.child.ts'

export const CATCH_UP = 'catch-up'
export const catchUpWhat = (changes: number): string =>
  `${changes.toLocaleString('en')} missed changes taken in, list up to date`

const MISSED = [5_000, 100_000]
const contenders = ['smart-shelf', 'straightforward', 'tanstack-db'] as const

/** Its rows must be loaded again for each outage. */
const LIVE_QUERY_ROWS = 100_000
const liveQueryOut = {
  who: 'tanstack-db',
  because: 'loading it takes too long to do it twice; what a batch costs it stands in live-list',
} as const

const roundsOf = (missed: number, rows: number, pace: BenchOrder['pace']): number =>
  pace === 'quick' || rows > 100_000 || missed > 5_000 ? 1 : 2

/** The network is back: what was missed is taken in, in pages of 5,000, while windows are open. The network itself is not counted. */
export const catchUp: Scenario = {
  name: CATCH_UP,
  about:
    'A station comes back after an outage: how long what it missed keeps it busy, from the answers to the list on screen.',
  async run(order: BenchOrder) {
    const measures: Measure[] = []
    const child = new URL('./catch-up.child.ts', import.meta.url)
    for (const rows of order.sizes) {
      const bearing = contenders.filter((who) => who !== 'tanstack-db' || rows <= LIVE_QUERY_ROWS)
      if (bearing.length < contenders.length) order.leaveOut({ scenario: CATCH_UP, rows, ...liveQueryOut })
      const { folder } = await filledMirror(rows, order.say)
      for (const missed of MISSED) {
        // A row that changed many times is sent once: nobody misses more rows than there are.
        if (missed > rows) continue
        const seen = new Map<Contender, number[]>(bearing.map((who) => [who, []]))
        for (let round = 0; round < roundsOf(missed, rows, order.pace); round += 1) {
          for (const who of bearing)
            seen
              .get(who)
              ?.push(await inChild<number>(child, { who, rows, missed, folder } satisfies CatchUpJob))
          order.say(
            `${CATCH_UP}, ${missed.toLocaleString('en')} changes at ${rows.toLocaleString('en')} rows, round ${round + 1}`,
          )
        }
        for (const [who, samples] of seen)
          measures.push({ scenario: CATCH_UP, what: catchUpWhat(missed), who, rows, unit: 'ms', samples })
      }
    }
    return measures
  },
}
