import { liveStock, type StockPage } from '../../e2e/support/stock-page.ts'
import type { LiveConsole } from './shared-stage.ts'

type Shelf = typeof globalThis & { shelf: { ask(channel: string, question: object): Promise<unknown> } }

/** Works with so many windows on the same stock, the console's first among them; the others are closed afterwards. */
export async function withWindows<T>(
  { app, stock }: LiveConsole,
  count: number,
  work: (windows: readonly StockPage[]) => Promise<T>,
): Promise<T> {
  const windows = [stock]
  try {
    while (windows.length < count) {
      const opening = app.waitForEvent('window')
      await stock.window.evaluate(() =>
        (globalThis as Shelf).shelf.ask('window.open', { screen: 'stock', warehouseId: null }),
      )
      windows.push(await liveStock(await opening))
    }
    return await work(windows)
  } finally {
    for (const { window } of windows.slice(1)) await window.close()
  }
}
