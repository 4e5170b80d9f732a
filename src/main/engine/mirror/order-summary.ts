import { isToDo, statusOrder } from '#shared/domain/orders.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { OrderCount, OrdersSummary } from '#shared/protocol/orders.ts'
import type { Db, Statement } from './database.ts'

/** How many orders there are in each status, from what is kept; the late ones are read from the index by due date. */
export class OrderSummaries {
  private readonly counts: Statement<[scope: number], { status: OrderStatus; orders: number; units: number }>
  private readonly late: Statement<[scope: number, status: string, at: Millis], number>
  private readonly oldest: Statement<[scope: number, status: string], number | null>

  constructor(db: Db) {
    this.counts = db.prepare('select status, orders, units_open as units from order_count where scope = ?')
    this.late = db
      .prepare<[number, string, Millis], number>(
        'select count(*) from order_card where scope = ? and status = ? and due_key < ?',
      )
      .pluck()
    this.oldest = db
      .prepare<[number, string], number | null>(
        'select min(changed_ms) from order_card where scope = ? and status = ?',
      )
      .pluck()
  }

  /** @param scope number of the warehouse's scope, or null where it is not held */
  of(scope: number | null, at: Millis): OrdersSummary {
    const counts = new Map(scope === null ? [] : this.counts.all(scope).map((count) => [count.status, count]))
    return statusOrder.map((status): OrderCount => {
      const count = counts.get(status)
      if (scope === null || !count || count.orders === 0)
        return { status, orders: 0, overdue: 0, oldestChangedAt: null, unitsOpen: 0 }
      return {
        status,
        orders: count.orders,
        overdue: isToDo(status) ? (this.late.get(scope, status, at) ?? 0) : 0,
        oldestChangedAt: this.oldest.get(scope, status) ?? null,
        unitsOpen: count.units,
      }
    })
  }
}
