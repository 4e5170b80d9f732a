import type { ListParams, ListRow } from '#shared/protocol/views.ts'
import { must } from '#shared/lib/must.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import type { Page } from './mirror.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import { OverlaidOrders, type StoredOrder } from './overlay/overlaid-orders.ts'
import { momentMs } from './row-codec.ts'

type OrderRow = ListRow<'orders.list'>
type NotificationRow = ListRow<'notifications.list'>

interface StoredNotification extends Omit<NotificationRow, 'createdAt' | 'readAt' | 'escalatedAt'> {
  createdAt: string
  readAt: string | null
  escalatedAt: string | null
  /** What work says of it: 1 read, 0 not read, null nothing. */
  drawnRead: number | null
  drawnAt: number | null
}

/** What is most urgent first: by priority, then by when it is due (no date last), then the oldest. */
const urgency = 'priority, due_ms is null, due_ms, created_ms, id'

/** Windows of the order list and of the notifications, with this station's unsettled work in them. */
export class OrderLists {
  private readonly db: Db
  private readonly drawn: DrawnIndex
  private readonly overlaid: OverlaidOrders
  private readonly prepared = new Map<string, Statement<SqlValue[]>>()

  constructor(db: Db, drawn: DrawnIndex) {
    this.db = db
    this.drawn = drawn
    this.overlaid = new OverlaidOrders(db)
  }

  /** @param scope number of the warehouse's scope, or null for all warehouses */
  orders(scope: number | null, { status, offset, limit }: ListParams<'orders.list'>): Page<OrderRow> {
    if (this.drawn.hasOrders) {
      const wanted = { scope, status }
      const rows = this.overlaid.rows(wanted, offset, limit)
      return { total: this.overlaid.total(wanted), rows: rows.map(orderRow) }
    }
    const conditions = [...(scope === null ? [] : ['scope = ?']), ...(status === null ? [] : ['status = ?'])]
    const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
    const values = [...(scope === null ? [] : [scope]), ...(status === null ? [] : [status])]
    const rows = this.once<StoredOrder>(
      `
      select id, number, customer, status, priority, due_at as dueAt, created_at as createdAt, changed_at as changedAt,
             (select count(*) from sales_order_items i where i.order_id = o.id) as lines,
             (select coalesce(sum(quantity_ordered), 0) from sales_order_items i where i.order_id = o.id) as unitsOrdered,
             (select coalesce(sum(quantity_picked), 0) from sales_order_items i where i.order_id = o.id) as unitsPicked,
             0 as unsent
        from sales_orders o ${where} order by ${urgency} limit ? offset ?`,
    ).all(...values, limit, offset)
    return {
      total: this.count(`select count(*) as n from sales_orders ${where}`, values),
      rows: rows.map(orderRow),
    }
  }

  /** The newest first. */
  notifications({ userId, offset, limit }: ListParams<'notifications.list'>): Page<NotificationRow> {
    const rows = this.once<StoredNotification>(
      this.drawn.hasReads ? overlaidNotifications : plainNotifications,
    )
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

const notifications = (drawn: string, from: string): string => `
  select n.id, n.kind, n.title, n.body, n.link, n.severity,
         (select display_name from people where user_id = n.from_user and warehouse_id = n.warehouse_id) as "from",
         n.created_at as createdAt, n.read_at as readAt, n.escalated_at as escalatedAt, ${drawn}
    from notifications n ${from}
    where n.user_id = ? order by n.created_ms desc, n.id desc limit ? offset ?`

const plainNotifications = notifications('null as drawnRead, null as drawnAt', '')
const overlaidNotifications = notifications(
  'r.read as drawnRead, c.drawn_at as drawnAt',
  `left join overlay_reads r
      on r.rowid = (select rowid from overlay_reads where id = n.id order by command desc, rowid desc limit 1)
    left join overlay_commands c on c.no = r.command`,
)

const orderRow = ({ dueAt, createdAt, changedAt, unsent, ...row }: StoredOrder): OrderRow => ({
  ...row,
  dueAt: optionalMs(dueAt),
  createdAt: momentMs(createdAt),
  changedAt: momentMs(changedAt),
  unsent: unsent === 1,
})

function notificationRow({
  createdAt,
  readAt,
  escalatedAt,
  drawnRead,
  drawnAt,
  ...row
}: StoredNotification): NotificationRow {
  const read = drawnRead === 0 ? null : (optionalMs(readAt) ?? (drawnRead === 1 ? drawnAt : null))
  return { ...row, createdAt: momentMs(createdAt), readAt: read, escalatedAt: optionalMs(escalatedAt) }
}

const optionalMs = (text: string | null): number | null => (text === null ? null : momentMs(text))
