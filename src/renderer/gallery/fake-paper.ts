import type { AskChannel, Question } from '#shared/protocol/contract.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import type { ImportCheck, ImportState } from '#shared/protocol/import.ts'
import { isPaperChannel, type LabelPrinter, type PaperJob, type PaperState } from '#shared/protocol/paper.ts'
import { binLabelPages, productLabelPages } from '#shared/paper/labels.ts'
import type { LayoutTools, Modules, Page } from '#shared/paper/page.ts'
import { pickListPages } from '#shared/paper/pick-list.ts'
import type { World } from './fake-engine.ts'
import { seeded } from './random.ts'

/* Paper in the stand-in: the product's own layout, with letters measured by the browser's guess and codes that only look like codes. */

export interface FakePaper {
  state: PaperState
  printer: LabelPrinter | null
}

export const noPaper = (): FakePaper => ({
  state: { export: null, import: { at: 'none' } },
  printer: { host: 'labels-1.berlin', port: 9100 },
})

const tools: LayoutTools = {
  widthMm: (text, sizeMm, weight) => text.length * sizeMm * (weight === 'bold' ? 0.62 : 0.56),
  encode: (symbology, text) => (symbology === 'datamatrix' ? dots(text) : bars(text)),
}

const chance = (text: string) =>
  seeded(Array.from(text).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) >>> 0)

function bars(text: string): Modules {
  const random = chance(text)
  const widths = Array.from({ length: (text.length + 3) * 6 + 1 }, () => 1 + random.below(3))
  return { kind: 'bars', widths }
}

function dots(text: string): Modules {
  const random = chance(text)
  const side = 12
  return {
    kind: 'matrix',
    rows: Array.from({ length: side }, (_, y) =>
      Array.from({ length: side }, (_cell, x) =>
        x === 0 || y === side - 1
          ? '1'
          : y === 0 || x === side - 1
            ? `${(x + y + 1) % 2}`
            : `${random.below(2)}`,
      ).join(''),
    ),
  }
}

export function answerPaper(world: World, channel: AskChannel, question: unknown): Reply<unknown> | null {
  if (!isPaperChannel(channel)) return null
  switch (channel) {
    case 'paper.state':
      return ok(world.paper.state)
    case 'paper.printer':
      return ok({ printer: world.paper.printer })
    case 'paper.preview': {
      const { job, from } = question as Question<'paper.preview'>
      const pages = pagesOf(world, job)
      if (pages === null) return failed('bad-request', 'No such orders.')
      return ok({ pages: pages.slice(from, from + 12), total: pages.length, missing: [] })
    }
    case 'paper.print':
      return ok({ isPrinted: true })
    case 'paper.send':
      return ok({ end: 'sent' })
    case 'paper.keep-printer':
      world.paper.printer = (question as Question<'paper.keep-printer'>).printer
      return ok({})
    case 'paper.save':
    case 'import.save-errors':
      return ok({ file: '/home/mia/Documents/Paper.pdf' })
    case 'table.export':
      return ok({ file: '/home/mia/Documents/Stock 2026-11-23 14.02.csv', rows: 4_070 })
    case 'import.choose':
      return ok({ isChosen: false })
    default:
      return ok({})
  }
}

function pagesOf(world: World, job: PaperJob): Page[] | null {
  switch (job.kind) {
    case 'product-labels':
      return productLabelPages(tools, job.size, job.labels)
    case 'bin-labels':
      return binLabelPages(tools, job.size, job.symbology, job.labels)
    case 'pick-list': {
      const orders = job.orderIds.flatMap((id) => world.orders.find((row) => row.id === id) ?? [])
      if (orders.length === 0) return null
      const { words } = job
      return pickListPages(
        tools,
        orders.map(({ number, customer, lines }, at) => ({
          number,
          customer,
          lines: world.stock.slice(at * 9, at * 9 + lines).map(({ sku, name, unit, bin, onHand }) => ({
            ...{ sku, name, unit, quantity: 1 + (onHand % 7) },
            bins: onHand > 0 ? [{ bin, onHand }] : [],
          })),
        })),
        {
          ...words,
          title: words.title.replace('{warehouse}', world.warehouses[0]?.name ?? ''),
          asOf: words.asOf.replace('{asOf}', '23 Nov 2026, 14:02').replace('{printed}', '23 Nov 2026, 14:05'),
          page: (no, of) => words.page.replace('{no}', `${no}`).replace('{of}', `${of}`),
        },
      )
    }
  }
}

/** A dry run with some lines to mend. */
export const sampleCheck: ImportCheck = {
  kind: 'stock',
  lines: 4_212,
  columns: [
    ...['sku', 'name'].map((column) => ({
      column,
      heading: column === 'sku' ? 'Artikel' : 'Name',
      isRequired: true,
    })),
    { column: 'category', heading: null, isRequired: false },
    { column: 'unit', heading: 'Unit', isRequired: false },
    { column: 'reorder_point', heading: 'Reorder point', isRequired: false },
    { column: 'barcode', heading: 'Barcode', isRequired: false },
    { column: 'bin', heading: 'Bin', isRequired: false },
    { column: 'quantity', heading: 'Quantity', isRequired: false },
  ],
  ignored: ['Supplier', 'Price'],
  taken: [{ as: 'products', count: 3_980 }],
  skipped: 4,
  errors: [
    { line: 17, problem: 'quantity-not-whole', column: 'quantity', value: '12,5' },
    { line: 240, problem: 'name-missing', column: 'name', value: '' },
    { line: 1_204, problem: 'barcode-of-another', column: 'barcode', value: '4006381333931' },
    { line: 3_001, problem: 'field-count', column: null, value: '6' },
  ],
  planned: { products: 3_980, barcodes: 2_114, movements: 4_170, orders: 0, order_items: 0 },
}

export const importing = (world: World, state: ImportState): void => {
  world.paper.state = { export: null, import: state }
}
