import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import type { Scenario } from '../suite/scenario.ts'
import { figuresOf } from '../window/figures.ts'
import { cpuOver, memoryOf } from '../window/main-probe.ts'
import { sharedStage } from '../window/shared-stage.ts'

const SPELL_MS = { quick: 3_000, full: 12_000 }
/** After this a console that just came live has proved its mirror, twice, and reported itself. */
const REST_MS = { quick: 500, full: 28_000 }

const SECONDS_AGO = /\ds ago/
const SECONDS_MS = 90_000

/** A console on a desk while nothing happens: live, one window. */
export const windowIdle: Scenario = {
  name: 'window-idle',
  about: 'Nothing happens: the console is live, one window is open, and the machine is somebody else’s.',
  async run(order) {
    const stage = await sharedStage(order)
    const { app, stock } = await stage.console()
    // Ages of less than a minute are drawn anew each second: nothing happens where nothing has happened for longer.
    await expect(stock.grid).not.toContainText(SECONDS_AGO, { timeout: SECONDS_MS })
    const figure = figuresOf('window-idle', stage.rows)
    await sleep(REST_MS[order.pace])
    const cpu = await cpuOver(app, SPELL_MS[order.pace])
    const memory = await memoryOf(app, 'now')
    return [
      figure('processor time of all processes', '% of a core', [cpu.main + cpu.windows + cpu.others]),
      figure('processor time of the main process with the engine', '% of a core', [cpu.main]),
      figure('processor time of the window', '% of a core', [cpu.windows]),
      figure('memory of the main process with the engine', 'MB', [memory.main]),
      figure('memory of the window', 'MB', [memory.windows]),
    ]
  },
}
