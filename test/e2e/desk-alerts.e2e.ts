import type { Site } from './support/site.ts'
import { goTo, tabTo, typeLetter } from './support/keyboard.ts'
import { liveStock, stockPage } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'
import { violations } from './support/violations.ts'

/* Alerts, messages, exceptions and notifications in a real window, by the keyboard alone. */

const CODE = '4006381333931'

/** Something to see to: a bin below zero, a code that no product has, a word to all, a word to the demo user. */
async function giveDesk(site: Site): Promise<void> {
  await site.sql(
    `insert into alerts (warehouse_id, kind, severity, product_id, message, facts)
     select w.id, 'negative_stock', 'warning', i.product_id, 'below zero',
            jsonb_build_object('bin', i.bin, 'on_hand', -3)
     from warehouses w join inventory i on i.warehouse_id = w.id where w.code = 'BER'
     order by i.id limit 1`,
  )
  await site.sql(
    `insert into alerts (warehouse_id, kind, severity, message, facts)
     select id, 'unknown_code', 'warning', 'unknown', jsonb_build_object('code', $1::text, 'times', 2)
     from warehouses where code = 'BER'`,
    CODE,
  )
  await site.sql(
    `insert into alerts (warehouse_id, kind, severity, message)
     select id, 'message', 'critical', 'Gate 3 is closed until noon.' from warehouses where code = 'BER'`,
  )
  await site.sql(
    `insert into notifications (user_id, kind, title, body, link, warehouse_id)
     select u.id, 'stock', 'Look at the alerts', 'One of them is yours.', 'alerts', w.id
     from auth.users u, warehouses w where u.email = $1 and w.code = 'BER'`,
    site.user.email,
  )
}

test('[O1] [O3] a message is answered, alerts are acknowledged with and without a network, and a code finds its product', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(240_000)
  const site = await ownSite()
  const { window } = await launchConsole({ env: site.demoEnv })
  const { freshness } = await liveStock(window)
  const press = (key: string) => window.keyboard.press(key)
  const acknowledged = (kind: string) =>
    site.sql<{ note: string | null }>(
      `select facts ->> 'note' as note from alerts where kind = $1 and acknowledged_at is not null`,
      kind,
    )
  await giveDesk(site)

  const banner = window.getByRole('region', { name: 'Asks for your answer' })
  await expect(banner.getByRole('alert')).toContainText('Gate 3 is closed until noon.')
  await tabTo(window, banner.getByRole('button', { name: 'Seen' }))
  await press('Enter')
  await expect(banner).toHaveCount(0)
  await expect.poll(() => site.sql('select answer from alert_receipts')).toEqual([{ answer: 'seen' }])

  await goTo(window, 'Alerts')
  const alerts = window.getByRole('grid', { name: 'Alerts in Berlin' })
  const alert = window.getByRole('complementary', { name: 'Alert' })
  await tabTo(window, window.getByRole('button', { name: 'Messages' }))
  await press('Enter')
  await expect(alerts.getByRole('row').filter({ hasText: 'Gate 3 is closed' })).toBeVisible()
  await tabTo(window, alerts)
  await press('Enter')
  await expect(alert.getByText('You have seen it')).toBeVisible()
  await expect(alert.getByText('1 of 1 stations')).toBeVisible()
  await typeLetter(window, 'a', alert.getByText('Acknowledged by you'))
  await expect.poll(() => acknowledged('message')).toEqual([{ note: null }])
  await press('Escape')
  await expect(alert).toHaveCount(0)

  await goTo(window, 'Exceptions')
  const exceptions = window.getByRole('grid', { name: 'Exceptions in Berlin' })
  const exception = window.getByRole('complementary', { name: 'Exception' })
  await tabTo(window, window.getByRole('button', { name: 'Codes 1' }))
  await press('Enter')
  await expect(exceptions.getByRole('row').filter({ hasText: CODE })).toBeVisible()
  await tabTo(window, exceptions)
  await press('Enter')
  await expect(exception.getByRole('button', { name: 'Give it to a product…' })).toBeVisible()
  const dialog = window.getByRole('dialog', { name: `Give ${CODE} to a product` })
  await typeLetter(window, 'n', dialog)
  await expect(dialog.getByRole('combobox')).toBeFocused()
  const [product] = await site.sql<{ sku: string }>(
    `select p.sku from products p join inventory i on i.product_id = p.id join warehouses w on w.id = i.warehouse_id
     where w.code = 'BER' order by p.sku limit 1`,
  )
  await window.keyboard.type(product?.sku ?? '')
  await expect(dialog.getByRole('option').first()).toContainText(product?.sku ?? '-')
  await press('Enter')
  await press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect
    .poll(() =>
      site.sql(
        'select p.sku from product_barcodes b join products p on p.id = b.product_id where b.barcode = $1',
        CODE,
      ),
    )
    .toEqual([{ sku: product?.sku }])
  await expect(window.getByText('Nothing here is “Codes”')).toBeVisible()

  await site.kill()
  await expect(freshness).toContainText(/^Offline since/)
  await goTo(window, 'Alerts')
  await tabTo(window, window.getByRole('button', { name: 'Open', exact: true }))
  await press('Enter')
  await tabTo(window, alerts)
  await press('Home')
  await press('Enter')
  const belowZero = alert.getByRole('heading', { name: /^3 more × .+ were taken from/ })
  // More pressing ones may stand above it; the open pane follows the arrows.
  await expect(async () => {
    if (await belowZero.isVisible()) return
    await press('ArrowDown')
    await expect(belowZero).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 30_000 })
  await tabTo(window, alert.getByRole('textbox', { name: 'Note (optional)' }))
  await window.keyboard.type('A crate stood in front of it')
  await press('Enter')
  await expect(alert.getByText('Acknowledged by you, not sent')).toBeVisible()
  await expect(freshness).toContainText('1 not sent')

  await site.start('same')
  await stockPage(window).insistUntilLive()
  await expect.poll(() => acknowledged('negative_stock')).toEqual([{ note: 'A crate stood in front of it' }])
  await expect(alert).not.toContainText('not sent')
  await expect(alert).toContainText('Acknowledged by you')
})

