import type { RowProblem, TakenAs } from '#shared/protocol/import.ts'
import type { Booked } from './send.ts'
import type { ImportPlan } from '../../src/main/import/plan.ts'
import type { ReadFile } from '../../src/main/import/read-file.ts'

export const problemWords: Record<RowProblem, string> = {
  'field-count': 'more or fewer fields than the header has',
  'sku-missing': 'no product code (sku, StockCode)',
  'sku-long': 'product code too long (40 characters at most)',
  'name-missing': 'no name',
  'quantity-not-whole': 'quantity is not a whole number',
  'reorder-point-not-whole': 'reorder_point is not a whole number of 0 or more',
  'bin-long': 'bin too long (40 characters at most)',
  'quantity-without-bin': 'quantity without a bin',
  'bin-twice': 'the same sku and bin again',
  'barcode-of-another': 'barcode of another product',
  'invoice-missing': 'no InvoiceNo',
  'quantity-zero': 'quantity is 0',
  'date-unreadable': 'InvoiceDate is not a date',
  'price-unreadable': 'UnitPrice is not a number',
}

const takenWords: Record<TakenAs, string> = {
  products: 'products',
  barcodes: 'barcodes',
  bins: 'bins with stock',
  sale: 'sales (picked from stock)',
  return: 'cancellations (back to stock)',
  correction: 'corrections (stock put right)',
  charge: 'charges such as postage (on the order, no stock)',
}

const number = new Intl.NumberFormat('en').format
const LINES_SHOWN = 10

/** What a file holds and what would come of it, for people. */
export function describeFile({ kind, plan, report }: ReadFile): string[] {
  return [
    `${number(report.lines)} lines of ${kind === 'retail' ? 'retail invoices' : 'products with stock'}.`,
    ...[...report.taken].map(([as, count]) => `  taken    ${number(count).padStart(9)}  ${takenWords[as]}`),
    ...[...report.skipped].map(
      ([why, lines]) =>
        `  skipped  ${number(lines.length).padStart(9)}  ${problemWords[why]}: ${lineList(lines)}`,
    ),
    'To be imported:',
    ...describePlan(plan),
  ]
}

export function describeBooked(booked: Booked, plan: ImportPlan): string[] {
  const parts = ['products', 'barcodes', 'movements', 'orders', 'order_items'] as const
  return parts
    .filter((part) => plan[part].length > 0)
    .map((part) => {
      const known = plan[part].length - booked[part]
      const rest = known === 0 ? '' : ` (${number(known)} were there already)`
      return `  ${number(booked[part]).padStart(9)}  new ${part.replace('_', ' ')}${rest}`
    })
}

function describePlan(plan: ImportPlan): string[] {
  const open = plan.orders.filter(({ status }) => status === 'pending').length
  const rows: [number, string][] = [
    [plan.products.length, 'products'],
    [plan.barcodes.length, 'barcodes'],
    [
      plan.movements.length,
      `stock movements, of which ${number(plan.movements.filter(({ kind }) => kind === 'opening').length)} open a bin`,
    ],
    [plan.orders.length, `orders, of which ${number(open)} from the last day, still open`],
    [plan.order_items.length, 'order lines'],
  ]
  return rows
    .filter(([count]) => count > 0)
    .map(([count, what]) => `  ${number(count).padStart(18)}  ${what}`)
}

function lineList(lines: readonly number[]): string {
  const shown = lines.slice(0, LINES_SHOWN).join(', ')
  const more = lines.length - LINES_SHOWN
  return `line${lines.length === 1 ? '' : 's'} ${shown}${more > 0 ? ` and ${number(more)} more` : ''}`
}
