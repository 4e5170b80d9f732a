import { hostname } from 'node:os'
import { goTo, tabTo } from './support/keyboard.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'
import { violations } from './support/violations.ts'

/* The stations screen in a real window, by the keyboard alone. */

test('who is here, another name for this station, and a drill, without a mouse', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(240_000)
  const site = await ownSite()
  const { window } = await launchConsole({ env: site.demoEnv })
  const { freshness } = await liveStock(window)
  const press = (key: string) => window.keyboard.press(key)
  const grid = window.getByRole('grid', { name: /^Stations of / })
  const own = grid.getByRole('row').filter({ hasText: 'this station' })

  await goTo(window, 'Stations')
  await expect(own).toContainText('Here')
  // Its own facts are there at once; the others hear of it with its first report.
  await expect
    .poll(() => site.sql<{ link: string }>('select link from stations where seen_at is not null'))
    .toEqual([{ link: 'live' }])
  expect(await violations(window)).toEqual([])

  await press('/')
  await expect(window.getByRole('textbox', { name: 'Station or person' })).toBeFocused()
  // A station is called as its machine at first.
  await window.keyboard.type(hostname())
  await expect(grid).toHaveAttribute('aria-rowcount', '2')
  await press('ArrowDown')
  await expect(grid).toBeFocused()
  await press('Enter')
  const pane = window.getByRole('complementary')
  await expect(pane).toContainText('You are here.')
  expect(await violations(window)).toEqual([])

  await tabTo(window, pane.getByRole('button', { name: 'Rename this station' }))
  await press('Enter')
  const name = window.getByRole('dialog').getByRole('textbox', { name: 'Name' })
  await expect(name).toBeFocused()
  await press('ControlOrMeta+a')
  await window.keyboard.type('Gate 7')
  expect(await violations(window)).toEqual([])
  await press('Enter')
  await expect(window.getByRole('dialog')).toHaveCount(0)
  await expect
    .poll(() => site.sql<{ name: string }>('select name from stations where seen_at is not null'), {
      timeout: 60_000,
    })
    .toEqual([{ name: 'Gate 7' }])
  await press('Escape')
  await press('/')
  await press('ControlOrMeta+a')
  await window.keyboard.type('Gate 7')
  await expect(own).toContainText('Gate 7')

  const drillButton = window.getByRole('button', { name: 'Drill this station' })
  await drillButton.focus()
  await press('Enter')
  await expect(window.getByRole('dialog')).toContainText('Nothing reaches the server from here')
  expect(await violations(window)).toEqual([])
  await press('Enter')
  await expect(freshness).toContainText(/^Drill: offline until \d\d:\d\d/)
  await expect(window.getByRole('region', { name: 'Drill', exact: true })).toBeVisible()
  expect(await violations(window)).toEqual([])

  await tabTo(window, freshness.getByRole('button', { name: 'End the drill' }))
  await press('Enter')
  await expect(freshness).toContainText(/^Live/)
  const report = window.getByRole('region', { name: 'How the last drill went' })
  await expect(report).toContainText('Equal to the server’s', { timeout: 120_000 })
  await expect(report).toContainText('Done offline')
  expect(await violations(window)).toEqual([])
})

for (const theme of ['light', 'dark'] as const) {
  test(`calling a drill shuts nobody out, in the ${theme} theme`, async ({ site, launchConsole }) => {
    const { window } = await launchConsole({ env: site.demoEnv, theme })
    await liveStock(window)
    await goTo(window, 'Stations')
    await window.getByRole('button', { name: 'Call a drill' }).focus()
    await window.keyboard.press('Enter')
    await expect(window.getByRole('checkbox').first()).toBeVisible()
    expect(await violations(window)).toEqual([])
    await window.keyboard.press('Escape')
    await expect(window.getByRole('dialog')).toHaveCount(0)
  })
}
