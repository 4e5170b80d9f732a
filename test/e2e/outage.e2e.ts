import { compareWithSite } from './support/mirror.ts'
import { serverFigures } from './support/stock-changes.ts'
import { liveStock, stockScreen } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'

/** The longest wait between two tries: one that was on its way when the server came back may fail, and is followed by it. */
const LONGEST_WAIT_MS = 30_000
/** What a return may take once that wait is over: 5 s, and as much again for a busy test machine. */
const RETURN_MS = 10_000

test.describe('[L2] the server is killed while the stock goes on changing', () => {
  test('the window says so, goes on scrolling and searching, and is right again by itself', async ({
    ownSite,
    launchConsole,
  }) => {
    test.setTimeout(150_000)
    const site = await ownSite()
    const { window, userDataDir } = await launchConsole({ env: site.demoEnv })
    const stock = await liveStock(window)
    const shown = await stock.visible()

    await site.kill()
    await expect(stock.freshness).toContainText(
      /^Offline since \d\d:\d\d.*showing stock as of \d\d:\d\d:\d\d/,
    )
    await expect(stock.freshness).toContainText(/trying/)
    expect(await stock.visible()).toEqual(shown)

    await stock.grid.focus()
    await window.keyboard.press('End')
    await expect(stock.grid.locator('[aria-rowindex="4001"][aria-busy=false]')).toBeVisible()
    await window.keyboard.press('Home')
    const lastSku = shown.at(-1)!.sku
    await stock.find(lastSku)
    await stock.search.fill('')

    // Where no console looks for it, the server lives on for somebody else: 500 rows change.
    await site.start('elsewhere')
    const changed = await site.sql(
      `update inventory set quantity_on_hand = quantity_on_hand + 7
        where id in (select i.id from inventory i join products p on p.id = i.product_id
                       join warehouses w on w.id = i.warehouse_id
                      where w.code = 'BER' order by p.sku, i.bin limit 500) returning id`,
    )
    expect(changed).toHaveLength(500)
    await expect(stock.freshness).toContainText(/^Offline since/)
    expect(await stock.visible()).toEqual(shown)

    await site.start('same')
    const backAt = Date.now()
    const waitMs = 1_000 * Number(/trying again in (\d+) s/.exec(await stock.freshness.innerText())?.[1] ?? 0)
    await expect(stock.freshness).toContainText(/^Live/, { timeout: LONGEST_WAIT_MS + RETURN_MS })
    console.log(
      `Live again ${Date.now() - backAt} ms after the server was back, ${waitMs} of them the wait it was in.`,
    )

    const server = await serverFigures(site)
    await expect
      .poll(async () => (await stock.visible()).filter(({ sku, onHand }) => server.get(sku) !== onHand))
      .toEqual([])
    expect(await stock.visible()).not.toEqual(shown)
    expect((await compareWithSite(userDataDir, site)).differences).toEqual([])
  })

  test('[M3] a station that starts without its server shows stock from its disk, with its age', async ({
    ownSite,
    launchConsole,
  }) => {
    const site = await ownSite()
    const first = await launchConsole({ env: site.demoEnv })
    const shown = await (await liveStock(first.window)).visible()
    await first.close()
    await site.kill()

    const { window } = await launchConsole({ env: site.demoEnv, userDataDir: first.userDataDir })
    const stock = await stockScreen(window)
    await expect(stock.freshness).toContainText(/^Offline since .*showing stock as of/)
    await expect.poll(() => stock.visible()).toEqual(shown)
    await expect(stock.freshness.getByRole('button', { name: 'Try now' })).toBeVisible()

    await site.start('same')
    await stock.insistUntilLive()
  })
})
