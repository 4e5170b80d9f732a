import type { z } from 'zod'
import { rowSchemas, tableNames, type RowOf } from '#shared/domain/rows.ts'
import { siteScope, userScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import type { MirroredTable } from './mirror.ts'

/* Parsing what the server sent, row by row: one that cannot be read is told by its id and hides no other. */

export const mirroredTables = tableNames.filter(
  (table): table is MirroredTable => table !== 'stock_movements',
)

const mirrored = new Set<string>(mirroredTables)
export const isMirrored = (table: string): table is MirroredTable => mirrored.has(table)

export type Parsed<T extends MirroredTable> = { ok: true; row: RowOf<T> } | { ok: false; problem: string }

/** The scope a table's rows live in, and the columns that must be moments because we sort by them. */
const rules: {
  [T in MirroredTable]: { home: (row: RowOf<T>) => Scope; moments: readonly (keyof RowOf<T> & string)[] }
} = {
  products: { home: () => siteScope, moments: [] },
  product_barcodes: { home: () => siteScope, moments: [] },
  warehouses: { home: (row) => warehouseScope(row.id), moments: [] },
  inventory: { home: (row) => warehouseScope(row.warehouse_id), moments: ['changed_at'] },
  sales_orders: {
    home: (row) => warehouseScope(row.warehouse_id),
    moments: ['due_at', 'created_at', 'changed_at'],
  },
  sales_order_items: { home: (row) => warehouseScope(row.warehouse_id), moments: [] },
  alerts: { home: (row) => warehouseScope(row.warehouse_id), moments: ['created_at', 'acknowledged_at'] },
  alert_receipts: { home: (row) => warehouseScope(row.warehouse_id), moments: ['answered_at'] },
  stations: {
    home: (row) => warehouseScope(row.warehouse_id),
    moments: ['complete_as_of', 'oldest_unsent_at', 'last_scan_at', 'seen_at', 'expected_by'],
  },
  people: { home: (row) => warehouseScope(row.warehouse_id), moments: [] },
  notifications: {
    home: (row) => userScope(row.user_id),
    moments: ['created_at', 'read_at', 'escalated_at'],
  },
  profiles: { home: (row) => userScope(row.id), moments: [] },
  warehouse_members: { home: (row) => userScope(row.user_id), moments: [] },
}

/** Parses one row; unknown columns are dropped. A row that is not the change's, or not of its scope, is not read either. */
export function parseRow<T extends MirroredTable>(
  table: T,
  scope: Scope,
  id: string,
  row: unknown,
): Parsed<T> {
  const parsed = rowSchemas[table].safeParse(row)
  if (!parsed.success) return { ok: false, problem: describe(parsed.error) }
  const read = parsed.data as RowOf<T>
  if (read.id !== id) return { ok: false, problem: 'id: is not the id of its change' }
  const { home, moments } = rules[table]
  if (home(read) !== scope) return { ok: false, problem: 'row: does not belong in this scope' }
  const wrong = moments.find((column) => !isMoment(read[column]))
  return wrong ? { ok: false, problem: `${wrong}: is not a timestamp` } : { ok: true, row: read }
}

/** A bulk of rows often carries one and the same moment: the last one read is remembered. */
let lastMoment = { text: '', ms: NaN }

/** Epoch ms of a timestamp that `parseRow` let through. */
export function momentMs(text: string): number {
  if (text !== lastMoment.text) lastMoment = { text, ms: Date.parse(text) }
  return lastMoment.ms
}

const isMoment = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && !Number.isNaN(momentMs(value)))

function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'row'}: ${issue.message}`).join('; ')
}
