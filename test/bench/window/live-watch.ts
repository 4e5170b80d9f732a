import type { Page } from '@playwright/test'

type Watched = typeof globalThis & { liveAt: number | null }

/** When the window will have said that it is live. */
export interface LiveWatch {
  isOver(): Promise<boolean>
  /** Epoch ms; once it is over. */
  at(): Promise<number>
}

/** Notes the next moment at which the bar says Live, after it has said something else, or nothing at all. */
export async function whenLive(window: Page): Promise<LiveWatch> {
  await window.evaluate(() => {
    const page = Object.assign(globalThis, { liveAt: null }) as Watched
    const isLive = () =>
      document.querySelector('[role=group][aria-label^="How fresh"]')?.textContent?.startsWith('Live') ===
      true
    let wasElse = !isLive()
    const look = () => {
      if (!isLive()) wasElse = true
      else if (wasElse) {
        page.liveAt = performance.timeOrigin + performance.now()
        observer.disconnect()
      }
    }
    const observer = new MutationObserver(look)
    observer.observe(document, { subtree: true, childList: true, characterData: true })
  })
  const liveAt = () => window.evaluate(() => (globalThis as Watched).liveAt)
  return {
    isOver: async () => (await liveAt()) !== null,
    at: async () => {
      const at = await liveAt()
      if (at === null) throw new Error('The window is not live.')
      return at
    },
  }
}
