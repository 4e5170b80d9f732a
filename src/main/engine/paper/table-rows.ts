import type { Millis } from '#shared/lib/time.ts'
import type { Answer, Question } from '#shared/protocol/contract.ts'
import type { LedgerCursor } from '#shared/protocol/ledger.ts'
import type { LedgerTable, ListSpec, TableSpec } from '#shared/protocol/paper.ts'
import { failed, ok, type Reply } from '#shared/protocol/reply.ts'
import { MAX_WINDOW } from '#shared/protocol/views.ts'
import type { ViewHost } from '../views/view-host.ts'
import type { TableRows } from './paper-questions.ts'

export interface TablePorts {
  views: Pick<ViewHost, 'read'>
  /** The server's word on the ledger, as whoever is signed in. */
  page: (question: Question<'ledger.page'>) => Promise<Reply<Answer<'ledger.page'>>>
  asOf: () => Millis | null
}

/** One short turn's worth of a table, from where the last one ended. */
export function readTable(
  ports: TablePorts,
  table: TableSpec,
  from: TableRows['next'],
): Promise<Reply<TableRows>> {
  if (table.name === 'ledger') return ledgerPage(ports, table, typeof from === 'number' ? null : from)
  if (table.name === 'fleet') return Promise.resolve(stations(ports, table))
  return Promise.resolve(listWindow(ports, table, typeof from === 'number' ? from : 0))
}

function listWindow({ views, asOf }: TablePorts, view: ListSpec, offset: number): Reply<TableRows> {
  const read = views.read({ ...view, params: { ...view.params, offset, limit: MAX_WINDOW } } as ListSpec)
  if (!read.ok) return read
  if (read.value.kind !== 'list') return failed('bad-request', `${view.name} is no list.`)
  const { total, rows } = read.value
  const end = offset + MAX_WINDOW
  return ok({ rows, total, next: rows.length > 0 && end < total ? end : null, asOf: asOf() })
}

/** All at once: a warehouse has some dozens of them. */
function stations(
  { views, asOf }: TablePorts,
  view: Extract<TableSpec, { name: 'fleet' }>,
): Reply<TableRows> {
  const read = views.read(view)
  if (!read.ok) return read
  if (read.value.kind !== 'value') return failed('bad-request', 'The fleet is no list.')
  const { stations: rows } = read.value.value as { stations: TableRows['rows'] }
  return ok({ rows, total: rows.length, next: null, asOf: asOf() })
}

async function ledgerPage(
  { page }: TablePorts,
  { params: { warehouseId, filter } }: LedgerTable,
  before: LedgerCursor | null,
): Promise<Reply<TableRows>> {
  const told = await page({ warehouseId, filter, before, limit: MAX_WINDOW })
  if (!told.ok) return told
  const { movements, next, serverTime } = told.value
  return ok({ rows: movements, total: null, next, asOf: serverTime })
}
