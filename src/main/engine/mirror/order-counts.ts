import type { OrderStatus } from '#shared/domain/rows.ts'
import type { Db, Statement } from './database.ts'

/** How many orders a warehouse has in each status, and how much of them is to be picked: kept as they change. */
export class OrderCounts {
  private readonly addTo: Statement<[scope: number, status: string, orders: number, units: number]>

  constructor(db: Db) {
    this.addTo = db.prepare(`
      insert into order_count (scope, status, orders, units_open) values (?, ?, ?, ?)
      on conflict (scope, status) do update
        set orders = orders + excluded.orders, units_open = units_open + excluded.units_open`)
  }

  /** Writes what was gathered. */
  settle(gathered: OrderCountChanges): void {
    for (const { scope, status, orders, units } of gathered.all()) {
      if (orders !== 0 || units !== 0) this.addTo.run(scope, status, orders, units)
    }
  }
}

interface Count {
  scope: number
  status: OrderStatus
  orders: number
  units: number
}

/** By how much counts are to change, gathered order by order. */
export class OrderCountChanges {
  private readonly sums = new Map<string, Count>()

  add(scope: number, status: OrderStatus, orders: number, units: number): void {
    const key = `${scope}/${status}`
    const sum = this.sums.get(key)
    if (!sum) this.sums.set(key, { scope, status, orders, units })
    else {
      sum.orders += orders
      sum.units += units
    }
  }

  all(): Iterable<Count> {
    return this.sums.values()
  }
}
