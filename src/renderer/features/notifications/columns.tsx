import type { NotificationListRow } from '#shared/protocol/views.ts'
import { Age } from '../../components/Age.tsx'
import type { Column } from '../../components/table/columns.ts'
import { t } from '../../texts/text.ts'
import s from './columns.module.css'

export const notificationColumns: readonly Column<NotificationListRow>[] = [
  {
    id: 'title',
    header: t('notifications.column.title'),
    width: { share: 2, minPx: 200 },
    align: 'start',
    cell: (row) => (
      <span className={s['title']} data-unread={row.readAt === null || undefined} title={row.title}>
        <span className={s['dot']} />
        {row.readAt === null && <span className="said">{t('notifications.unread')}: </span>}
        {row.title}
      </span>
    ),
  },
  {
    id: 'body',
    header: t('notifications.column.body'),
    width: { share: 3, minPx: 240 },
    align: 'start',
    cell: (row) => (
      <span className={s['body']} title={row.body}>
        {row.body}
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
