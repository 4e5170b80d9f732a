import { contenderNamed } from '../contenders/index.ts'
import { pagesOf, stockRow } from '../contenders/stock-rows.ts'
import { doJob } from '../suite/child.ts'
import type { Contender } from '../suite/measure.ts'
import { collectGarbage, residentMb, timed } from '../suite/pace.ts'

export interface StartJob {
  who: Contender
  folder: string
  rows: number
  does: 'fill' | 'open'
}

export interface StartSeen {
  openedMs: number
  memoryMb: number
}

doJob(async ({ who, folder, rows, does }: StartJob) => {
  const bareMb = residentMb()
  const begin = await contenderNamed(who).load()
  if (does === 'fill') {
    const keeper = await begin(folder)
    for (const page of pagesOf(rows)) await keeper.load(keeper.arrival(page.map((n) => stockRow(n))))
    await keeper.loaded()
    await keeper.close()
    return { openedMs: 0, memoryMb: 0 }
  }
  const startedAt = performance.now()
  const keeper = await begin(folder)
  await timed(() => keeper.open())
  const openedMs = performance.now() - startedAt
  collectGarbage()
  const memoryMb = residentMb() - bareMb
  if ((await keeper.shown()).length !== 100) throw new Error('It did not show 100 rows.')
  await keeper.close()
  return { openedMs, memoryMb }
})
