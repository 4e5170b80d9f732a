import type { Page } from '@playwright/test'
import type { Site } from './support/site.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'
import { violations } from './support/violations.ts'

/** What the server has of an order, and what its ledger says was picked for it. */
async function onServer(
  site: Site,
  number: string,
): Promise<{ status: string; picked: number; booked: number }> {
  const [row] = await site.sql<{ status: string; picked: number; booked: number }>(
    `select o.status::text, coalesce(sum(i.quantity_picked), 0)::int as picked,
            (select coalesce(-sum(m.quantity), 0)::int from stock_movements m
              where m.kind = 'pick' and m.order_item_id in (select id from sales_order_items where order_id = o.id)) as booked
       from sales_orders o left join sales_order_items i on i.order_id = o.id where o.number = $1 group by o.id`,
    number,
  )
  if (!row) throw new Error(`There is no ${number}.`)
  return row
}

/** The freshest order in one line of one product, as somebody at another desk would make it. */
async function putOrder(site: Site, number: string, quantity: number): Promise<void> {
  await site.sql(
    `with place as (
       select i.warehouse_id, i.product_id from inventory i join warehouses w on w.id = i.warehouse_id
         where w.code = 'BER' and i.quantity_on_hand > $2 + 20 order by i.product_id limit 1
     ), made as (
       insert into sales_orders (warehouse_id, number, customer, status, priority, due_at)
         select warehouse_id, $1, 'Maison Claire', 'pending', 1, now() - interval '2 hours' from place
         returning id, warehouse_id
     )
     insert into sales_order_items (order_id, warehouse_id, product_id, line_no, quantity_ordered)
       select made.id, made.warehouse_id, place.product_id, 1, $2 from made, place`,
    number,
    quantity,
  )
}

const column = (window: Page, name: string) =>
  window.getByRole('listbox', { name: new RegExp(`^${name}: [\\d,]+ orders$`) })
const card = (window: Page, name: string, number: string) =>
  column(window, name).getByRole('option', { name: new RegExp(`^${number}\\b`) })
const page = (window: Page, number: string) => window.getByRole('complementary', { name: `Order ${number}` })

/** One key by hand: what follows another at once is taken for a scanner's. */
async function type(window: Page, key: string): Promise<void> {
  await window.waitForTimeout(80)
  await window.keyboard.press(key)
}

/** To the orders, by the keyboard, and to the one order that is looked for. */
async function goTo(window: Page, number: string, at: string): Promise<void> {
  await window.keyboard.press('Control+k')
  await window.keyboard.type('Orders')
  await window.keyboard.press('Enter')
  await expect(column(window, 'Pending')).toBeVisible()
  await window.keyboard.press('/')
  await window.keyboard.type(number)
  await expect(card(window, at, number)).toBeVisible()
  await window.keyboard.press('Enter')
  await expect(column(window, at)).toBeFocused()
}

/** Picks what is left of the order that is open, in the form that opens with it. */
async function pickTheLine(window: Page, number: string): Promise<void> {
  const pick = page(window, number).getByRole('button', { name: /^Pick \S+ for this order$/ })
  for (let n = 0; n < 40 && !(await pick.evaluate((button) => button === document.activeElement)); n++)
    await window.keyboard.press('Tab')
  await window.keyboard.press('Enter')
  await expect(window.getByRole('dialog', { name: new RegExp(`^Pick \\S+ for ${number}$`) })).toBeVisible()
  await window.keyboard.press('Enter')
  await expect(window.getByRole('dialog')).toHaveCount(0)
}

test('an order is found on the board, picked, packed and shipped by the keyboard alone', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(240_000)
  const site = await ownSite()
  const { window } = await launchConsole({ env: site.demoEnv, size: { width: 1280, height: 800 } })
  await liveStock(window)
  await putOrder(site, 'KB-1', 4)
  await goTo(window, 'KB-1', 'Pending')
  expect(await violations(window)).toEqual([])
  await expect(card(window, 'Pending', 'KB-1')).toContainText('Overdue by 2h')

  await window.keyboard.press('Enter')
  await expect(page(window, 'KB-1')).toContainText('4 to pick')
  expect(await violations(window)).toEqual([])
  await pickTheLine(window, 'KB-1')
  await expect(card(window, 'Picking', 'KB-1')).toBeVisible()
  await expect(page(window, 'KB-1')).toContainText('All picked')
  await expect.poll(() => onServer(site, 'KB-1')).toEqual({ status: 'picking', picked: 4, booked: 4 })
  await expect(page(window, 'KB-1').getByRole('region', { name: 'Who picked what' })).toContainText('4 × ')

  await window.keyboard.press('Escape')
  await expect(column(window, 'Picking')).toBeFocused()
  await type(window, 'm')
  await expect(card(window, 'Packed', 'KB-1')).toBeVisible()
  await expect(column(window, 'Packed')).toBeFocused()
  await type(window, '1')
  await expect(card(window, 'Shipped today', 'KB-1')).toBeVisible()
  await expect.poll(async () => (await onServer(site, 'KB-1')).status).toBe('shipped')
  expect(await violations(window)).toEqual([])
})

test('[O2] an order is picked and packed while the server is gone, and once it is back it is so there, once', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(240_000)
  const site = await ownSite()
  const { window } = await launchConsole({ env: site.demoEnv, theme: 'dark' })
  const stock = await liveStock(window)
  await putOrder(site, 'KB-2', 3)
  await goTo(window, 'KB-2', 'Pending')
  await site.kill()
  await expect(stock.freshness).toContainText(/^Offline since/)
  await expect(window.getByText(/^Offline: orders as of/)).toBeVisible()

  await window.keyboard.press('Enter')
  await expect(page(window, 'KB-2')).toContainText('Picks by others are kept by the server')
  await pickTheLine(window, 'KB-2')
  await expect(card(window, 'Picking', 'KB-2')).toContainText('not sent')
  await window.keyboard.press('Escape')
  await type(window, 'm')
  await expect(card(window, 'Packed', 'KB-2')).toContainText('not sent')
  expect(await violations(window)).toEqual([])

  await site.start('same')
  await stock.insistUntilLive()
  await expect(card(window, 'Packed', 'KB-2')).not.toContainText('not sent')
  expect(await onServer(site, 'KB-2')).toEqual({ status: 'packed', picked: 3, booked: 3 })
})
