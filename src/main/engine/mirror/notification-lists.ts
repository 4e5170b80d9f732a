import type { ListParams, ListRow } from '#shared/protocol/views.ts'
import { must } from '#shared/lib/must.ts'
import type { Db, Statement } from './database.ts'
import type { Page } from './mirror.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import { momentMs } from './row-codec.ts'

type NotificationRow = ListRow<'notifications.list'>
type Asked = [userId: string, limit: number, offset: number]

interface StoredNotification extends Omit<NotificationRow, 'createdAt' | 'readAt' | 'escalatedAt'> {
  createdAt: string
  readAt: string | null
  escalatedAt: string | null
  /** What work says of it: 1 read, 0 not read, null nothing. */
  drawnRead: number | null
  drawnAt: number | null
}

/** Windows of the notifications, with this station's unsettled work in them. */
export class NotificationLists {
  private readonly drawn: DrawnIndex
  private readonly plain: Statement<Asked, StoredNotification>
  private readonly overlaid: Statement<Asked, StoredNotification>
  private readonly count: Statement<[userId: string], number>

  constructor(db: Db, drawn: DrawnIndex) {
    this.drawn = drawn
    this.plain = db.prepare(plainNotifications)
    this.overlaid = db.prepare(overlaidNotifications)
    this.count = db.prepare<[string], number>('select count(*) from notifications where user_id = ?').pluck()
  }

  /** The newest first. */
  page({ userId, offset, limit }: ListParams<'notifications.list'>): Page<NotificationRow> {
    const rows = this.drawn.hasReads ? this.overlaid : this.plain
    return {
      total: must(this.count.get(userId), 'a count'),
      rows: rows.all(userId, limit, offset).map(notificationRow),
    }
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
