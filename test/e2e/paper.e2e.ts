import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import Papa from 'papaparse'
import { readPdf, readZpl } from '../harness/paper-readers.ts'
import { violations } from './support/violations.ts'
import { goTo, take } from './support/keyboard.ts'
import { liveStock } from './support/stock-page.ts'
import { expect, test } from './support/test.ts'

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smart-shelf-paper-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

/** The system's dialogs answer by themselves: these files are chosen. */
async function chooseFiles(app: ElectronApplication, files: { save?: string; open?: string }): Promise<void> {
  await app.evaluate(({ dialog }, { save, open }) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: save === undefined, filePath: save ?? '' })
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: open === undefined, filePaths: open === undefined ? [] : [open] })
  }, files)
}

/** The system's printer is a file: what would come out of it, as PDF. */
async function printToFile(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ app: electron }, path) => {
    electron.on('web-contents-created', (_event, contents) => {
      contents.print = ({ pageSize } = {}, done) => {
        if (typeof pageSize !== 'object') throw new Error('A page has a size.')
        const inches = { width: pageSize.width / 25_400, height: pageSize.height / 25_400 }
        void contents
          .printToPDF({
            pageSize: inches,
            margins: { top: 0, bottom: 0, left: 0, right: 0 },
            preferCSSPageSize: true,
          })
          .then(async (pdf) => {
            const { writeFileSync } = process.getBuiltinModule('node:fs')
            writeFileSync(path, pdf)
            done?.(true, '')
          })
      }
    })
  }, file)
}

const tray = (window: Page) => window.getByRole('log', { name: 'Receipts' })

/** Presses a button that is reached by Tab, with the keyboard. */
async function press(window: Page, name: string | RegExp): Promise<void> {
  const button = window.getByRole('button', { name })
  await expect(button).toBeEnabled()
  await button.focus()
  await window.keyboard.press('Enter')
}

test('the stock on screen is exported as it is shown, and read back equal', async ({
  site,
  launchConsole,
}) => {
  const { app, window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const file = join(folder, 'stock.csv')
  await chooseFiles(app, { save: file })
  const { sku } = (await stock.visible())[0] ?? { sku: '' }
  await window.keyboard.press('/')
  await window.keyboard.type(sku.slice(0, 4))
  const [found] = await site.sql<{ products: number }>(
    `select count(distinct p.id)::int as products from inventory i
       join products p on p.id = i.product_id join warehouses w on w.id = i.warehouse_id and w.code = 'BER'
      where p.sku like $1 || '%'`,
    sku.slice(0, 4),
  )
  const total = found?.products ?? 0
  // Each letter finds less; the export is of what the last one found.
  await expect(stock.grid).toHaveAttribute('aria-rowcount', `${total + 1}`)
  await take(window, 'Export this table', /^Export this table/)
  await expect(tray(window).getByText(/^Saved [\d,]+ rows? as /)).toBeVisible()

  const text = await readFile(file, 'utf8')
  const { data, errors } = Papa.parse<string[]>(text.slice(1).trimEnd())
  expect(errors).toEqual([])
  const [headings = [], ...rows] = data
  expect(headings.slice(0, 3)).toEqual(['SKU', 'Name', 'Bin'])
  expect(total).toBeGreaterThan(0)
  expect(rows).toHaveLength(total)
  const expected = await site.sql<{ sku: string; name: string; onHand: number }>(
    `select p.sku, p.name, sum(i.quantity_on_hand)::int as "onHand" from inventory i
       join products p on p.id = i.product_id join warehouses w on w.id = i.warehouse_id and w.code = 'BER'
      group by p.id`,
  )
  const known = new Map(expected.map((row) => [row.sku, row]))
  const onHandAt = headings.indexOf('On hand')
  for (const row of rows)
    expect([row[1], Number(row[onHandAt])]).toEqual([
      known.get(row[0] ?? '')?.name,
      known.get(row[0] ?? '')?.onHand,
    ])
})

test('a product label goes to a file, to the system and to the label printer, by the keyboard alone', async ({
  site,
  launchConsole,
}) => {
  const { app, window } = await launchConsole({ env: site.demoEnv })
  const stock = await liveStock(window)
  const { sku } = (await stock.visible())[0] ?? { sku: '' }
  await stock.grid.focus()
  await window.keyboard.press('Enter')
  await press(window, 'Print label')
  await expect(window.getByRole('img', { name: new RegExp(`^Page 1 of 1: .*${sku}`) })).toBeVisible()
  expect(await violations(window)).toEqual([])

  const pdf = join(folder, 'label.pdf')
  await chooseFiles(app, { save: pdf })
  await press(window, 'Save as PDF…')
  await expect(tray(window).getByText(`Saved as ${pdf}.`)).toBeVisible()
  const saved = await readPdf(new Uint8Array(await readFile(pdf)))
  expect(saved.sizesMm).toEqual([[62, 29]])
  expect(saved.texts[0]?.[0]).toBe(sku)

  const printed = join(folder, 'printed.pdf')
  await printToFile(app, printed)
  await press(window, 'Print…')
  await expect(tray(window).getByText('Sent to the printer.')).toBeVisible()
  const paper = await readPdf(new Uint8Array(await readFile(printed)))
  // Chromium makes pages of whole CSS pixels, and groups letters in its own way; they are the same ones.
  expect(paper.sizesMm).toHaveLength(1)
  expect(paper.sizesMm[0]?.[0]).toBeCloseTo(62, 0)
  expect(paper.sizesMm[0]?.[1]).toBeCloseTo(29, 0)
  expect(paper.texts.flat().join('').replaceAll(' ', '')).toBe(
    saved.texts.flat().join('').replaceAll(' ', ''),
  )

  let received = ''
  const printer = createServer((socket) => {
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => (received += part))
    socket.on('end', () => socket.end())
  })
  await new Promise<void>((ready) => printer.listen(9104, '127.0.0.1', ready))
  try {
    await press(window, 'Set up a label printer…')
    await window.keyboard.type('127.0.0.1')
    await window.keyboard.press('Tab')
    await window.keyboard.press('ControlOrMeta+a')
    await window.keyboard.type('9104')
    await window.keyboard.press('Enter')
    await press(window, 'Send to 127.0.0.1')
    await expect(tray(window).getByText('The label printer took all of it.')).toBeVisible()
  } finally {
    await new Promise((done) => printer.close(done))
  }
  const [label] = readZpl(received)
  expect(label).toMatchObject({ widthDots: 496, heightDots: 232, isUtf8: true })
  expect(label?.fields[0]?.data).toBe(sku)
})

