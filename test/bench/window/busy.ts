import type { Page } from '@playwright/test'

/** @returns how long the window's thread was busy while `work` went on, ms: scripts, styles, layout and paint */
export async function busyDuring(page: Page, work: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const busyMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1_000
  }
  const before = await busyMs()
  await work()
  const after = await busyMs()
  await session.detach()
  return after - before
}
