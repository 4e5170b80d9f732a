import Database from 'better-sqlite3'
import type { SupabaseClient } from '@supabase/supabase-js'
import { rowSchemas, type TableName } from '#shared/domain/rows.ts'

/*
 * Compares every mirrored row with what the server lets the same user read, column by column. It reads the mirror file by
 * itself, past the engine, so that it can find the engine wrong.
 */

export interface Difference {
  table: TableName
  id: string
  problem: 'missing-in-mirror' | 'not-on-server' | 'differs'
  columns?: string[]
}

export interface Comparison {
  equal: boolean
  rowsCompared: number
  rowsByTable: Record<string, number>
  /** The first few, for the reader. */
  differences: Difference[]
}

type Row = Record<string, unknown> & { id: string }
type MirroredTable = Exclude<TableName, 'stock_movements'>

const PAGE_ROWS = 1_000
const SHOWN_DIFFERENCES = 20

/** Rows of the mirror as the server would send them: numbers of products and scopes turned back into ids. */
export const mirrorQueries: Record<MirroredTable, string> = {
  warehouses: 'select * from warehouses',
  products: 'select p.*, n.id from products p join product_no n using (no)',
  product_barcodes:
    'select b.*, p.id as product_id from product_barcodes b join product_no p on p.no = b.product',
  inventory: `select i.*, p.id as product_id, substr(s.scope, ${'warehouse:'.length + 1}) as warehouse_id
    from inventory i join product_no p on p.no = i.product join scopes s on s.no = i.scope`,
  sales_orders: 'select * from sales_orders',
  sales_order_items: 'select * from sales_order_items',
  notifications: 'select * from notifications',
  alerts: 'select * from alerts',
  alert_receipts: 'select * from alert_receipts',
  stations: 'select * from stations',
  people: 'select * from people',
  profiles: 'select * from profiles',
  warehouse_members: 'select * from warehouse_members',
}

/**
 * @param mirrorFile the SQLite file of this user's mirror; opened read-only, also while the console has it open
 * @param server a client signed in as the same user
 */
export async function compareMirror(mirrorFile: string, server: SupabaseClient): Promise<Comparison> {
  const mirror = new Database(mirrorFile, { readonly: true, fileMustExist: true })
  try {
    const differences: Difference[] = []
    const rowsByTable: Record<string, number> = {}
    for (const [table, query] of Object.entries(mirrorQueries) as [MirroredTable, string][]) {
      const mine = new Map((mirror.prepare(query).all() as Row[]).map((row) => [row.id, row]))
      const theirs = await readAll(server, table)
      rowsByTable[table] = theirs.length
      differences.push(...compareTable(table, mine, theirs))
    }
    return {
      equal: differences.length === 0,
      rowsCompared: Object.values(rowsByTable).reduce((sum, count) => sum + count, 0),
      rowsByTable,
      differences: differences.slice(0, SHOWN_DIFFERENCES),
    }
  } finally {
    mirror.close()
  }
}

async function readAll(server: SupabaseClient, table: MirroredTable): Promise<Row[]> {
  const rows: Row[] = []
  for (;;) {
    const last = rows.at(-1)?.id
    const query = server.from(table).select('*').order('id').limit(PAGE_ROWS)
    const { data, error } = await (last === undefined ? query : query.gt('id', last))
    if (error !== null) throw new Error(`Reading ${table} from the server: ${error.message}`)
    rows.push(...(data as Row[]))
    if (data.length === 0) return rows
  }
}

function compareTable(table: MirroredTable, mine: Map<string, Row>, theirs: readonly Row[]): Difference[] {
  const differences: Difference[] = []
  const columns = Object.keys(rowSchemas[table].shape)
  for (const row of theirs) {
    const held = mine.get(row.id)
    mine.delete(row.id)
    if (held === undefined) {
      differences.push({ table, id: row.id, problem: 'missing-in-mirror' })
      continue
    }
    const differing = columns.filter((column) => canonical(held[column]) !== canonical(row[column]))
    if (differing.length > 0) differences.push({ table, id: row.id, problem: 'differs', columns: differing })
  }
  for (const id of mine.keys()) differences.push({ table, id, problem: 'not-on-server' })
  return differences
}

/** One text for one value: JSON columns rest as text in SQLite, with their keys in the server's order. */
export function canonical(value: unknown): string {
  const isJsonText = typeof value === 'string' && /^[{[]/.test(value)
  return JSON.stringify(isJsonText ? JSON.parse(value) : (value ?? null))
}
