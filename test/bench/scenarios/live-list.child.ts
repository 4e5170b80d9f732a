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
  /** The folder holds the rows already. */
  filled: boolean
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
/** Whoever needs longer for all of them is asked for fewer. */
const LONGEST_MS = 4_000
const FEWEST = 5

doJob(async ({ who, rows, folder, filled, changes, batches }: LiveListJob) => {
  const bareMb = residentMb()
  const kind = contenderNamed(who)
  const begin = await kind.load()
  const keeper = await begin(folder)
  const first = firstBySku(rows)
  let loadMs = 0
  for (const page of pagesOf(rows)) {
    const arrival = keeper.arrival(page.map((n) => stockRow(n)))
    if (!filled) loadMs += await timed(() => keeper.load(arrival))
  }
  if (!filled) loadMs += await timed(() => keeper.loaded())
  collectGarbage()
  const openMs = await timed(() => keeper.open())
  collectGarbage()
  const memoryMb = residentMb() - bareMb

  const changeMs: number[] = []
  const changesUntil = performance.now() + LONGEST_MS
  for (let at = 0; at < changes + WARM_CHANGES; at += 1) {
    if (changeMs.length >= FEWEST && performance.now() > changesUntil) break
    const n = must(first[(at * 7) % first.length], 'a row of the list')
    const arrival = keeper.arrival([stockRow(n, 1_000 + at)])
    await quiet()
    const took = await timed(() => keeper.apply(arrival))
    if (at >= WARM_CHANGES) changeMs.push(took)
  }

  const batchMs: number[] = []
  const batchRows = Math.min(kind.batchOf(rows), rows)
  const batchesUntil = performance.now() + LONGEST_MS
  for (let at = 0; at <= batches; at += 1) {
    if (batchMs.length > 0 && performance.now() > batchesUntil) break
    const shown = must(first[at], 'a row of the list')
    // Scattered over all there is, each row once, and one of them in the list.
    const numbers = new Set([shown])
    for (let i = 0; numbers.size < batchRows; i += 1) numbers.add(((at * batchRows + i) * PRIME) % rows)
    const arrival = keeper.arrival([...numbers].map((n) => stockRow(n, 5_000 + at)))
    collectGarbage()
    await quiet(kind.restAfterBatchMs)
    const took = await timed(() => keeper.apply(arrival))
    if (at > 0) batchMs.push(took)
  }
  await keeper.close()
  return { loadMs, openMs, memoryMb, changeMs, batchMs, batchRows }
})
