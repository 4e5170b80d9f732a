import { expect } from '@playwright/test'
import { launchApp, type AppStart } from '../../../scripts/launch/app.ts'
import { stockScreen } from '../../e2e/support/stock-page.ts'
import { memoryOf, type ProcessFacts } from './main-probe.ts'

const PLACES = 24
const MB = 1_048_576

/**
 * Opens a console, looks at places all over its list, and says what its processes hold then, MB.
 * `objects`: of the window's own JavaScript, after a collection.
 */
export async function memoryInUse(start: AppStart): Promise<ProcessFacts & { objects: number }> {
  const app = await launchApp(start)
  try {
    const { window, grid } = await stockScreen(await app.firstWindow())
    for (let place = 1; place <= PLACES; place++) {
      await grid.evaluate((element, share) => {
        element.scrollTop = (element.scrollHeight - element.clientHeight) * share
      }, place / PLACES)
      await expect(grid.locator('[role=row][aria-busy=true]')).toHaveCount(0)
    }
    await grid.evaluate((element) => void (element.scrollTop = 0))
    await expect(grid.locator('[role=row][aria-busy=true]')).toHaveCount(0)
    const session = await window.context().newCDPSession(window)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return { ...(await memoryOf(app, 'now')), objects: usedSize / MB }
  } finally {
    await app.close()
  }
}
