import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setOnHand, singleBinLines } from './support/stock-changes.ts'
import { liveStock, stockPage } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'

const logOf = (userDataDir: string) => readFile(join(userDataDir, 'logs', 'console.log'), 'utf8')

test('[D1] a page that crashes comes back by itself and goes on showing what changes', async ({
  site,
  launchConsole,
}) => {
  const { app, window, userDataDir } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  )
  await expect.poll(() => logOf(userDataDir)).toContain('window.died')
  // Playwright gives a crashed page up; the window itself is asked instead.
  const text = (script: string) =>
    app.evaluate(
      ({ BrowserWindow }, code) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code) as Promise<string>,
      script,
    )
  await expect
    .poll(() => text(`document.querySelector('[role=group][aria-label^="How fresh"]')?.textContent ?? ''`))
    .toMatch(/^Live/)
  const [line] = await singleBinLines(site, 1)
  await setOnHand(site, line!, line!.on_hand + 5_000)
  await expect
    .poll(() => text(`document.querySelector('[role=grid]')?.textContent ?? ''`))
    .toContain((line!.on_hand + 5_000).toLocaleString('en'))
  await setOnHand(site, line!, line!.on_hand)
})

test('[L2] an engine that dies is started again, and the window is live again by itself', async ({
  site,
  launchConsole,
}) => {
  const { app, window, userDataDir } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  await app.evaluate(() => {
    // The next message to the engine is the last it gets: its thread ends in the middle of whatever it does.
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const post = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage')!
    Worker.prototype.postMessage = function () {
      Object.defineProperty(Worker.prototype, 'postMessage', post)
      void this.terminate()
    }
  })
  const [line] = await singleBinLines(site, 1)
  await stock.search.fill(line!.sku)
  await expect.poll(() => logOf(userDataDir)).toContain('engine.restarted')
  await liveStock(window)
  await stock.find(line!.sku)
  await setOnHand(site, line!, line!.on_hand + 3)
  await expect(await stock.cell(line!.sku, 'On hand')).toHaveText(new RegExp(`^${line!.on_hand + 3}\\b`))
  await setOnHand(site, line!, line!.on_hand)
})

test('a reload keeps the stock and the watch over it', async ({ site, launchConsole }) => {
  const { window } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  for (let i = 0; i < 3; i++) await window.reload()
  const stock = await liveStock(window)
  const [line] = await singleBinLines(site, 1)
  await setOnHand(site, line!, line!.on_hand + 9)
  await expect(await stock.cell(line!.sku, 'On hand')).toHaveText(new RegExp(`^${line!.on_hand + 9}\\b`))
  await setOnHand(site, line!, line!.on_hand)
})

test('a second start brings the first window forward and ends', async ({ site, launchConsole, stage }) => {
  const { app, window, userDataDir } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  const second = spawn(stage.runtime.executablePath, [...stage.runtime.args, process.cwd()], {
    env: {
      ...process.env,
      ...stage.runtime.env,
      ...stage.display,
      ...site.demoEnv,
      SMART_SHELF_USER_DATA: userDataDir,
    },
    stdio: 'ignore',
  })
  const [code] = (await once(second, 'exit')) as [number | null]
  expect(code).toBe(0)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  await expect(stockPage(window).freshness).toContainText(/^Live/)
})

test('the window opens where it was closed, and never smaller than it can be used', async ({
  launchConsole,
}) => {
  const bounds = { x: 120, y: 90, width: 1_200, height: 800 }
  const first = await launchConsole()
  await first.app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds)
  // The display moves and sizes it in its own time.
  await expect
    .poll(() => first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()))
    .toEqual(bounds)
  await first.close()
  const second = await launchConsole({ userDataDir: first.userDataDir })
  const opened = await second.app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0]
    return { bounds: window?.getBounds(), smallest: window?.getMinimumSize(), title: window?.getTitle() }
  })
  expect(opened).toMatchObject({ bounds, smallest: [1_024, 700] })
  expect(opened.title).toContain('Smart Shelf Console')
})
