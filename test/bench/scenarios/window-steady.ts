import type { Measure } from '../suite/measure.ts'
import type { Scenario } from '../suite/scenario.ts'
import { takeFelt, typeAndScroll, watchFelt } from '../window/felt.ts'
import { feltFigures, figuresOf } from '../window/figures.ts'
import { cpuOver, takeDelay, watchDelay } from '../window/main-probe.ts'
import { countRenders, takeRenders } from '../window/renders.ts'
import { sharedStage } from '../window/shared-stage.ts'
import { changeSteadily } from '../window/steady-changes.ts'
import { withWindows } from '../window/windows.ts'
import { liveStock } from '../../e2e/support/stock-page.ts'
import { linesOnScreen } from './window-latency.ts'

const WINDOWS = 4
const RATE = 2_000
const SECONDS = { quick: 5, full: 60 }

/** The figures are in motion in four windows, and somebody works in one of them. */
export const windowSteady: Scenario = {
  name: 'window-steady',
  about: '2,000 changes a second with four windows open, while somebody types and scrolls in one of them.',
  async run(order) {
    const stage = await sharedStage(order)
    const console = await stage.console()
    const durationMs = SECONDS[order.pace] * 1_000
    return await withWindows(console, WINDOWS, async (windows) => {
      const [mine, watched] = windows
      if (!mine || !watched) throw new Error('There are not enough windows.')
      await countRenders(watched.window)
      await liveStock(watched.window)
      for (const { window } of [mine, watched]) await watchFelt(window)
      const lines = await linesOnScreen(stage.site, watched)
      for (const { window } of [mine, watched]) await takeFelt(window)
      await takeRenders(watched.window)
      await watchDelay(console.app)

      let isOver = false
      const topIds = lines.map(({ id }) => id)
      const changing = changeSteadily(stage.site, topIds, RATE, durationMs).finally(() => (isOver = true))
      const [made, , cpu] = await Promise.all([
        changing,
        typeAndScroll(mine, () => isOver),
        cpuOver(console.app, durationMs - 1_000),
      ])
      const delays = await takeDelay(console.app)
      const renders = await takeRenders(watched.window)
      const [feltByMe, feltBeside] = [await takeFelt(mine.window), await takeFelt(watched.window)]
      const seconds = made.tookMs / 1_000
      const figure = figuresOf('window-steady', stage.rows)
      return [
        figure('changes made', 'changes/s', [made.changes / seconds]),
        ...feltFigures(figure, feltByMe, 'at 2,000 changes a second'),
        figure('delay of the main thread, at 2,000 changes a second', 'ms', delays),
        figure('frames drawn, window beside', 'frames/s', [feltBeside.frames.length / seconds]),
        figure('from frame to frame, window beside', 'ms', feltBeside.frames),
        figure('rows rendered for each change of a row on screen', 'rows', [renders.rows / made.onScreen]),
        figure('processor time of the main process, at 2,000 changes a second', '% of a core', [cpu.main]),
        figure('processor time of four windows, at 2,000 changes a second', '% of a core', [cpu.windows]),
      ] satisfies Measure[]
    })
  },
}
