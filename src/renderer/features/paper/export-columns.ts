import { listViews, type ListViewName } from '#shared/protocol/views.ts'
import type { ExportColumn } from '#shared/protocol/paper.ts'
import { t, textOr, type TextKey } from '../../texts/text.ts'

/*
 * The columns of each table as a file has them: the screen's headings and words, and values a spreadsheet can count with.
 */

type Column = readonly [
  heading: TextKey,
  path: string,
  as: ExportColumn['as'],
  words?: Record<string, string>,
]

const wordsOf = (prefix: string, codes: readonly string[]): Record<string, string> =>
  Object.fromEntries(codes.map((code) => [code, textOr(`${prefix}.${code}`, code)]))

const stockStates = wordsOf('stock.state', ['in-stock', 'low', 'out', 'oversold'])
const orderStatuses = wordsOf('orders.status', [
  ...['pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed'],
])

const known: Partial<Record<ListViewName, readonly Column[]>> = {
  'stock.list': [
    ['stock.column.sku', 'sku', 'text'],
    ['stock.column.name', 'name', 'text'],
    ['stock.column.bin', 'bin', 'text'],
    ['export.heading.other-bins', 'otherBins', 'number'],
    ['stock.column.on-hand', 'onHand', 'number'],
    ['export.heading.unsent-on-hand', 'unsentOnHand', 'number'],
    ['stock.column.allocated', 'allocated', 'number'],
    ['stock.column.available', 'available', 'number'],
    ['export.heading.unit', 'unit', 'text'],
    ['export.heading.reorder-point', 'reorderPoint', 'number'],
    ['stock.column.state', 'state', 'text', stockStates],
    ['stock.column.changed', 'changedAt', 'moment'],
  ],
  'orders.list': [
    ['orders.column.number', 'number', 'text'],
    ['orders.column.customer', 'customer', 'text'],
    ['orders.column.status', 'status', 'text', orderStatuses],
    ['orders.column.priority', 'priority', 'number'],
    ['orders.column.due', 'dueAt', 'moment'],
    ['orders.column.lines', 'lines', 'number'],
    ['orders.column.picked', 'unitsPicked', 'number'],
    ['export.heading.ordered', 'unitsOrdered', 'number'],
    ['export.yes-no.unsent', 'unsent', 'yes-no'],
    ['export.heading.created', 'createdAt', 'moment'],
    ['orders.column.changed', 'changedAt', 'moment'],
  ],
  'notifications.list': [
    ['notifications.column.title', 'title', 'text'],
    ['notifications.column.body', 'body', 'text'],
    ['export.heading.severity', 'severity', 'text'],
    ['export.heading.from', 'from', 'text'],
    ['notifications.column.created', 'createdAt', 'moment'],
    ['export.heading.read', 'readAt', 'moment'],
  ],
  'work.list': [
    ['work.column.state', 'state', 'text'],
    ['work.column.what', 'command.kind', 'text'],
    ['export.heading.sku', 'product.sku', 'text'],
    ['export.heading.product', 'product.name', 'text'],
    ['export.heading.bin', 'command.bin', 'text'],
    ['export.heading.quantity', 'command.quantity', 'number'],
    ['orders.column.number', 'order.number', 'text'],
    ['export.heading.refused-as', 'refusal.code', 'text'],
    ['work.column.when', 'keptAt', 'moment'],
    ['export.heading.id', 'id', 'text'],
  ],
  'alerts.list': [
    ['alerts.column.severity', 'severity', 'text'],
    ['export.heading.kind', 'kind', 'text'],
    ['alerts.column.what', 'message', 'text'],
    ['export.heading.sku', 'product.sku', 'text'],
    ['export.heading.product', 'product.name', 'text'],
    ['orders.column.number', 'order.number', 'text'],
    ['export.heading.bin', 'bin', 'text'],
    ['alerts.column.when', 'raisedAt', 'moment'],
    ['alerts.column.acknowledged', 'acknowledged.name', 'text'],
  ],
  'exceptions.list': [
    ['exceptions.column.kind', 'kind', 'text'],
    ['export.heading.sku', 'product.sku', 'text'],
    ['export.heading.product', 'product.name', 'text'],
    ['orders.column.number', 'order.number', 'text'],
    ['exceptions.column.where', 'bin', 'text'],
    ['export.heading.from', 'raisedBy.name', 'text'],
    ['exceptions.column.when', 'raisedAt', 'moment'],
  ],
}

/** A list nobody has named the columns of is written by the fields of its rows: no table is without an export. */
export function exportColumns(name: ListViewName): ExportColumn[] {
  const columns = known[name]
  if (!columns) return fieldsOf(name)
  return columns.map(([heading, path, as, words]) => ({
    heading: t(heading as 'stock.column.sku'),
    path,
    as,
    ...(words && { words }),
  }))
}

const fieldsOf = (name: ListViewName): ExportColumn[] =>
  Object.keys(listViews[name].row.shape).map((field) => ({
    heading: field,
    path: field,
    as: field.endsWith('At') ? 'moment' : 'text',
  }))
