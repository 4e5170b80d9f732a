import { expect, type Locator, type Page } from '@playwright/test'

/** The stock screen as a person uses it: by what is written on it. */
export interface StockPage {
  readonly window: Page
  readonly grid: Locator
  /** The line that says how fresh the figures are. */
  readonly freshness: Locator
  readonly search: Locator
  row(sku: string): Locator
  /** The cell of a row under a column's heading, such as `On hand`. */
  cell(sku: string, heading: string): Promise<Locator>
  /** The rows on screen from the top: SKU and what the row says of it on hand. */
  visible(): Promise<{ sku: string; onHand: number }[]>
  /** Shows only what matches. */
  find(text: string): Promise<void>
  /** Presses "Try now" until the figures are live. The console also tries by itself, so the button may be gone again. */
  insistUntilLive(): Promise<void>
}

export function stockPage(window: Page): StockPage {
  const grid = window.getByRole('grid', { name: /^Stock in / })
  const search = window.getByRole('textbox', { name: 'Search SKU, name or barcode' })
  const row = (sku: string) =>
    grid.getByRole('row').filter({ has: window.getByRole('rowheader', { name: sku, exact: true }) })
  const column = async (heading: string) => {
    const headings = await grid.getByRole('columnheader').allInnerTexts()
    const at = headings.findIndex((text) => text.trim().startsWith(heading))
    if (at < 0) throw new Error(`There is no column "${heading}" among ${headings.join(', ')}.`)
    return at + 1
  }
  const freshness = window.getByRole('group', { name: 'How fresh the figures are' })
  return {
    window,
    grid,
    search,
    row,
    freshness,
    cell: async (sku, heading) => row(sku).locator(`[aria-colindex="${await column(heading)}"]`),
    visible: async () => {
      const onHand = await column('On hand')
      return await grid.evaluate((element, at) => {
        const text = (row_: Element, index: number) =>
          row_.querySelector(`[aria-colindex="${index}"]`)?.textContent ?? ''
        return [...element.querySelectorAll('[role=row][aria-busy=false]')]
          .map((found) => ({
            index: Number(found.getAttribute('aria-rowindex')),
            sku: text(found, 1).trim(),
            // "43 (+3 not sent)" is 43.
            onHand: Number(
              text(found, at)
                .replace(/\(.*\)/, '')
                .replace(/[^\d-]/g, ''),
            ),
          }))
          .sort((a, b) => a.index - b.index)
          .map(({ sku, onHand: figure }) => ({ sku, onHand: figure }))
      }, onHand)
    },
    find: async (text) => {
      await search.fill(text)
      await expect(row(text)).toBeVisible()
    },
    insistUntilLive: () =>
      expect(async () => {
        if ((await freshness.innerText()).startsWith('Live')) return
        await freshness.getByRole('button', { name: 'Try now' }).click({ timeout: 2_000 })
        await expect(freshness).toContainText(/^Live/, { timeout: 5_000 })
      }).toPass({ timeout: 40_000 }),
  }
}

/**
 * Waits until the stock screen is up, and takes the pointer off the list: a new order of rows waits for that.
 */
export async function stockScreen(window: Page, withinMs = 30_000): Promise<StockPage> {
  const page = stockPage(window)
  await window.mouse.move(600, 4)
  await expect(page.grid.getByRole('rowheader').first()).toBeVisible({ timeout: withinMs })
  return page
}

/** The live stock screen; the first download may take its time. */
export async function liveStock(window: Page, withinMs = 30_000): Promise<StockPage> {
  const page = await stockScreen(window, withinMs)
  await expect(page.freshness).toContainText(/^Live/, { timeout: withinMs })
  return page
}
