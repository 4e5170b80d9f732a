import { inChild } from '../suite/child.ts'
import { filledMirror } from '../suite/filled-mirror.ts'
import type { Measure, Unit } from '../suite/measure.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import type { OneChangeJob, OneChangeSeen } from './one-change.child.ts'

export const ONE_CHANGE = 'one-change'
export const oneChangeWhats = {
  oneWindow: 'one change, committed, to its delta posted, one window open',
  fourWindows: 'one change, committed, to its last delta posted, four windows open',
  burst: 'single changes one after the other, each committed, four windows open',
} as const

/** A poke comes in: committed on disk, and every window that shows the row has been sent what changed. */
export const oneChange: Scenario = {
  name: ONE_CHANGE,
  about: 'Somebody elsewhere picks an item: how soon the engine has told the windows that show it.',
  async run(order: BenchOrder) {
    const measures: Measure[] = []
    for (const rows of order.sizes) {
      const { folder } = await filledMirror(rows, order.say)
      const changes = order.pace === 'quick' ? 60 : 150
      const child = new URL('./one-change.child.ts', import.meta.url)
      const seen = await inChild<OneChangeSeen>(child, { rows, folder, changes } satisfies OneChangeJob)
      order.say(`${ONE_CHANGE}, ${rows.toLocaleString('en')} rows`)
      const measure = (what: string, unit: Unit, samples: readonly number[]): void =>
        void measures.push({ scenario: ONE_CHANGE, what, who: 'smart-shelf', rows, unit, samples })
      measure(oneChangeWhats.oneWindow, 'ms', seen.oneWindowMs)
      measure(oneChangeWhats.fourWindows, 'ms', seen.fourWindowsMs)
      measure(oneChangeWhats.burst, 'changes/s', seen.burstPerSecond)
    }
    return measures
  },
}
