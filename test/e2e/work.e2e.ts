import type { Page } from '@playwright/test'
import type { Site } from './support/site.ts'
import { liveStock, stockPage, stockScreen } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'

const receipts = (window: Page) => window.getByRole('log', { name: 'Receipts' })

/** Takes so many of the product that is open. */
async function pick(window: Page, quantity: number): Promise<void> {
  await window
    .getByRole('group', { name: /^Work on / })
    .getByRole('button', { name: 'Pick', exact: true })
    .click()
  const dialog = window.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Quantity' }).fill(String(quantity))
  await dialog.getByRole('button', { name: 'Pick', exact: true }).click()
  await expect(
    receipts(window)
      .getByText(new RegExp(`^Picked ${quantity.toLocaleString('en')} × `))
      .first(),
  ).toBeVisible()
}

/** What the server has of a product in Berlin, and what its ledger says was picked. */
async function booked(site: Site, sku: string): Promise<{ onHand: number; picked: number; times: number }> {
  const [row] = await site.sql<{ onHand: number; picked: number; times: number }>(
    `select (select sum(i.quantity_on_hand)::int from inventory i
              where i.product_id = p.id and i.warehouse_id = w.id) as "onHand",
            coalesce(-sum(m.quantity), 0)::int as picked, count(m.id)::int as times
       from products p join warehouses w on w.code = 'BER'
       left join stock_movements m on m.product_id = p.id and m.warehouse_id = w.id and m.kind = 'pick'
      where p.sku = $1 group by p.id, w.id`,
    sku,
  )
  if (!row) throw new Error(`There is no ${sku}.`)
  return row
}

test('[O1] [O2] picks before, during and after an outage and a restart are booked once each, and shown all the while', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(240_000)
  const site = await ownSite()
  const first = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(first.window)
  const { sku, onHand } = (await stock.visible()).find((row) => row.onHand > 20) ?? { sku: '', onHand: 0 }
  expect(onHand).toBeGreaterThan(20)
  const before = await booked(site, sku)

  await stock.row(sku).click()
  await pick(first.window, 2)
  await expect(receipts(first.window).getByText('In the system.')).toBeVisible()
  await expect
    .poll(() => booked(site, sku))
    .toEqual({
      onHand: before.onHand - 2,
      picked: before.picked + 2,
      times: before.times + 1,
    })
  const cell = await stock.cell(sku, 'On hand')
  await expect(cell).toHaveText(new RegExp(`^\\s*${onHand - 2}\\s*$`))

  await site.kill()
  await expect(stock.freshness).toContainText(/^Offline since/)
  await pick(first.window, 3)
  await expect(
    receipts(first.window).getByText('Saved here. Will be sent when the network is back.'),
  ).toBeVisible()
  await expect(cell).toContainText(/−3 not sent/)
  await receipts(first.window)
    .getByRole('button', { name: /^Undo the pick of 3 × / })
    .click()
  await expect(receipts(first.window).getByText('Taken back. It was never sent.')).toBeVisible()
  await expect(cell).not.toContainText('not sent')
  await pick(first.window, 4)
  await expect(cell).toContainText(/−4 not sent/)
  await first.close()

  const again = await launchConsole({ env: site.demoEnv, userDataDir: first.userDataDir })
  await stockScreen(again.window)
  const offline = stockPage(again.window)
  const figure = await offline.cell(sku, 'On hand')
  await expect(figure).toContainText(/−4 not sent/)
  await expect(offline.freshness).toContainText(/1 not sent/)

  await site.start('same')
  await offline.insistUntilLive()
  await expect(figure).toHaveText(new RegExp(`^\\s*${onHand - 6}\\s*$`))
  await expect(offline.freshness).not.toContainText('not sent')
  expect(await booked(site, sku)).toEqual({
    onHand: before.onHand - 6,
    picked: before.picked + 6,
    times: before.times + 2,
  })
})

test('[O3] what the server refuses stands on the desk with its facts until somebody decides', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(180_000)
  const site = await ownSite()
  await site.sql(`update warehouses set negative_stock = 'refuse' where code = 'BER'`)
  const { window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const { sku, onHand } = (await stock.visible()).find((row) => row.onHand > 5) ?? { sku: '', onHand: 0 }
  const before = await booked(site, sku)
  await stock.row(sku).click()
  await pick(window, 9_000)
  const sentence = /^Refused\. Bin \S+ had [\d,]+, you took 9,000: [\d,]+ are missing\. Recount\?$/
  await expect(receipts(window).getByText(sentence)).toBeVisible()
  const figure = await stock.cell(sku, 'On hand')
  await expect(figure).toHaveText(new RegExp(`^\\s*${onHand}\\s*$`))

  await window
    .getByRole('navigation')
    .getByRole('button', { name: /^Refused/ })
    .click()
  const desk = window.getByRole('grid', { name: /^Refused work of / })
  await expect(desk.getByRole('row')).toHaveCount(2)
  await desk.getByRole('row').last().click()
  const piece = window.getByRole('complementary')
  await piece.getByRole('button', { name: 'Discard…' }).click()
  const dialog = window.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Why it does not count' }).fill('Typed a wrong number')
  await dialog.getByRole('button', { name: 'Discard', exact: true }).click()
  await expect(window.getByText('Nothing is refused')).toBeVisible()
  expect(await booked(site, sku)).toEqual(before)
})
