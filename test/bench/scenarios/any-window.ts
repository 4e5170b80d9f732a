import { inChild } from '../suite/child.ts'
import { filledMirror } from '../suite/filled-mirror.ts'
import type { Measure } from '../suite/measure.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import type { AnyWindowJob, AnyWindowSeen } from './any-window.child.ts'

export const ANY_WINDOW = 'any-window'
const FIRST = ', for the first time'
/** What nobody has asked for since the start. */
export const isFirst = (what: string): boolean => what.endsWith(FIRST)

/** A supervisor looks for something: any place of the list, any filter and order, any search, and the counts. */
export const anyWindow: Scenario = {
  name: ANY_WINDOW,
  about:
    'Scroll anywhere, filter, sort and search while typing: how long each screen of 100 rows takes with its total.',
  async run(order: BenchOrder) {
    const measures: Measure[] = []
    const child = new URL('./any-window.child.ts', import.meta.url)
    for (const rows of order.sizes) {
      const { folder } = await filledMirror(rows, order.say)
      for (const who of ['smart-shelf', 'straightforward'] as const) {
        const spellMs = order.pace === 'quick' ? 60 : 150
        const job: AnyWindowJob = { who, rows, folder, spellMs }
        for (const { what, firstMs, samples } of await inChild<AnyWindowSeen[]>(child, job)) {
          const of = { scenario: ANY_WINDOW, who, rows, unit: 'ms' } as const
          measures.push({ ...of, what, samples }, { ...of, what: what + FIRST, samples: [firstMs] })
        }
        order.say(`${ANY_WINDOW}, ${rows.toLocaleString('en')} rows: ${who}`)
      }
    }
    return measures
  },
}
