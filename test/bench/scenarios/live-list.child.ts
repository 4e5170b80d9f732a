import { must } from '#shared/lib/must.ts'
import { contenderNamed } from '../contenders/index.ts'
import { firstBySku, pagesOf, stockRow } from '../contenders/stock-rows.ts'
import type { Contender } from '../suite/measure.ts'
import { doJob } from '../suite/child.ts'
import { collectGarbage, quiet, residentMb, timed } from '../suite/pace.ts'

export interface LiveListJob {
  who: Contender
  rows: number
  folder: string
  changes: number
  batches: number
}

export interface LiveListSeen {
  loadMs: number
  openMs: number
  memoryMb: number
  changeMs: number[]
  batchMs: number[]
  batchRows: number
}

/** The first changes and the first batch warm what every later one finds warm. */
const WARM_CHANGES = 10
const PRIME = 7_919

doJob(async ({ who, rows, folder, changes, batches }: LiveListJob) => {
  const bareMb = residentMb()
  const kind = contenderNamed(who)
  const begin = await kind.load()
  const keeper = await begin(folder)
  const first = firstBySku(rows)
  let loadMs = 0
  for (const page of pagesOf(rows)) {
    const arrival = keeper.arrival(page.map((n) => stockRow(n)))
    loadMs += await timed(() => keeper.load(arrival))
  }
  loadMs += await timed(() => keeper.loaded())
  collectGarbage()
  const openMs = await timed(() => keeper.open())
  collectGarbage()
  const memoryMb = residentMb() - bareMb

  const changeMs: number[] = []
  for (let at = 0; at < changes + WARM_CHANGES; at += 1) {
    const n = must(first[(at * 7) % first.length], 'a row of the list')
    const arrival = keeper.arrival([stockRow(n, 1_000 + at)])
    await quiet()
    const took = await timed(() => keeper.apply(arrival))
    if (at >= WARM_CHANGES) changeMs.push(took)
  }

  const batchMs: number[] = []
  const batchRows = Math.min(kind.batchOf(rows), rows)
  for (let at = 0; at <= batches; at += 1) {
    const shown = must(first[at], 'a row of the list')
    // Scattered over all there is, each row once, and one of them in the list.
    const numbers = new Set([shown])
    for (let i = 0; numbers.size < batchRows; i += 1) numbers.add(((at * batchRows + i) * PRIME) % rows)
    const arrival = keeper.arrival([...numbers].map((n) => stockRow(n, 5_000 + at)))
    collectGarbage()
    await quiet()
    const took = await timed(() => keeper.apply(arrival))
    if (at > 0) batchMs.push(took)
  }
  await keeper.close()
  return { loadMs, openMs, memoryMb, changeMs, batchMs, batchRows }
})
