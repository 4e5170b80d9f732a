import { join } from 'node:path'
import { launchApp } from '../../../scripts/launch/app.ts'
import { stockScreen } from '../../e2e/support/stock-page.ts'
import type { Scenario } from '../suite/scenario.ts'
import { takeFelt, typeAndScroll, watchFelt } from '../window/felt.ts'
import { feltFigures, figuresOf } from '../window/figures.ts'
import { whenLive } from '../window/live-watch.ts'
import { memoryOf, takeDelay, watchDelay } from '../window/main-probe.ts'
import { rowsFor } from '../window/rows-for.ts'
import { sharedStage, startIn } from '../window/shared-stage.ts'

/** A new station: all rows from the server through the disk to the screen, while somebody already works. */
export const windowFirstDownload: Scenario = {
  name: 'window-first-download',
  about: 'A new station downloads everything, while somebody already types and scrolls.',
  async run(order) {
    const stage = await sharedStage(order)
    await stage.stocked()
    const figure = figuresOf('window-first-download', stage.rows)
    const app = await launchApp(startIn(stage.start, join(stage.folder, 'new')))
    try {
      const startedAt = await app.evaluate(() => Date.now() - process.uptime() * 1_000)
      const page = await app.firstWindow()
      const live = await whenLive(page)
      const stock = await stockScreen(page, 60_000)
      await watchFelt(page)
      // From here on somebody can type; what a start does before is a part of its time.
      await watchDelay(app)
      await typeAndScroll(stock, () => live.isOver())
      const delays = await takeDelay(app)
      const felt = await takeFelt(page)
      const tookMs = (await live.at()) - startedAt
      const downloaded = await rowsFor(stage.site)
      const most = await memoryOf(app, 'most')
      return [
        figure('start of the program to live', 'ms', [tookMs]),
        figure('rows from server to screen, from the start of the program', 'rows/s', [
          downloaded / (tookMs / 1_000),
        ]),
        ...feltFigures(figure, felt, 'during the first download'),
        figure('delay of the main thread, during the first download', 'ms', delays),
        figure('most memory of the main process with the engine', 'MB', [most.main]),
        figure('most memory of the window', 'MB', [most.windows]),
      ]
    } finally {
      await app.close()
    }
  },
}
