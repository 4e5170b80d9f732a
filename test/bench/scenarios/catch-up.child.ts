import { must } from '#shared/lib/must.ts'
import type { ScopePage } from '#shared/protocol/server.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import { createIntake } from '#engine/sync/intake.ts'
import {
  changesOf,
  epoch,
  first100,
  inventoryRow,
  SmartShelf,
  silentLog,
  stockScope,
} from '../contenders/smart-shelf.ts'
import { firstBySku, PAGE_ROWS, pagesOf, stockRow } from '../contenders/stock-rows.ts'
import { contenderNamed } from '../contenders/index.ts'
import { doJob } from '../suite/child.ts'
import type { Contender } from '../suite/measure.ts'
import { collectGarbage, quiet, timed } from '../suite/pace.ts'

export interface CatchUpJob {
  who: Extract<Contender, 'smart-shelf' | 'straightforward' | 'tanstack-db'>
  rows: number
  missed: number
  /** Of a filled mirror. */
  folder: string
}

const PRIME = 7_919

/** Rows that changed, each once and scattered, and with them the first of the list. */
function missedRows(rows: number, missed: number): number[] {
  const numbers = new Set(firstBySku(rows, 10))
  for (let i = 0; numbers.size < missed; i += 1) numbers.add((i * PRIME) % rows)
  return [...numbers]
}

const slices = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / PAGE_ROWS) }, (_, at) =>
    all.slice(at * PAGE_ROWS, (at + 1) * PAGE_ROWS),
  )

/** @returns how long it took, in ms */
doJob(async ({ who, rows, missed, folder }: CatchUpJob) => {
  const numbers = missedRows(rows, missed)
  if (who === 'smart-shelf') return await station(folder, numbers)
  return who === 'straightforward' ? await fetchedAgain(rows, numbers) : await liveQuery(rows, numbers)
})

/** The intake of the link as it is, onto the file on disk. */
async function station(folder: string, numbers: readonly number[]): Promise<number> {
  const shelf = new SmartShelf(folder)
  shelf.open()
  const { mirror, host } = shelf
  const figure = mirror.cursor(stockScope).seq + 1
  const intake = createIntake({
    ...{ clock: realClock, mirror, log: silentLog },
    noted: (changeset) => host.noted(changeset),
    told: () => host.show(),
    applied: () => undefined,
    work: {
      owed: () => undefined,
      paid: () => undefined,
      drawOwed: () => undefined,
      isWorkedAt: () => false,
    },
    relieve: async () => {
      if (mirror.logLength() !== 'short') mirror.checkpoint()
    },
  })
  const from = mirror.cursor(stockScope).seq
  const pages = slices(numbers).map((page, at): ScopePage => {
    const start = from + at * PAGE_ROWS
    const changes = changesOf(
      'inventory',
      page.map((n) => inventoryRow(stockRow(n, figure))),
    )
    const to = start + page.length
    return {
      ...{ scope: stockScope, epoch, from: start, to, head: from + numbers.length },
      ...{ has_more: to < from + numbers.length, must_refetch: false },
      changes: changes.map((change, i) => ({ ...change, seq: start + i + 1 })),
    }
  })
  collectGarbage()
  await quiet()
  const drawn = shelf.nextDelta((message) => JSON.stringify(message).includes(`"onHand":${figure}`))
  const tookMs = await timed(async () => {
    for (const page of pages) {
      if ((await intake.page(page, Date.now())) !== 'applied') throw new Error('A page was not applied.')
    }
    intake.settle()
    // What a frame holds back is posted when it is over.
    await drawn
  })
  if (mirror.stockList(first100).rows[0]?.onHand !== figure)
    throw new Error('The first row is not what it should be.')
  shelf.close()
  return tookMs
}

/** All rows again, as after every reconnect: the answer's text is parsed and drawn. */
async function fetchedAgain(rows: number, numbers: readonly number[]): Promise<number> {
  const begin = await contenderNamed('straightforward').load()
  const changed = new Set(numbers)
  const answers = [...pagesOf(rows)].map((page) =>
    JSON.stringify(page.map((n) => (changed.has(n) ? stockRow(n, 9_999) : stockRow(n)))),
  )
  collectGarbage()
  return await timed(async () => {
    const again = await begin('')
    for (const answer of answers) await again.load(again.arrival(JSON.parse(answer) as never))
    await again.loaded()
    await again.open()
    const [first] = await again.shown()
    if (must(first, 'a row').onHand !== 9_999) throw new Error('The first row is not what it should be.')
  })
}

/** Fed with the missed changes alone, which its makers leave to whoever writes the sync. */
async function liveQuery(rows: number, numbers: readonly number[]): Promise<number> {
  const keeper = await (await contenderNamed('tanstack-db').load())('')
  for (const page of pagesOf(rows)) await keeper.load(keeper.arrival(page.map((n) => stockRow(n))))
  await keeper.loaded()
  await keeper.open()
  const pages = slices(numbers).map((page) => keeper.arrival(page.map((n) => stockRow(n, 9_999))))
  collectGarbage()
  const tookMs = await timed(async () => {
    for (const page of pages) await keeper.load(page)
  })
  const [first] = await keeper.shown()
  if (must(first, 'a row').onHand !== 9_999) throw new Error('The first row is not what it should be.')
  return tookMs
}
