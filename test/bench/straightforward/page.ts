import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { Page } from '@playwright/test'
import { build, preview } from 'vite'
import { launchApp, type AppStart } from '../../../scripts/launch/app.ts'

/** How the straightforward page draws its rows. */
export type DrawnAs = 'list' | 'virtual'

/** The straightforward page, built as the console's own is. */
export interface StraightforwardPage {
  /** Works with it in a window of the console's runtime. */
  open<T>(rows: number, as: DrawnAs, work: (page: Page) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Drawing 100,000 rows takes its time. */
const DRAWN_MS = 120_000

/**
 * @param start how a console is started: its runtime, its display
 * @param folder for what is built and for what the window keeps
 */
export async function buildStraightforward(start: AppStart, folder: string): Promise<StraightforwardPage> {
  const outDir = join(folder, 'straightforward')
  const config = {
    root: import.meta.dirname,
    configFile: false as const,
    logLevel: 'error' as const,
    plugins: [react()],
  }
  await build({ ...config, build: { outDir, emptyOutDir: true, target: 'chrome130' } })
  const server = await preview({ ...config, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } })
  const [address] = server.resolvedUrls?.local ?? []
  if (address === undefined) throw new Error('The page is served nowhere.')
  // The console's program is the last argument; this window has its own.
  const switches = start.args.slice(0, -1)
  const main = join(import.meta.dirname, 'electron-main.cjs')
  return {
    async open(rows, as, work) {
      const args = [...switches, main, `--page=${address}?rows=${rows}&as=${as}`]
      const app = await launchApp({ ...start, args })
      try {
        const page = await app.firstWindow()
        await page.locator('[role=row]').first().waitFor({ timeout: DRAWN_MS })
        return await work(page)
      } finally {
        await app.close()
      }
    },
    async close() {
      await server.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}

/** Tells the page of changes of its first row, one after the other, each when the one before has been drawn. */
export const changeRow = (page: Page, changes: number): Promise<void> =>
  page.evaluate(async (count) => {
    const drawn = (): Promise<void> =>
      new Promise((done) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => done()
          port2.postMessage(null)
        })
      })
    for (let at = 0; at < count; at++) {
      dispatchEvent(new CustomEvent('stock', { detail: { id: 0, onHand: 1_000 + at } }))
      await drawn()
    }
  }, changes)
