import type { RowId, UserId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Db, Statement } from './database.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'

/** What a person has not read yet, with this station's unsettled work in it. */
export class UnreadNotifications {
  private readonly owner: UserId
  private readonly drawn: DrawnIndex
  private readonly plain: Unread
  private readonly overlaid: Unread

  constructor(db: Db, owner: UserId, drawn: DrawnIndex) {
    this.owner = owner
    this.drawn = drawn
    this.plain = unreadIn(db, '', 'n.read_at is null')
    this.overlaid = unreadIn(
      db,
      `left join overlay_reads r
         on r.rowid = (select rowid from overlay_reads where id = n.id order by command desc, rowid desc limit 1)`,
      'coalesce(r.read = 0, n.read_at is null)',
    )
  }

  count(): number {
    return this.now.count.get(this.owner) ?? 0
  }

  /** Those that had come by a moment of the server's time. */
  upTo(moment: Millis): RowId[] {
    return this.now.ids.all(this.owner, moment)
  }

  private get now(): Unread {
    return this.drawn.hasReads ? this.overlaid : this.plain
  }
}

interface Unread {
  count: Statement<[user: string], number>
  ids: Statement<[user: string, upTo: number], RowId>
}

const unreadIn = (db: Db, join: string, isUnread: string): Unread => ({
  count: db
    .prepare<[string], number>(
      `select count(*) from notifications n ${join} where n.user_id = ? and ${isUnread}`,
    )
    .pluck(),
  ids: db
    .prepare<[string, number], RowId>(
      `
      select n.id from notifications n ${join}
        where n.user_id = ? and n.created_ms <= ? and ${isUnread} order by n.created_ms, n.id`,
    )
    .pluck(),
})
