import { join } from 'node:path'
import { expect } from '@playwright/test'
import { compareWithSite } from '../../e2e/support/mirror.ts'
import type { Site } from '../../e2e/support/site.ts'
import type { StockPage } from '../../e2e/support/stock-page.ts'
import type { Measure } from '../suite/measure.ts'
import type { Scenario } from '../suite/scenario.ts'
import { takeFelt, typeAndScroll, watchFelt } from '../window/felt.ts'
import { feltFigures, figuresOf } from '../window/figures.ts'
import { whenLive } from '../window/live-watch.ts'
import { memoryOf, takeDelay, watchDelay } from '../window/main-probe.ts'
import { sharedStage } from '../window/shared-stage.ts'

const MISSED = { quick: [5_000], full: [5_000, 100_000] }
const OFFLINE_MS = 60_000
const LIVE_MS = 180_000

/** Changes so many rows, half of them stock and half of them products. */
async function changeRows(site: Site, rows: number): Promise<number> {
  const half = Math.ceil(rows / 2)
  let changed = 0
  for (const [table, column] of [
    ['inventory', 'quantity_on_hand'],
    ['products', 'reorder_point'],
  ] as const) {
    const [count] = await site.sql<{ n: number }>(
      `with changed as (update ${table} set ${column} = ${column} + 1
          where id in (select id from ${table} order by id limit $1) returning 1)
       select count(*)::int as n from changed`,
      half,
    )
    changed += count?.n ?? 0
  }
  return changed
}

/** Somebody presses "Try now". @returns the moment, epoch ms */
const tryNow = ({ window }: StockPage): Promise<number> =>
  window.evaluate(async () => {
    const { shelf } = globalThis as typeof globalThis & {
      shelf: { ask(channel: string, question: object): Promise<unknown> }
    }
    const at = performance.timeOrigin + performance.now()
    await shelf.ask('link.retry', {})
    return at
  })

/** The network comes back after an outage in which the warehouse went on. */
export const windowCatchUp: Scenario = {
  name: 'window-catch-up',
  about: 'The network comes back after an outage in which rows changed, while somebody types and scrolls.',
  async run(order) {
    const stage = await sharedStage(order)
    const { site, cable } = stage
    const { app, stock } = await stage.console()
    const figure = figuresOf('window-catch-up', stage.rows)
    const measures: Measure[] = []
    await watchFelt(stock.window)
    for (const missed of MISSED[order.pace]) {
      cable.pull()
      await expect(stock.freshness).toContainText(/^Offline/, { timeout: OFFLINE_MS })
      const changed = await changeRows(site, missed)
      await cable.plug()
      await takeFelt(stock.window)
      await watchDelay(app)
      const live = await whenLive(stock.window)
      const backAt = await tryNow(stock)
      const deadline = performance.now() + LIVE_MS
      await typeAndScroll(stock, () => {
        if (performance.now() > deadline) throw new Error(`Not live again within ${LIVE_MS / 1_000} s.`)
        return live.isOver()
      })
      const tookMs = (await live.at()) - backAt
      const words = `after ${missed.toLocaleString('en')} changes`
      measures.push(
        figure(`network back to live, ${words}`, 'ms', [tookMs]),
        figure(`rows caught up with, ${words}`, 'rows/s', [changed / (tookMs / 1_000)]),
        ...feltFigures(figure, await takeFelt(stock.window), words),
        figure(`delay of the main thread, ${words}`, 'ms', await takeDelay(app)),
      )
    }
    const most = await memoryOf(app, 'most')
    const { equal, differences } = await compareWithSite(join(stage.folder, 'live'), site)
    if (!equal) throw new Error(`The mirror differs from the server: ${JSON.stringify(differences)}`)
    return [
      ...measures,
      figure('most memory of the main process with the engine', 'MB', [most.main]),
      figure('most memory of the window', 'MB', [most.windows]),
    ]
  },
}
