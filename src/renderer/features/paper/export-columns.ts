import type { ExportColumn, TableName } from '#shared/protocol/paper.ts'
import { t, type PlainTextKey } from '../../texts/text.ts'
import { columnWords } from './export-words.ts'

/*
 * The columns of each table as a file has them: the screen's headings and words, and values a spreadsheet can count with.
 */

type Column = readonly [
  heading: PlainTextKey,
  path: string,
  as: ExportColumn['as'],
  words?: Record<string, string>,
]

const columns: Record<TableName, readonly Column[]> = {
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
    ['stock.column.state', 'state', 'text', columnWords.stock],
    ['stock.column.changed', 'changedAt', 'moment'],
  ],
  'orders.list': [
    ['orders.column.number', 'number', 'text'],
    ['orders.column.customer', 'customer', 'text'],
    ['orders.column.status', 'status', 'text', columnWords.order],
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
    ['export.heading.severity', 'severity', 'text', columnWords.severity],
    ['export.heading.from', 'from', 'text'],
    ['notifications.column.created', 'createdAt', 'moment'],
    ['export.heading.read', 'readAt', 'moment'],
  ],
  'work.list': [
    ['work.column.state', 'state', 'text', columnWords.tick],
    ['work.column.what', 'command.kind', 'text', columnWords.work],
    ['export.heading.sku', 'product.sku', 'text'],
    ['export.heading.product', 'product.name', 'text'],
    ['export.heading.bin', 'command.bin', 'text'],
    ['export.heading.to-bin', 'command.to_bin', 'text'],
    ['export.heading.quantity', 'command.quantity', 'number'],
    ['export.heading.counted', 'command.counted', 'number'],
    ['orders.column.number', 'order.number', 'text'],
    ['export.heading.refused-as', 'refusal.code', 'text', columnWords.refusal],
    ['work.column.when', 'keptAt', 'moment'],
    ['export.heading.id', 'id', 'text'],
  ],
  'alerts.list': [
    ['alerts.column.severity', 'severity', 'text', columnWords.severity],
    ['alerts.column.what', 'kind', 'text', columnWords.alert],
    ['export.heading.message', 'message', 'text'],
    ['export.heading.sku', 'product.sku', 'text'],
    ['export.heading.product', 'product.name', 'text'],
    ['orders.column.number', 'order.number', 'text'],
    ['export.heading.bin', 'bin', 'text'],
    ['ledger.column.station', 'station.name', 'text'],
    ['alerts.column.when', 'raisedAt', 'moment'],
    ['alerts.column.acknowledged', 'acknowledged.name', 'text'],
  ],
  'exceptions.list': [
    ['exceptions.column.kind', 'kind', 'text', columnWords.exception],
    ['export.heading.sku', 'product.sku', 'text'],
    ['export.heading.product', 'product.name', 'text'],
    ['orders.column.number', 'order.number', 'text'],
    ['exceptions.column.where', 'bin', 'text'],
    ['export.heading.from', 'raisedBy.name', 'text'],
    ['ledger.column.station', 'station.name', 'text'],
    ['exceptions.column.when', 'raisedAt', 'moment'],
  ],
  ledger: [
    ['ledger.column.happened', 'happenedAt', 'moment'],
    ['ledger.column.received', 'receivedAt', 'moment'],
    ['ledger.column.kind', 'kind', 'text', columnWords.movement],
    ['export.heading.sku', 'product.sku', 'text'],
    ['export.heading.product', 'product.name', 'text'],
    ['ledger.column.bin', 'bin', 'text'],
    ['ledger.column.quantity', 'quantity', 'number'],
    ['ledger.column.person', 'person', 'text'],
    ['ledger.column.station', 'station', 'text'],
    ['orders.column.number', 'order.number', 'text'],
    ['export.heading.reference', 'reference', 'text'],
    ['export.heading.reason', 'reason', 'text'],
  ],
  fleet: [
    ['fleet.column.name', 'name', 'text'],
    ['export.heading.kind', 'kind', 'text', columnWords.station],
    ['fleet.column.presence', 'presence', 'text', columnWords.presence],
    ['fleet.column.seen', 'seenAt', 'moment'],
    ['fleet.column.user', 'user.name', 'text'],
    ['fleet.fact.link', 'link', 'text', columnWords.link],
    ['fleet.fact.behind', 'behind', 'number'],
    ['fleet.column.unsent', 'unsent', 'number'],
    ['fleet.fact.oldest', 'oldestUnsentAt', 'moment'],
    ['fleet.column.refused', 'refused', 'number'],
    ['fleet.column.scan', 'lastScanAt', 'moment'],
    ['fleet.column.version', 'version', 'text'],
  ],
}

/** The columns of a table, for whoever writes the file. */
export const exportColumns = (name: TableName): ExportColumn[] =>
  columns[name].map(([heading, path, as, words]) => ({
    heading: t(heading),
    path,
    as,
    ...(words && { words }),
  }))
