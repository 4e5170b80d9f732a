import { setTimeout as sleep } from 'node:timers/promises'
import { setOnHand } from '../../e2e/support/stock-changes.ts'
import { liveStock, type StockPage } from '../../e2e/support/stock-page.ts'
import { buildStraightforward, changeRow, type DrawnAs } from '../straightforward/page.ts'
import type { Measure } from '../suite/measure.ts'
import type { Scenario } from '../suite/scenario.ts'
import { busyDuring } from '../window/busy.ts'
import { countRenders, takeRenders } from '../window/renders.ts'
import { sharedStage, type SharedStage } from '../window/shared-stage.ts'
import { linesOnScreen } from './window-latency.ts'

const NAME = 'window-one-change'
const ROUNDS = { quick: 1, full: 2 }
const CHANGES = { quick: 8, full: 20 }
/** Each takes a list of 100,000 rows a second and more. */
const CHANGES_OF_A_LIST = 3
/** So that each change comes by itself: also its mark has been drawn when the next one comes. */
const PAUSE_MS = 100
const DRAWN_MS = 10_000
const WHAT = "one change on screen: work of the window's thread"
const ROWS = 'one change on screen: rows rendered'

interface Round {
  busyMs: number
  rows: number
}

/** The lead of a round is not counted: it finds code that never ran. */
async function roundsOf(rounds: number, round: () => Promise<Round>): Promise<Round[]> {
  await round()
  const all: Round[] = []
  while (all.length < rounds) all.push(await round())
  return all
}

const measuresOf = (who: Measure['who'], rows: number, rounds: readonly Round[], suffix = ''): Measure[] => {
  const of = { scenario: NAME, who, rows }
  return [
    { ...of, what: WHAT + suffix, unit: 'ms', samples: rounds.map(({ busyMs }) => busyMs) },
    { ...of, what: ROWS + suffix, unit: 'rows', samples: rounds.map((round) => round.rows) },
  ]
}

type Watching = typeof globalThis & { drawn: Promise<void> }

/** From now on the page waits for this figure. It looks only when something has changed, to cost nothing. */
const watchFor = ({ window }: StockPage, figure: number): Promise<void> =>
  window.evaluate(
    ([digits, withinMs]) => {
      const isIn = (node: Node): boolean =>
        (node instanceof Element ? node : node.parentElement)
          ?.closest('[role=gridcell]')
          ?.textContent?.replace(/\D/g, '') === digits
      const drawn = new Promise<void>((done, failed) => {
        const giveUp = () => {
          const shown = document.querySelector('[role=row][aria-busy=false]')?.textContent ?? 'nothing'
          failed(new Error(`The figure ${digits} was never drawn; the first row is ${shown}.`))
        }
        const timer = setTimeout(giveUp, withinMs)
        const observer = new MutationObserver((records) => {
          if (!records.some(({ target }) => isIn(target))) return
          observer.disconnect()
          clearTimeout(timer)
          requestAnimationFrame(() => setTimeout(done))
        })
        observer.observe(document, { subtree: true, childList: true, characterData: true })
      })
      Object.assign(globalThis, { drawn })
    },
    [String(figure), DRAWN_MS] as const,
  )

/** Settles in the frame after the figure has come. */
const whenDrawn = ({ window }: StockPage): Promise<void> =>
  window.evaluate(() => (globalThis as Watching).drawn)

async function ours({ site }: SharedStage, stock: StockPage, rounds: number, changes: number) {
  const { window } = stock
  const [line] = await linesOnScreen(site, stock)
  let figure = 800_000
  const all = await roundsOf(rounds, async () => {
    await watchFor(stock, figure + changes)
    await takeRenders(window)
    const startedAt = performance.now()
    const busyMs = await busyDuring(window, async () => {
      for (let at = 0; at < changes; at++) {
        await setOnHand(site, line!, ++figure)
        await sleep(PAUSE_MS)
      }
      await whenDrawn(stock)
    })
    const spellMs = performance.now() - startedAt
    const { rows } = await takeRenders(window)
    // What the window does anyway: its ages go on.
    const idleMs = await busyDuring(window, () => sleep(spellMs))
    return { busyMs: (busyMs - idleMs) / changes, rows: rows / changes }
  })
  await setOnHand(site, line!, line!.on_hand)
  return all
}

/** What one change costs the window, beside an array in React's state. */
export const windowOneChange: Scenario = {
  name: NAME,
  about:
    'One row on screen changes: what the window has to do for it, beside an array in React’s state that is mapped.',
  async run(order) {
    const stage = await sharedStage(order)
    const [rounds, changes] = [ROUNDS[order.pace], CHANGES[order.pace]]
    const { stock } = await stage.console()
    await countRenders(stock.window)
    await liveStock(stock.window)
    const measures = measuresOf('smart-shelf', stage.rows, await ours(stage, stock, rounds, changes))

    const straightforward = await buildStraightforward(stage.start, stage.folder)
    try {
      const drawn = (as: DrawnAs, count: number) =>
        straightforward.open(stage.rows, as, async (page) => {
          await countRenders(page)
          await page.locator('[role=row]').first().waitFor({ timeout: 120_000 })
          return await roundsOf(rounds, async () => {
            await takeRenders(page)
            const busyMs = await busyDuring(page, () => changeRow(page, count))
            return { busyMs: busyMs / count, rows: (await takeRenders(page)).rows / count }
          })
        })
      measures.push(...measuresOf('straightforward', stage.rows, await drawn('list', CHANGES_OF_A_LIST)))
      measures.push(
        ...measuresOf(
          'straightforward',
          stage.rows,
          await drawn('virtual', changes),
          ' (drawn as a virtual list)',
        ),
      )
    } finally {
      await straightforward.close()
    }
    return measures
  },
}
