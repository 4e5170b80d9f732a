import type { Booked } from './send.ts'
import type { ImportPlan } from './plan.ts'
import type { ReadFile } from './read-file.ts'

const number = new Intl.NumberFormat('en').format
const LINES_SHOWN = 10

/** What a file holds and what would come of it, for people. */
export function describeFile({ kind, plan, report }: ReadFile): string[] {
  return [
    `${number(report.lines)} lines of ${kind === 'retail' ? 'retail invoices' : 'products with stock'}.`,
    ...[...report.taken].map(([as, count]) => `  taken    ${number(count).padStart(9)}  ${as}`),
    ...[...report.skipped].map(
      ([why, lines]) => `  skipped  ${number(lines.length).padStart(9)}  ${why}: ${lineList(lines)}`,
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
