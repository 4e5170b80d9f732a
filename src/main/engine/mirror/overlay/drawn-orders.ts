import type { OrderStatus } from '#shared/domain/rows.ts'
import { prepareOne, type Db, type SqlValue, type Statement } from '../database.ts'
import type { DrawnIndex } from './drawn-index.ts'

/** What is drawn over one order, all commands together. */
export interface DrawnOrder {
  /** Null where its row's own status stands. */
  status: OrderStatus | null
  picked: number
  unsent: number
}

/** Keeps one sum for each order that anything is drawn over, so that lists of orders need not add up commands. */
export class DrawnOrders {
  private readonly index: DrawnIndex
  private readonly touched = new Set<string>()
  private readonly sum: Statement<[{ id: string }], DrawnOrder & { commands: number }>
  private readonly put: Statement<[id: string, status: SqlValue, picked: number, unsent: number]>
  private readonly erase: Statement<[id: string]>
  /** What is drawn over an order, or null. */
  readonly of: (id: string) => DrawnOrder | null

  constructor(db: Db, index: DrawnIndex) {
    this.index = index
    this.sum = db.prepare(`
      select (select status from overlay_steps where order_id = @id order by command desc, rowid desc limit 1) as status,
             (select coalesce(sum(picked), 0) from overlay_picks where order_id = @id) as picked,
             coalesce(max(c.unsent), 0) as unsent, count(*) as commands
        from (
          select command from overlay_steps where order_id = @id
          union all select command from overlay_picks where order_id = @id
          union all select command from overlay_new_orders where id = @id
        ) d cross join overlay_commands c on c.no = d.command`)
    this.put = db.prepare(
      'insert or replace into overlay_orders (id, status, picked, unsent) values (?, ?, ?, ?)',
    )
    this.erase = db.prepare('delete from overlay_orders where id = ?')
    this.of = prepareOne(
      db,
      'select status, picked, unsent from overlay_orders where id = ?',
      (status: OrderStatus | null, picked: number, unsent: number): DrawnOrder => ({
        status,
        picked,
        unsent,
      }),
    )
  }

  /** Forgets what a transaction that was rolled back had gathered. */
  begin(): void {
    this.touched.clear()
  }

  get areTouched(): boolean {
    return this.touched.size > 0
  }

  touch(id: string): void {
    this.touched.add(id)
  }

  /** Sums up anew what was touched; part of the same transaction. */
  settle(): void {
    for (const id of this.touched) {
      const was = this.of(id) !== null
      const sum = this.sum.get({ id })
      const is = sum !== undefined && sum.commands > 0
      if (is) this.put.run(id, sum.status, sum.picked, sum.unsent)
      else if (was) this.erase.run(id)
      this.index.orders(Number(is) - Number(was))
    }
    this.touched.clear()
  }
}
