import { must } from '#shared/lib/must.ts'
import { changesOf, first100, inventoryRow, SmartShelf, stockScope } from '../contenders/smart-shelf.ts'
import { firstBySku, stockRow } from '../contenders/stock-rows.ts'
import { doJob } from '../suite/child.ts'
import { perSecond, quiet, timed } from '../suite/pace.ts'

export interface OneChangeJob {
  rows: number
  folder: string
  changes: number
}

export interface OneChangeSeen {
  oneWindowMs: number[]
  fourWindowsMs: number[]
  burstPerSecond: number[]
}

const WARM = 20
const BURST = 1_000
const PRIME = 7_919
/** Another figure each time, also in a file that an earlier run has left changed. */
let figure = Math.floor(Math.random() * 1e6)

doJob(async ({ rows, folder, changes }: OneChangeJob) => {
  const first = firstBySku(rows)
  const shown = (at: number): number => must(first[(at * 7) % first.length], 'a row of the list')
  const shelf = new SmartShelf(folder)

  const arrive = (n: number): Parameters<SmartShelf['applyNow']> => [
    stockScope,
    changesOf('inventory', [inventoryRow(stockRow(n, (figure += 1)))]),
  ]
  const oneByOne = async (deltas: number): Promise<number[]> => {
    const samples: number[] = []
    for (let at = 0; at < changes + WARM; at += 1) {
      const arrival = arrive(shown(at))
      await quiet()
      const before = shelf.sink.posted()
      const took = await timed(() => shelf.applyNow(...arrival))
      // In a quiet moment all is posted within the call: a delta that comes later would be missing here.
      if (shelf.sink.posted() - before < deltas) throw new Error('A change in the window was not posted.')
      if (at >= WARM) samples.push(took)
    }
    return samples
  }

  shelf.open()
  const oneWindowMs = await oneByOne(1)
  for (const window of [1, 2, 3, 4]) {
    const offset = window === 4 ? Math.floor(rows / 2) : 0
    shelf.watch(window, { ...first100, offset })
    shelf.watchTotals(window)
  }
  const fourWindowsMs = await oneByOne(3)
  const burstPerSecond: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const arrivals = Array.from({ length: BURST }, (_, at) => arrive(((round * BURST + at) * PRIME) % rows))
    const took = await timed(() => {
      for (const arrival of arrivals) shelf.applyNow(...arrival)
    })
    burstPerSecond.push(perSecond(BURST, took))
    await quiet()
  }
  shelf.close()
  return { oneWindowMs, fourWindowsMs, burstPerSecond }
})
