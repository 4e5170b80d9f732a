import type { OrderId, WarehouseId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { OrderToPick } from '#shared/paper/walk.ts'
import type { ListSpec } from '#shared/protocol/paper.ts'
import type { Outcome } from '../upstream/upstream.ts'

/** Functions of the server through which a file comes in (supabase/migrations, window_import). */
export const importFunctions = ['import_begin', 'import_put', 'import_book', 'import_drop'] as const
export type ImportFunction = (typeof importFunctions)[number]

/** What the main process asks for itself, for what it writes, prints and takes in. */
export interface PaperQuestions {
  /** A window of a list as it is now; `asOf`: server time up to which it is complete, null when nobody knows. */
  'table.rows': { question: { view: ListSpec }; answer: TableRows }
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
  total: number
  rows: { id: string; [field: string]: unknown }[]
  asOf: Millis | null
}

export interface OrdersToPick {
  orders: OrderToPick[]
  warehouse: { code: string; name: string; timeZone: string } | null
  asOf: Millis | null
}