test('a notification is read, leads to its place, and all of them are read at once', async ({
  ownSite,
  launchConsole,
}) => {
  test.setTimeout(180_000)
  const site = await ownSite()
  const { window } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  await giveDesk(site)
  await expect(window.getByRole('button', { name: /^\d+ unread notifications?$/ })).toBeVisible()
  await goTo(window, 'Notifications')
  const grid = window.getByRole('grid', { name: /^Notifications for / })
  await expect(grid.getByRole('row').filter({ hasText: 'Look at the alerts' })).toBeVisible()
  await tabTo(window, grid)
  await window.keyboard.press('Home')
  await window.keyboard.press('Enter')
  const pane = window.getByRole('complementary', { name: 'Notification' })
  await expect(pane.getByRole('heading', { name: 'Look at the alerts' })).toBeVisible()
  await typeLetter(window, 'n', window.getByRole('heading', { level: 2, name: 'Alerts', exact: true }))

  await site.sql(
    `insert into notifications (user_id, kind, title, body)
     select id, 'stock', 'One more', 'It came later.' from auth.users where email = $1`,
    site.user.email,
  )
  await goTo(window, 'Notifications')
  await tabTo(window, window.getByRole('button', { name: 'Mark all as read' }))
  await window.keyboard.press('Enter')
  await expect(window.getByRole('button', { name: 'No unread notifications' })).toBeVisible()
  await expect
    .poll(() => site.sql('select count(*)::int as unread from notifications where read_at is null'))
    .toEqual([{ unread: 0 }])
})

for (const theme of ['light', 'dark'] as const) {
  test(`the desk has nothing that shuts anybody out, in the ${theme} theme`, async ({
    ownSite,
    launchConsole,
  }) => {
    test.setTimeout(180_000)
    const site = await ownSite()
    const { window } = await launchConsole({ env: site.demoEnv, theme })
    await liveStock(window)
    await giveDesk(site)
    await expect(window.getByRole('region', { name: 'Asks for your answer' })).toBeVisible()
    expect(await violations(window)).toEqual([])
    for (const screen of ['Alerts', 'Exceptions', 'Notifications']) {
      await goTo(window, screen)
      await tabTo(window, window.getByRole('grid'))
      await window.keyboard.press('Enter')
      await expect(window.getByRole('complementary')).toBeVisible()
      expect(await violations(window)).toEqual([])
    }
    await window.keyboard.press('ControlOrMeta+k')
    await window.keyboard.type('send a mess')
    await window.keyboard.press('Enter')
    const dialog = window.getByRole('dialog', { name: 'Message in Berlin' })
    await expect(dialog.getByRole('textbox', { name: 'Message' })).toBeFocused()
    expect(await violations(window)).toEqual([])
    await window.keyboard.type('Truck at gate 3')
    await window.keyboard.press('ControlOrMeta+Enter')
    const alert = window.getByRole('complementary', { name: 'Alert' })
    await expect(alert.getByRole('heading', { name: 'Truck at gate 3' })).toBeVisible()
    expect(await violations(window)).toEqual([])
  })
}