test('a pick list says what its order needs, and where it lies', async ({ site, launchConsole }) => {
  const { app, window } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  await goTo(window, 'In and out')
  await window.getByRole('radio', { name: 'Product labels' }).focus()
  await window.keyboard.press('ArrowLeft')
  await expect(window.getByRole('radio', { name: 'Pick list' })).toBeChecked()
  const order = window.getByRole('checkbox').first()
  await order.focus()
  await window.keyboard.press('Space')
  await expect(window.getByRole('img', { name: /^Page 1 of \d+: Pick list/ })).toBeVisible()
  expect(await violations(window)).toEqual([])
  const file = join(folder, 'list.pdf')
  await chooseFiles(app, { save: file })
  await press(window, 'Save as PDF…')
  await expect(tray(window).getByText(`Saved as ${file}.`)).toBeVisible()

  const { texts } = await readPdf(new Uint8Array(await readFile(file)))
  const all = texts.flat()
  const number = all.find((text) => /^SO-\d+$/.test(text)) ?? ''
  const lines = await site.sql<{ sku: string; left: number }>(
    `select p.sku, (i.quantity_ordered - i.quantity_picked)::int as left from sales_order_items i
       join sales_orders o on o.id = i.order_id join products p on p.id = i.product_id
       join warehouses w on w.id = o.warehouse_id and w.code = 'BER'
      where o.number = $1 and i.quantity_ordered > i.quantity_picked`,
    number,
  )
  expect(lines.length).toBeGreaterThan(0)
  for (const { sku } of lines) expect(all).toContain(sku)
})

test('a file is checked, imported by a manager, and is in the stock', async ({ ownSite, launchConsole }) => {
  const site = await ownSite()
  await site.sql(`update warehouse_members set role = 'manager'`)
  const { app, window } = await launchConsole({ env: site.demoEnv })
  await liveStock(window)
  const file = join(folder, 'new stock.csv')
  await writeFile(
    file,
    'sku,name,bin,quantity\nNEW-1,"Größe ""L"" box",Z-01,7\nNEW-2,,Z-02,4\nNEW-3,Lid,Z-03,5\n',
  )
  await chooseFiles(app, { open: file })
  await goTo(window, 'In and out')
  await press(window, 'Import')
  expect(await violations(window)).toEqual([])
  await press(window, 'Choose a file…')
  const errors = window.getByRole('table', { name: 'Lines that cannot be used' })
  await expect(errors.getByRole('row').last()).toContainText('Enter a name for the product.')
  expect(await violations(window)).toEqual([])
  await press(window, 'Import without 1 line')
  await expect(window.getByRole('heading', { name: 'Imported new stock.csv' })).toBeVisible()
  expect(
    await site.sql(
      `select p.sku, i.bin, i.quantity_on_hand as n from inventory i join products p on p.id = i.product_id
        where p.sku like 'NEW-%' order by 1`,
    ),
  ).toEqual([
    { sku: 'NEW-1', bin: 'Z-01', n: 7 },
    { sku: 'NEW-3', bin: 'Z-03', n: 5 },
  ])
  await take(window, 'NEW-1', /NEW-1/)
  await expect(window.getByRole('complementary', { name: 'Product NEW-1' })).toContainText('Größe "L" box')
})
