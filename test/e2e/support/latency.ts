import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import type { Site } from './site.ts'
import type { StockLine } from './stock-changes.ts'
import type { StockPage } from './stock-page.ts'

/** How long changes took to be seen, ms, from the shortest to the longest. */
export interface Latencies {
  sortedMs: number[]
  medianMs: number
  p99Ms: number
}

/** Each change has a figure that was never on screen before, in no run of this process: seeing it is seeing this change. */
let lastQuantity = 500_000

/**
 * Changes what lines on screen have on hand, one after the other, and waits until each is seen. A change counts from the
 * moment Postgres is handed the statement until the frame with the new figure has been drawn: a little more than from its
 * commit.
 * @param windows each change counts until the last of them shows it
 * @param lines lines that are on screen; they get their old figures back
 * @param pauseMs between one change and the next
 */
export async function measureLatency(
  site: Site,
  windows: readonly StockPage[],
  lines: readonly StockLine[],
  changes: number,
  pauseMs = 0,
): Promise<Latencies> {
  for (const stock of windows) await watchFigures(stock)
  const took: number[] = []
  for (let i = 0; i < changes; i++) {
    const line = lines[i % lines.length]!
    const quantity = ++lastQuantity
    const [change] = await site.sql<{ at: string }>(
      `with asked as (select extract(epoch from clock_timestamp()) * 1000 as at)
       update inventory set quantity_on_hand = $2 from asked where id = $1 returning asked.at::text as at`,
      line.id,
      quantity,
    )
    const seen = await Promise.all(windows.map(({ window }) => seenAt(window, quantity)))
    took.push(Math.max(...seen) - Number(change!.at))
    if (pauseMs > 0) await sleep(pauseMs)
  }
  for (const line of lines) {
    await site.sql('update inventory set quantity_on_hand = $2 where id = $1', line.id, line.on_hand)
  }
  const sortedMs = took.sort((a, b) => a - b)
  const at = (share: number) =>
    sortedMs[Math.min(sortedMs.length - 1, Math.ceil(sortedMs.length * share) - 1)]!
  return { sortedMs, medianMs: at(0.5), p99Ms: at(0.99) }
}

type Watched = typeof globalThis & { figuresSeen: Map<number, number> }

/** Notes when each figure of the list was first drawn. */
async function watchFigures({ grid }: StockPage): Promise<void> {
  await grid.evaluate((element) => {
    const seen = new Map<number, number>()
    ;(globalThis as Watched).figuresSeen = seen
    const note = (figure: number) => {
      // The task after the frame's callbacks runs when the frame has been handed to be drawn.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          if (!seen.has(figure)) seen.set(figure, performance.timeOrigin + performance.now())
        }
        port2.postMessage(null)
      })
    }
    new MutationObserver((records) => {
      for (const { target } of records) {
        const cell = (target instanceof Element ? target : target.parentElement)?.closest('[role=gridcell]')
        if (cell) note(Number(cell.textContent?.replace(/\D/g, '')))
      }
    }).observe(element, { subtree: true, childList: true, characterData: true })
  })
}

async function seenAt(window: Page, figure: number): Promise<number> {
  const handle = await window.waitForFunction(
    (wanted) => (globalThis as Watched).figuresSeen.get(wanted),
    figure,
  )
  return (await handle.jsonValue())!
}
