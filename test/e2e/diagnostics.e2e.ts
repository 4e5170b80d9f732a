import { openDiagnostics } from './support/diagnostics-page.ts'
import { compareWithSite, loseRow } from './support/mirror.ts'
import { setOnHand, singleBinLines } from './support/stock-changes.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'

/** A poll every 10 s, spread by a fifth, and a busy machine. */
const POLL_MS = 30_000
/** A comparison begins within 10 s of going live, in a quiet moment; a busy machine again. */
const COMPARISON_MS = 60_000

test('[L3] where websockets are blocked the bar says so, changes still arrive, and it is live again by itself', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(180_000)
  const site = await ownSite({ faults: true })
  const { window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const [line] = await singleBinLines(site, 1)
  await stock.find(line!.sku)
  const onHand = await stock.cell(line!.sku, 'On hand')

  await site.turn({ refuseUpgrade: 403, hangUp: 1006 })
  await expect(stock.freshness).toContainText(/^Checking every 10 s · as of \d\d:\d\d:\d\d/, {
    timeout: POLL_MS,
  })
  await expect(stock.freshness).toContainText('something on the way blocks live updates')
  await setOnHand(site, line!, line!.on_hand + 4_000)
  await expect(onHand).toHaveText((line!.on_hand + 4_000).toLocaleString('en'), { timeout: POLL_MS })
  // Fresh, if not instant: not dimmed as an outage's figures are.
  await expect(stock.grid).not.toHaveAttribute('data-stale')

  await site.turn({ calm: true })
  await expect(stock.freshness).toContainText(/^Live/, { timeout: 2 * POLL_MS })
  await setOnHand(site, line!, line!.on_hand)
  await expect(onHand).toHaveText(line!.on_hand.toLocaleString('en'))

  const diagnostics = await openDiagnostics(window)
  await expect(
    diagnostics.row('Connection history', 'something on the way blocked live updates').first(),
  ).toContainText('Checking')
})

test('[M3] a row that is missing from the file on disk is found, fetched and told of', async ({
  site,
  launchConsole,
}) => {
  test.setTimeout(180_000)
  const first = await launchConsole({ env: site.demoEnv })
  await liveStock(first.window)
  await first.close()
  const [line] = await singleBinLines(site, 1)
  await loseRow(first.userDataDir, 'inventory', line!.id)

  const { window, userDataDir } = await launchConsole({ env: site.demoEnv, userDataDir: first.userDataDir })
  await liveStock(window)
  const diagnostics = await openDiagnostics(window)
  await expect(diagnostics.row('Comparisons with the server', '1 row repaired')).toContainText('Berlin', {
    timeout: COMPARISON_MS,
  })
  await expect(window.getByText('One row was found wrong since the start, and put right.')).toBeVisible()
  await expect(diagnostics.fact('Rows repaired since the start')).toHaveText('1')
  expect((await compareWithSite(userDataDir, site)).differences).toEqual([])

  await window.keyboard.press('Escape')
  const stock = await liveStock(window)
  await stock.find(line!.sku)
  await expect(await stock.cell(line!.sku, 'On hand')).toHaveText(line!.on_hand.toLocaleString('en'))
})

test('after going live everything shown is compared with the server, and the report can be taken along', async ({
  site,
  launchConsole,
}) => {
  const { app, window } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  const diagnostics = await openDiagnostics(window)
  await expect(window.getByText(/^Everything shown here matches the server: compared /)).toBeVisible({
    timeout: COMPARISON_MS,
  })
  for (const scope of ['Shared data', 'Berlin', 'Yours'])
    await expect(diagnostics.row('Data on this computer', scope)).toContainText(/Up to date.*Equal/)
  await expect(diagnostics.row('Connection history', 'Live').first()).toBeVisible()

  await window.getByRole('button', { name: 'Copy report' }).click()
  await expect(window.getByText('Copied', { exact: true })).toBeVisible()
  const report = await app.evaluate(({ clipboard }) => clipboard.readText())
  expect(report).toContain('Everything shown here matches the server')
  expect(report).toContain('Berlin | Up to date')
  expect(report).not.toContain(site.anonKey)
  expect(report).not.toContain(site.user.email)
})
