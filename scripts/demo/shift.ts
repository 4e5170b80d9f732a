import { expect } from '@playwright/test'
import { compareMirror, type Comparison } from '../lib/compare-mirror.ts'
import { onlyMirror } from '../lib/mirror-files.ts'
import type { Logbook } from './logbook.ts'
import type { Stage } from './stage.ts'
import type { WarehouseHands } from './warehouse-hands.ts'
import { openConsole, picture, stockRows, type DemoWindow } from './window.ts'

interface Shift {
  stage: Stage
  hands: WarehouseHands
  log: Logbook
  /** Folder of the pictures. */
  out: string
  warehouse: { name: RegExp; search: string }
  /** Told of each window, so that it is closed whatever happens. */
  opened(window: DemoWindow): void
}

const OFFLINE_CHANGES = 500
const DEADLINE_MS = 60_000

/** A shift with an outage in it, step by step, in the real window. Returns how the mirror compares at its end. */
export async function playShift(shift: Shift): Promise<Comparison> {
  const window = await workLive(shift)
  const restarted = await workThroughOutage(shift, window)
  return await comeBack(shift, restarted)
}

async function workLive({ stage, hands, log, out, warehouse, opened }: Shift): Promise<DemoWindow> {
  const window = await openConsole(stage.runtime, stage.env)
  opened(window)
  const { page } = window
  await log.step('open on live stock', async (note) => {
    note({ firstRowsMs: window.firstRowsMs, bar: await window.says(/Live/, DEADLINE_MS) })
    await chooseWarehouse(window, warehouse.name)
    await picture(page, out, '01-live')
  })
  await log.step('live changes are noticed', async (note) => {
    for (const at of [1, 3, 6]) {
      const row = stockRows(page).nth(at)
      const sku = (await row.getByRole('rowheader').innerText()).trim()
      const before = await row.innerText()
      await hands.pick(sku, 1)
      await expect(row).not.toHaveText(before, { useInnerText: true })
      note({ [sku]: 'picked 1' })
    }
    await picture(page, out, '02-live-changes')
  })
  await log.step('a product in detail', async () => {
    await stockRows(page).nth(1).click()
    await expect(page.getByText('Reorder point', { exact: true })).toBeVisible()
    await picture(page, out, '03-detail')
  })
  return window
}

async function workThroughOutage(shift: Shift, window: DemoWindow): Promise<DemoWindow> {
  const { stage, hands, log, out, warehouse, opened } = shift
  await log.step('the cable is pulled', async (note) => {
    stage.cable.pull()
    note({ bar: await window.says(/Offline since/, DEADLINE_MS) })
    await picture(window.page, out, '04-offline')
  })
  await log.step('the server changes meanwhile', async (note) => {
    await hands.receive(OFFLINE_CHANGES)
    note({ rowsChanged: OFFLINE_CHANGES })
  })
  await log.step('searching while offline', async (note) => {
    await window.page.keyboard.press('Escape')
    await window.page.getByRole('textbox', { name: /^Search/ }).fill(warehouse.search)
    const found = window.page.getByText(/products? found/)
    await expect(found).toBeVisible()
    note({ search: warehouse.search, found: await found.innerText() })
    await picture(window.page, out, '05-offline-search')
  })
  return await log.step('restarted with no network: stock from disk', async (note) => {
    await window.close()
    const again = await openConsole(stage.runtime, stage.env)
    opened(again)
    note({ firstRowsMs: again.firstRowsMs, bar: await again.says(/showing stock as of/, DEADLINE_MS) })
    await picture(again.page, out, '06-restarted-offline')
    return again
  })
}

async function comeBack({ stage, hands, log, out }: Shift, window: DemoWindow): Promise<Comparison> {
  await log.step('the cable is back: caught up', async (note) => {
    await stage.cable.plug()
    note({ bar: await window.says(/Live/, DEADLINE_MS) })
    await picture(window.page, out, '07-live-again')
  })
  await log.step('the same in the dark', async () => {
    await window.page.emulateMedia({ colorScheme: 'dark' })
    await stockRows(window.page).nth(2).click()
    await expect(window.page.getByText('Reorder point', { exact: true })).toBeVisible()
    await picture(window.page, out, '08-dark')
  })
  return await log.step('every mirrored row compared with the server', async (note) => {
    const comparison = await compareMirror(await onlyMirror(stage.userData), hands.client)
    note(comparison)
    return comparison
  })
}

/** Chooses a warehouse as a person would, unless it is shown already. */
async function chooseWarehouse({ page }: DemoWindow, name: RegExp): Promise<void> {
  const chooser = page.getByRole('button', { name: /Warehouse/ })
  if (!name.test(await chooser.innerText())) {
    await chooser.click()
    await page.getByRole('option', { name }).click()
  }
  await expect(page.getByRole('grid', { name })).toBeVisible()
  // Takes the focus off the chooser: it is the stock that is pictured.
  await page.getByLabel('How fresh the figures are').click()
}
