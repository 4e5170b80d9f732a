import { openDiagnostics } from './support/diagnostics-page.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'
import { violations } from './support/violations.ts'

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test('the stock screen has nothing that shuts anybody out', async ({ site, launchConsole }) => {
      const { window } = await launchConsole({ env: site.demoEnv, theme })
      const stock = await liveStock(window)
      expect(await violations(window)).toEqual([])
      await stock.grid.focus()
      await window.keyboard.press('Enter')
      await expect(window.getByRole('complementary')).toBeVisible()
      expect(await violations(window)).toEqual([])
      await stock.search.fill('no such thing anywhere')
      await expect(window.getByText('Nothing matches')).toBeVisible()
      expect(await violations(window)).toEqual([])
    })

    test('diagnostics have nothing that shuts anybody out', async ({ site, launchConsole }) => {
      const { window } = await launchConsole({ env: site.demoEnv, theme })
      await liveStock(window)
      const diagnostics = await openDiagnostics(window)
      await expect(diagnostics.row('Data on this computer', 'Berlin')).toContainText('Up to date')
      await expect(diagnostics.row('Connection history', 'Live').first()).toBeVisible()
      expect(await violations(window)).toEqual([])
    })

    test('signing in has nothing that shuts anybody out', async ({ site, launchConsole }) => {
      const { window } = await launchConsole({ env: site.plainEnv, theme })
      await window.getByRole('textbox', { name: 'Email' }).fill(site.user.email)
      await window.getByLabel('Password').fill('not-this-one')
      await window.getByRole('button', { name: 'Sign in' }).click()
      await expect(window.getByRole('alert')).toBeVisible()
      expect(await violations(window)).toEqual([])
      await window.getByRole('button', { name: 'Change server' }).click()
      await expect(window.getByRole('textbox', { name: 'Anon key' })).toBeVisible()
      expect(await violations(window)).toEqual([])
    })
  })
}

test('everything of the stock screen is reached by the keyboard alone', async ({ site, launchConsole }) => {
  const { window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const press = (key: string) => window.keyboard.press(key)
  const row = (index: number) => stock.grid.locator(`[aria-rowindex="${index}"][aria-busy=false]`)

  await press('/')
  await expect(stock.search).toBeFocused()
  const target = (await stock.visible())[5]!.sku
  await window.keyboard.type(target)
  await expect(stock.grid).toHaveAttribute('aria-rowcount', '2')

  await press('ArrowDown')
  await expect(stock.grid).toBeFocused()
  await press('Enter')
  const detail = window.getByRole('complementary', { name: `Product ${target}` })
  await expect(detail).toBeVisible()
  await press('Escape')
  await expect(detail).toBeHidden()

  await press('/')
  await press('Escape')
  await expect(stock.search).toHaveValue('')
  await expect(stock.grid).toHaveAttribute('aria-rowcount', '4001')

  await stock.grid.focus()
  await press('End')
  await expect(row(4_001)).toBeVisible()
  await press('Home')
  await expect(row(2)).toBeVisible()

  await press('?')
  await expect(window.getByRole('dialog', { name: 'Keys of this screen' })).toBeVisible()
  await press('Escape')
  await expect(window.getByRole('dialog')).toBeHidden()

  await press('ControlOrMeta+k')
  await expect(window.getByRole('dialog', { name: 'Go to anything' })).toBeVisible()
  await press('Escape')
  await expect(window.getByRole('dialog')).toBeHidden()

  const details = window.getByRole('button', { name: 'Details of the connection' })
  await details.focus()
  await press('Enter')
  await expect(window.getByRole('region', { name: 'State of this station' })).toBeFocused()
  await press('Escape')
  await expect(stock.grid).toBeVisible()
})
