import { serverFigures, setOnHand, singleBinLines } from './support/stock-changes.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'

test('on the demo it signs in by itself, says so, and shows the stock as the server has it', async ({
  site,
  launchConsole,
}) => {
  const { window } = await launchConsole({ env: site.demoEnv })
  const complaints: string[] = []
  window.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  // A page that is still on its way cannot be loaded again.
  await window.waitForLoadState('load')
  await window.reload()
  const stock = await liveStock(window)
  const foot = window.getByRole('contentinfo')
  await expect(foot).toContainText(`signed in as ${site.user.email} by itself`)
  await expect(foot).toContainText('Embedded server')
  await expect(stock.grid).toHaveAttribute('aria-rowcount', '4001')

  const server = await serverFigures(site)
  const inOrder = [...server.keys()].sort()
  await expect
    .poll(async () => (await stock.visible()).map(({ sku }) => sku).slice(0, 10))
    .toEqual(inOrder.slice(0, 10))
  for (const { sku, onHand } of await stock.visible()) expect(onHand, sku).toBe(server.get(sku))
  // A page that breaks its own policy says so here.
  expect(complaints).toEqual([])
})

test('[L3] what changes in Postgres changes in the window, and no other row with it', async ({
  site,
  launchConsole,
}) => {
  const { window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const [line] = await singleBinLines(site, 1)
  await stock.find(line!.sku)
  for (const quantity of [line!.on_hand + 1_000, 0, line!.on_hand]) {
    await setOnHand(site, line!, quantity)
    await expect(await stock.cell(line!.sku, 'On hand')).toHaveText(
      new RegExp(`^${quantity.toLocaleString('en')}\\b`),
    )
  }
  await stock.search.fill('')
  const server = await serverFigures(site)
  for (const { sku, onHand } of await stock.visible()) expect(onHand, sku).toBe(server.get(sku))
})

test('a product that runs out is said to be out, and counted so', async ({ site, launchConsole }) => {
  const { window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const figures = window.getByRole('group', { name: 'Stock in figures' })
  const outBefore = Number(
    (await figures.getByRole('button', { name: /out$/ }).innerText()).match(/\d+/)?.[0],
  )
  const [, line] = await singleBinLines(site, 2)
  await stock.find(line!.sku)
  await setOnHand(site, line!, 0)
  await expect(await stock.cell(line!.sku, 'State')).toHaveText(/Out of stock|Oversold/)
  await expect(figures.getByRole('button', { name: new RegExp(`^${outBefore + 1}\\D+out$`) })).toBeVisible()
  await setOnHand(site, line!, line!.on_hand)
  await expect(figures.getByRole('button', { name: new RegExp(`^${outBefore}\\D+out$`) })).toBeVisible()
})
