import type { ListParams, ListRow } from '#shared/protocol/views.ts'
import { must } from '#shared/lib/must.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import type { Page } from './mirror.ts'
import { momentMs } from './row-codec.ts'

type OrderRow = ListRow<'orders.list'>
type NotificationRow = ListRow<'notifications.list'>

type Stored<Row, Moment extends keyof Row> = Omit<Row, Moment> & { [M in Moment]: string | null }
type StoredOrder = Stored<OrderRow, 'dueAt' | 'createdAt' | 'changedAt'>
type StoredNotification = Stored<NotificationRow, 'createdAt' | 'readAt'>

/** What is most urgent first: by priority, then by when it is due (no date last), then the oldest. */
const urgency = 'priority, due_ms is null, due_ms, created_ms, id'

/** Windows of the order list and of the notifications. */
export class OrderLists {
  private readonly db: Db
  private readonly prepared = new Map<string, Statement<SqlValue[]>>()

  constructor(db: Db) {
    this.db = db
  }

  /** @param scope number of the warehouse's scope, or null for all warehouses */
  orders(scope: number | null, { status, offset, limit }: ListParams<'orders.list'>): Page<OrderRow> {
    const conditions = [...(scope === null ? [] : ['scope = ?']), ...(status === null ? [] : ['status = ?'])]
    const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
    const values = [...(scope === null ? [] : [scope]), ...(status === null ? [] : [status])]
    const rows = this.once<StoredOrder>(
      `
      select id, number, customer, status, priority, due_at as dueAt, created_at as createdAt, changed_at as changedAt,
             (select count(*) from sales_order_items i where i.order_id = o.id) as lines,
             (select coalesce(sum(quantity_ordered), 0) from sales_order_items i where i.order_id = o.id) as unitsOrdered,
             (select coalesce(sum(quantity_picked), 0) from sales_order_items i where i.order_id = o.id) as unitsPicked
        from sales_orders o ${where} order by ${urgency} limit ? offset ?`,
    ).all(...values, limit, offset)
    return {
      total: this.count(`select count(*) as n from sales_orders ${where}`, values),
      rows: rows.map(orderRow),
    }
  }

  /** The newest first. */
  notifications({ userId, offset, limit }: ListParams<'notifications.list'>): Page<NotificationRow> {
    const rows = this.once<StoredNotification>(`
      select id, kind, title, body, link, created_at as createdAt, read_at as readAt
        from notifications where user_id = ? order by created_ms desc, id desc limit ? offset ?`)
    return {
      total: this.count('select count(*) as n from notifications where user_id = ?', [userId]),
      rows: rows.all(userId, limit, offset).map(notificationRow),
    }
  }

  private count(sql: string, values: SqlValue[]): number {
    return must(this.once<{ n: number }>(sql).get(...values), 'a count').n
  }

  private once<R>(sql: string): Statement<SqlValue[], R> {
    let statement = this.prepared.get(sql)
    if (!statement) this.prepared.set(sql, (statement = this.db.prepare<SqlValue[]>(sql)))
    return statement as Statement<SqlValue[], R>
  }
}

const orderRow = ({ dueAt, createdAt, changedAt, ...row }: StoredOrder): OrderRow => ({
  ...row,
  unsent: false,
  dueAt: optionalMs(dueAt),
  createdAt: momentMs(must(createdAt, 'when the order was made')),
  changedAt: momentMs(must(changedAt, 'when the order changed')),
})

const notificationRow = ({ createdAt, readAt, ...row }: StoredNotification): NotificationRow => ({
  ...row,
  createdAt: momentMs(must(createdAt, 'when the notification was made')),
  readAt: optionalMs(readAt),
})

const optionalMs = (text: string | null): number | null => (text === null ? null : momentMs(text))
