import type { Page } from '@playwright/test'
import { goTo } from './support/keyboard.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'
import { violations } from './support/violations.ts'

/* The ledger, the story of a figure and the flow of a day, by keys alone. */

const story = (window: Page) => window.getByRole('region', { name: /^Why is / })

for (const theme of ['light', 'dark'] as const) {
  test(`why is this figure what it is: asked and answered by keys alone, also in an outage (${theme})`, async ({
    ownSite,
    launchConsole,
  }) => {
    test.setTimeout(240_000)
    const site = await ownSite()
    const { window } = await launchConsole({ env: site.demoEnv, theme })
    const stock = await liveStock(window)
    const press = (key: string) => window.keyboard.press(key)
    const { sku, onHand } = (await stock.visible()).find((row) => row.onHand > 20) ?? { sku: '', onHand: 0 }

    await press('/')
    await window.keyboard.type(sku)
    await expect(stock.grid).toHaveAttribute('aria-rowcount', '2')
    await press('ArrowDown')
    await press('Enter')
    await expect(window.getByRole('complementary', { name: `Product ${sku}` })).toBeVisible()
    await press('w')
    await expect(story(window)).toHaveAccessibleName(`Why is ${sku} ${onHand.toLocaleString('en')}?`)
    const movements = window.getByRole('grid', { name: 'What made the figure, newest first' })
    await expect(movements.getByRole('row').nth(1)).toContainText(onHand.toLocaleString('en'))
    await expect(window.getByRole('img', { name: /^Stock from / })).toBeVisible()
    await expect(window.getByText(/ on hand then$/)).toBeVisible()
    expect(await violations(window)).toEqual([])

    // Down to where the ledger began, which was with nothing.
    await movements.focus()
    await expect(async () => {
      await press('End')
      await expect(movements.getByText('Before the ledger began')).toBeVisible({ timeout: 1_000 })
    }).toPass()

    // The picture as a table.
    const form = window.getByRole('button', { name: 'Table' })
    await form.focus()
    await press('Enter')
    await expect(window.getByRole('columnheader', { name: 'From' })).toBeVisible()
    expect(await violations(window)).toEqual([])

    await movements.focus()
    await press('Escape')
    await expect(stock.grid).toBeVisible()

    await site.kill()
    await expect(stock.freshness).toContainText(/^Offline since/)
    await press('w')
    await expect(window.getByText('The ledger is kept by the server')).toBeVisible()
    await expect(window.getByText(/^There is no answer since /)).toBeVisible()
    expect(await violations(window)).toEqual([])

    await site.start('same')
    await stock.insistUntilLive()
    await expect(movements.getByRole('row').nth(1)).toContainText(onHand.toLocaleString('en'))
  })
}

test('the ledger narrows by keys alone, and a movement opens its story', async ({ site, launchConsole }) => {
  const { window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const { sku } = (await stock.visible())[3]!
  const press = (key: string) => window.keyboard.press(key)
  await goTo(window, 'Ledger')
  const ledger = window.getByRole('grid', { name: /^Movements of / })
  await expect(ledger.getByRole('row').nth(1)).toBeVisible()
  expect(await violations(window)).toEqual([])

  await press('/')
  await window.keyboard.type(sku)
  await expect(window.getByRole('option').first()).toBeVisible()
  await press('Enter')
  await expect
    .poll(async () => {
      const products = await ledger.getByRole('row').filter({ hasText: sku }).count()
      const all = await ledger.locator('[role=row][aria-busy=false]').count()
      return all > 0 && products === all
    })
    .toBe(true)
  await ledger.focus()
  await press('Enter')
  await expect(story(window)).toHaveAccessibleName(new RegExp(`^Why is ${sku} `))
  await press('Escape')
  await expect(ledger).toBeVisible()
})

test('the flow of a day is a picture and a table, and goes back a day by keys', async ({
  site,
  launchConsole,
}) => {
  const { window } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  await goTo(window, 'Flow')
  await expect(window.getByRole('img', { name: /^Are we as busy as usual today\?/ })).toBeVisible()
  await expect(window.getByRole('img', { name: /^How long have open orders waited\?/ })).toBeVisible()
  expect(await violations(window)).toEqual([])
  await window.getByRole('button', { name: 'The day before' }).focus()
  await window.keyboard.press('Enter')
  await expect(window.getByRole('img', { name: /^How busy was / })).toBeVisible()
  for (const table of await window.getByRole('button', { name: 'Table' }).all()) {
    await table.focus()
    await window.keyboard.press('Enter')
  }
  await expect(window.getByRole('rowheader', { name: '23:00' })).toBeAttached()
  await expect(window.getByRole('rowheader', { name: 'Pending' })).toBeVisible()
  expect(await violations(window)).toEqual([])
})
