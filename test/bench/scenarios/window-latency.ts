import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { measureLatency } from '../../e2e/support/latency.ts'
import { singleBinLines, type StockLine } from '../../e2e/support/stock-changes.ts'
import type { StockPage } from '../../e2e/support/stock-page.ts'
import { invoiceLines, replay } from '../replaying.ts'
import type { Measure } from '../suite/measure.ts'
import type { BenchOrder, Scenario } from '../suite/scenario.ts'
import { figuresOf, type Figure } from '../window/figures.ts'
import { sharedStage, type SharedStage } from '../window/shared-stage.ts'
import { withWindows } from '../window/windows.ts'

const CHANGES = { quick: 15, full: 70 }
const WINDOWS = 4
/** People's single changes do not follow each other within a frame; how a stream of them fares is measured beside the replay. */
const PAUSE_MS = 100
const BUSY = { rate: '200', seconds: { quick: 3, full: 10 } }
const ON_SCREEN_FOR_SURE = 15

const Played = z.object({ achievedRate: z.number() })

/** Lines that are on screen, so that a change of them is seen where it happens. */
export async function linesOnScreen(site: SharedStage['site'], stock: StockPage): Promise<StockLine[]> {
  const onScreen = new Set((await stock.visible()).slice(0, ON_SCREEN_FOR_SURE).map(({ sku }) => sku))
  const lines = (await singleBinLines(site, 60)).filter(({ sku }) => onScreen.has(sku))
  if (lines.length === 0) throw new Error('No line that is on screen lies in one bin only.')
  return lines
}

/** Single changes while somebody else's movements go on. */
async function besideOthers(stage: SharedStage, stock: StockPage, figure: Figure, pace: BenchOrder['pace']) {
  const { site, folder } = stage
  const lines = await linesOnScreen(site, stock)
  const onScreen = new Set((await stock.visible()).map(({ sku }) => sku))
  await writeFile(join(folder, 'lines.csv'), await invoiceLines(site, onScreen))
  const duration = String(BUSY.seconds[pace])
  const { ended, json } = replay(site, folder, { rate: BUSY.rate, duration })
  let isOver = false
  const over = ended.finally(() => (isOver = true))
  const tookMs: number[] = []
  while (!isOver) tookMs.push(...(await measureLatency(site, [stock], lines, 10, PAUSE_MS)).sortedMs)
  await over
  const { achievedRate } = Played.parse(JSON.parse(await readFile(json, 'utf8')))
  return [
    figure('change in Postgres to pixels, beside 200 movements a second', 'ms', tookMs),
    figure('movements meanwhile', 'changes/s', [achievedRate]),
  ]
}

/** How soon a change that is made elsewhere is on screen. */
export const windowLatency: Scenario = {
  name: 'window-latency',
  about:
    'A change is made in Postgres: from the statement to the frame that shows it, in one window and in the last of four.',
  async run(order) {
    const stage = await sharedStage(order)
    const figure = figuresOf('window-latency', stage.rows)
    const console = await stage.console()
    const changes = CHANGES[order.pace]
    const measures: Measure[] = []
    for (const count of [1, WINDOWS]) {
      const { sortedMs } = await withWindows(console, count, async (windows) =>
        measureLatency(stage.site, windows, await linesOnScreen(stage.site, windows[0]!), changes, PAUSE_MS),
      )
      const where = count === 1 ? 'one window' : `the last of ${count} windows`
      measures.push(figure(`change in Postgres to pixels, ${where}`, 'ms', sortedMs))
    }
    return [...measures, ...(await besideOthers(stage, console.stock, figure, order.pace))]
  },
}
