import type { Page } from '@playwright/test'
import type { StockPage } from '../../e2e/support/stock-page.ts'

/* What somebody at a window feels: how long a key and a turn of the wheel take to be drawn, and how many frames there are. */

export interface Felt {
  /** From the event to the frame after it, ms. */
  keys: number[]
  wheel: number[]
  /** From each frame to the next, ms. */
  frames: number[]
}

type Watched = typeof globalThis & { felt: Felt }

const KEYS_A_TURN = ['b', 'u', 'l', 'k', 'Backspace', 'Backspace', 'Backspace', 'Backspace'] as const
/** What a fast typist and a wheel that keeps turning do. */
const PACE_MS = 40

/** Notes it from now on, until the page is left. */
export const watchFelt = (window: Page): Promise<void> =>
  window.evaluate(() => {
    const page = Object.assign(globalThis, { felt: { keys: [], wheel: [], frames: [] } }) as Watched
    const note = (list: 'keys' | 'wheel', event: Event) =>
      requestAnimationFrame(() => {
        // The task after the frame's callbacks runs when the frame has been handed to be drawn.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => page.felt[list].push(performance.now() - event.timeStamp)
        port2.postMessage(null)
      })
    const options = { capture: true, passive: true }
    document.addEventListener('keydown', (event) => note('keys', event), options)
    document.addEventListener('wheel', (event) => note('wheel', event), options)
    let lastAt = performance.now()
    const frame = (at: number): void => {
      page.felt.frames.push(at - lastAt)
      lastAt = at
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })

/** What was felt since the last time this was asked. */
export const takeFelt = (window: Page): Promise<Felt> =>
  window.evaluate(() => {
    const page = globalThis as Watched
    const { felt } = page
    page.felt = { keys: [], wheel: [], frames: [] }
    return felt
  })

/** Types into the search and scrolls the list until it is over; leaves the search empty. */
export async function typeAndScroll(
  { window, grid, search }: StockPage,
  isOver: (keys: number) => Promise<boolean> | boolean,
): Promise<void> {
  await search.focus()
  const box = await grid.boundingBox()
  if (box) await window.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  for (let keys = 0; !(await isOver(keys)); keys++) {
    await window.keyboard.press(KEYS_A_TURN[keys % KEYS_A_TURN.length]!)
    await window.mouse.wheel(0, keys % 40 < 20 ? 400 : -400)
    await window.waitForTimeout(PACE_MS)
  }
  await search.fill('')
  await window.mouse.move(600, 4)
}
