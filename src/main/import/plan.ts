import type { RowError, RowProblem, TakenAs } from '#shared/protocol/import.ts'

/*
 * What an import is going to do, worked out before anything is sent. Rows are in the shape of the server's import functions
 * (supabase/migrations, import). Times are local to the warehouse: `YYYY-MM-DD HH:MM:SS`.
 */

export interface PlannedProduct {
  id: string
  sku: string
  name: string
  category: string | null
  unit: string
  reorder_point: number
}

export interface PlannedBarcode {
  id: string
  sku: string
  barcode: string
  pack_quantity: number
}

export interface PlannedMovement {
  id: string
  sku: string
  bin: string
  /** Signed: what the movement adds to the bin. */
  quantity: number
  kind: 'opening' | 'pick' | 'return' | 'adjust'
  reason: string | null
  reference: string | null
  at: string | null
}

export interface PlannedOrder {
  id: string
  number: string
  customer: string | null
  status: 'pending' | 'shipped'
  priority: number
  due: string | null
  at: string
}

export interface PlannedOrderItem {
  id: string
  order_id: string
  sku: string
  line_no: number
  ordered: number
  picked: number
  /** Where an open order's units are allocated; null when there is no stock to allocate. */
  bin: string | null
}

export interface ImportPlan {
  products: PlannedProduct[]
  barcodes: PlannedBarcode[]
  movements: PlannedMovement[]
  orders: PlannedOrder[]
  order_items: PlannedOrderItem[]
}

export type PlanPart = keyof ImportPlan
export const planParts = [
  'products',
  'barcodes',
  'movements',
  'orders',
  'order_items',
] as const satisfies readonly PlanPart[]

/** A line that cannot be used: why, and what stands where. */
export type BadLine = Omit<RowError, 'line'>

/** No list of errors is read any further than this. */
const ERRORS_KEPT = 1_000

/** Which lines of a file were taken as what, and which were not, and why. */
export class LineReport {
  readonly taken = new Map<TakenAs, number>()
  readonly skipped = new Map<RowProblem, number[]>()
  /** The first thousand lines that were skipped, each with what stands there. */
  readonly errors: RowError[] = []
  lines = 0

  take(as: TakenAs): void {
    this.taken.set(as, (this.taken.get(as) ?? 0) + 1)
  }

  skip(bad: BadLine, line: number): void {
    const lines = this.skipped.get(bad.problem)
    if (lines === undefined) this.skipped.set(bad.problem, [line])
    else lines.push(line)
    if (this.errors.length < ERRORS_KEPT) this.errors.push({ line, ...bad })
  }

  get skippedCount(): number {
    return [...this.skipped.values()].reduce((sum, lines) => sum + lines.length, 0)
  }
}
