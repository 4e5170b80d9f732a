import type { ElectronApplication, Page } from '@playwright/test'
import { setOnHand, singleBinLines } from './support/stock-changes.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'
import { violations } from './support/violations.ts'

/** Opens what the palette calls by this name, by the keyboard alone, and waits for the window it brings. */
async function openByPalette(app: ElectronApplication, window: Page, name: string): Promise<Page> {
  await window.keyboard.press('Control+k')
  await expect(window.getByRole('combobox', { name: 'Go to anything' })).toBeFocused()
  await window.keyboard.type(name)
  const opened = app.waitForEvent('window')
  await window.keyboard.press('Enter')
  return await opened
}

const board = (page: Page) => page.getByRole('region', { name: 'Wall board' })

test('a wall board beside the desk, by the keyboard alone: both show the same, and both are there after a restart', async ({
  site,
  launchConsole,
  folder,
}) => {
  const first = await launchConsole({ env: site.demoEnv, userDataDir: folder })
  await liveStock(first.window)
  const wall = await openByPalette(first.app, first.window, 'wall board in a new')
  await expect(board(wall)).toContainText('Live')
  await expect(board(wall)).toContainText('Waits for somebody')
  expect(await violations(wall)).toEqual([])

  const beside = await openByPalette(first.app, first.window, 'screen in a new')
  const stock = await liveStock(beside)
  const [line] = await singleBinLines(site, 1)
  await stock.find(line!.sku)
  const desk = await liveStock(first.window)
  await desk.find(line!.sku)
  await setOnHand(site, line!, line!.on_hand + 500)
  const figure = new RegExp(`^${(line!.on_hand + 500).toLocaleString('en')}\\b`)
  await expect(await stock.cell(line!.sku, 'On hand')).toHaveText(figure)
  await expect(await desk.cell(line!.sku, 'On hand')).toHaveText(figure)
  await setOnHand(site, line!, line!.on_hand)

  const outBefore = await board(wall).getByText('Out of stock').locator('..').innerText()
  await setOnHand(site, line!, 0)
  await expect.poll(() => board(wall).getByText('Out of stock').locator('..').innerText()).not.toBe(outBefore)
  await setOnHand(site, line!, line!.on_hand)
  await first.close()

  const again = await launchConsole({ env: site.demoEnv, userDataDir: folder })
  await expect.poll(() => again.app.windows().length).toBe(3)
  const kinds = await Promise.all(
    again.app.windows().map(async (page) => {
      await expect(page.getByRole('main')).toBeVisible()
      return (await board(page).count()) > 0
    }),
  )
  expect(kinds.filter(Boolean)).toHaveLength(1)
})

test('Escape leaves the wall board for the stock', async ({ site, launchConsole }) => {
  const { app, window } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  const wall = await openByPalette(app, window, 'wall board in a new')
  await expect(board(wall)).toBeVisible()
  await wall.keyboard.press('Escape')
  await liveStock(wall)
})
