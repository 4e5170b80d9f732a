import { rm } from 'node:fs/promises'
import { coldStart } from '../../e2e/support/cold-start.ts'
import type { Measure } from '../suite/measure.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import { figuresOf } from '../window/figures.ts'
import { grownStation } from '../window/grown-station.ts'
import { memoryInUse } from '../window/memory-in-use.ts'
import { sharedStage, startIn } from '../window/shared-stage.ts'

const STARTS = { quick: 1, full: 4 }
const MOST_ROWS_IN_QUICK = 100_000

/** A console that has a mirror and no server: how soon it shows stock, and what it takes of the machine. */
export const windowStart: Scenario = {
  name: 'window-start',
  about:
    'A station starts while the network is down: from the start of the program to stock on screen, and its memory.',
  async run(order: BenchOrder) {
    const stage = await sharedStage(order)
    const { cable, start } = stage
    const sizes =
      order.pace === 'full' ? order.sizes : order.sizes.filter((size) => size <= MOST_ROWS_IN_QUICK)
    const measures: Measure[] = []
    for (const rows of sizes) {
      const figure = figuresOf('window-start', rows)
      const home = await grownStation(stage, rows, order.say)
      cable.pull()
      try {
        const startedMs: number[] = []
        while (startedMs.length < STARTS[order.pace])
          startedMs.push((await coldStart(startIn(start, home))).firstRowsMs)
        const memory = await memoryInUse(startIn(start, home))
        measures.push(
          figure('start of the program to stock on screen, without a server', 'ms', startedMs),
          figure('memory of the main process with the engine, after looking through the list', 'MB', [
            memory.main,
          ]),
          figure('memory of the window, after looking through the list', 'MB', [memory.windows]),
          figure('objects of the window, after looking through the list', 'MB', [memory.objects]),
        )
      } finally {
        await cable.plug()
        await rm(home, { recursive: true, force: true })
      }
    }
    return measures
  },
}
