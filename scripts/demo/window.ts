import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import type { Runtime } from '../electron-runtime/index.ts'
import { appStart, launchApp } from '../launch/app.ts'

/** The console's window as a person uses it, found by the names a screen reader would say. */
export interface DemoWindow {
  page: Page
  /** Milliseconds from the start of the process to the first stock row on screen. */
  firstRowsMs: number
  /** Waits until the freshness bar says this. */
  says(words: RegExp, timeoutMs: number): Promise<string>
  close(): Promise<void>
}

/** Starts the console and waits for its first stock rows. */
export async function openConsole(runtime: Runtime, env: NodeJS.ProcessEnv): Promise<DemoWindow> {
  const startedAt = performance.now()
  const app = await launchApp(appStart(runtime, env))
  const page = await app.firstWindow()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 800))
  await expect(stockRows(page).first()).toBeVisible({ timeout: 120_000 })
  const firstRowsMs = Math.round(performance.now() - startedAt)
  // A new order of rows waits for the pointer to leave the list.
  await page.mouse.move(5, 5)
  const bar = page.getByLabel('How fresh the figures are')
  return {
    page,
    firstRowsMs,
    says: async (words, timeoutMs) => {
      await expect(bar).toContainText(words, { timeout: timeoutMs })
      return (await bar.innerText()).replace(/\s+/g, ' ').trim()
    },
    close: () => app.close(),
  }
}

/** The rows of the stock list that hold a product, without its header. */
export const stockRows = (page: Page) =>
  page
    .getByRole('grid', { name: /^Stock in/ })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') })

export const picture = (page: Page, folder: string, name: string) =>
  page.screenshot({ path: join(folder, `${name}.png`) })
