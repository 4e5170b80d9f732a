import type { OrderId, WarehouseId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { OrderToPick } from '#shared/paper/walk.ts'
import type { LedgerCursor } from '#shared/protocol/ledger.ts'
import type { TableSpec } from '#shared/protocol/paper.ts'
import type { Outcome } from '../upstream/upstream.ts'

/** Functions of the server through which a file comes in (supabase/migrations, window_import). */
export const importFunctions = ['import_begin', 'import_put', 'import_book', 'import_drop'] as const
export type ImportFunction = (typeof importFunctions)[number]

/** What the main process asks for itself, for what it writes, prints and takes in. */
export interface PaperQuestions {
  /** Some rows of a table as it is now, from its beginning or from where the last ones ended. */
  'table.rows': { question: { table: TableSpec; from: TableRows['next'] }; answer: TableRows }
  /** What of these orders is still to be picked, and where it lies. */
  'paper.orders': {
    question: { warehouseId: WarehouseId; orderIds: readonly OrderId[] }
    answer: OrdersToPick
  }
  /** Asks the server, as whoever is signed in. */
  'import.call': {
    question: { name: ImportFunction; args: Record<string, unknown> }
    answer: Outcome<unknown>
  }
}

export interface TableRows {
  rows: readonly { readonly id: string; readonly [field: string]: unknown }[]
  /** In all; null where nobody knows before the end. */
  total: number | null
  /** Where the rows go on: an offset, or a place of the ledger; null after the last. */
  next: number | LedgerCursor | null
  /** Server time up to which they are complete; null when nobody knows. */
  asOf: Millis | null
}

export interface OrdersToPick {
  orders: OrderToPick[]
  warehouse: { code: string; name: string; timeZone: string } | null
  asOf: Millis | null
}
