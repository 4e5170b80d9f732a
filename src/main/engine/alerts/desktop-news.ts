import type { RowId } from '#shared/domain/ids.ts'
import type { Severity } from '#shared/domain/rows.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { ListRow } from '#shared/protocol/views.ts'
import type { Changeset, LocalMirror } from '../mirror/mirror.ts'
import type { Cancel, Clock, Log } from '../ports.ts'

/** What the desktop tells a person: a few notifications that have just come, and how many more came with them. */
export interface DesktopNews {
  items: { id: RowId; title: string; body: string; link: string | null; severity: Severity }[]
  more: number
}

/** After an outage many come at once: so many are told one by one. */
export const TOLD_AT_ONCE = 3
/** What comes together is told together. */
const GATHERED_FOR_MS = SECOND_MS
/** What lay longer on the server is no news: it is in the list. */
export const NEWS_FOR_MS = 60 * MINUTE_MS
/** No more are looked through at once. */
const LOOKED_THROUGH = 100

interface NewsPorts {
  clock: Clock
  log: Log
  mirror: Pick<LocalMirror, 'notifications' | 'owner'>
  /** The server's time. */
  serverNow: () => Millis
  /** Whether their role wants to be told. */
  isWanted: () => boolean
  tell: (news: DesktopNews) => void
}

export interface NewsWatch {
  changed(changeset: Pick<Changeset, 'tables' | 'everything'>): void
  close(): void
}

/** Tells of unread notifications that come from now on, each once. @throws MirrorError at the start */
export function watchNews({ clock, log, mirror, serverNow, isWanted, tell }: NewsPorts): NewsWatch {
  const newest = (): ListRow<'notifications.list'>[] =>
    mirror.notifications({ userId: mirror.owner(), offset: 0, limit: LOOKED_THROUGH }).rows
  const known = new Set<RowId>(newest().map(({ id }) => id))
  let gathering: Cancel | null = null

  function look(): void {
    gathering = null
    try {
      tellNew()
    } catch (error) {
      // A view meets the same trouble, and tells of it.
      log.warn('alerts.no-news', { error: String(error) })
    }
  }

  function tellNew(): void {
    const oldest = serverNow() - NEWS_FOR_MS
    const came = newest().filter(({ id }) => !known.has(id))
    for (const { id } of came) known.add(id)
    const news = came.filter(({ readAt, createdAt }) => readAt === null && createdAt >= oldest)
    if (news.length === 0 || !isWanted()) return
    const items = news
      .slice(0, TOLD_AT_ONCE)
      .map(({ id, title, body, link, severity }) => ({ id, title, body, link, severity }))
    tell({ items, more: news.length - items.length })
  }

  return {
    changed({ tables, everything }) {
      if (gathering === null && (everything || tables.notifications))
        gathering = clock.after(GATHERED_FOR_MS, look)
    },
    close() {
      gathering?.()
      gathering = null
    },
  }
}
