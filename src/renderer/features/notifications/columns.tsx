import type { NotificationListRow } from '#shared/protocol/views.ts'
import { Age } from '../../components/Age.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import { SeverityMark } from '../alerts/SeverityMark.tsx'
import s from './columns.module.css'

export const notificationColumns: readonly Column<NotificationListRow>[] = [
  {
    id: 'severity',
    header: t('notifications.column.severity'),
    width: { px: 128 },
    align: 'start',
    cell: (row) => (
      <span className={s['mark']}>
        <span className={s['dot']} data-unread={row.readAt === null || undefined} />
        {row.readAt === null && <span className="said">{t('notifications.unread')}: </span>}
        <SeverityMark severity={row.severity} />
      </span>
    ),
  },
  {
    id: 'title',
    header: t('notifications.column.title'),
    width: { share: 2, minPx: 180 },
    align: 'start',
    cell: (row) => (
      <span className={s['title']} data-unread={row.readAt === null || undefined} title={row.title}>
        {row.title}
      </span>
    ),
  },
  {
    id: 'body',
    header: t('notifications.column.body'),
    width: { share: 3, minPx: 200 },
    align: 'start',
    hideBelowPx: 700,
    cell: (row) => (
      <span className={s['body']} title={row.body}>
        {row.body}
      </span>
    ),
  },
  {
    id: 'from',
    header: t('notifications.column.from'),
    width: { share: 1, minPx: 130 },
    align: 'start',
    hideBelowPx: 900,
    cell: (row) => (
      <span className={s['body']}>
        {row.from ?? t('notifications.from.system')}
        {row.escalatedAt !== null && (
          <span className={s['escalated']} title={t('notifications.escalated')}>
            {' · '}
            {t('notifications.escalated.short')}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'created',
    header: t('notifications.column.created'),
    width: { px: 80 },
    align: 'end',
    cell: (row) => <Age at={row.createdAt} />,
  },
]
