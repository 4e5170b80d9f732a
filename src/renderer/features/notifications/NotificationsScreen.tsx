import { Bell } from 'lucide-react'
import type { NotificationListRow } from '#shared/protocol/views.ts'
import { Message } from '../../components/Message.tsx'
import { VirtualTable } from '../../components/table/VirtualTable.tsx'
import { useRealtimeNotifications } from '../../hooks/use-realtime-notifications.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { notificationColumns } from './columns.tsx'

/** What concerns this user, newest first, to be read. */
export function NotificationsScreen({ status }: { status: ShownStatus }): React.ReactNode {
  const { list, look, hold } = useRealtimeNotifications(status.user?.id ?? null)
  const { shown } = list
  const isStale = useIsStale(status)
  return (
    <ListScreen
      title={t('screen.notifications')}
      found={
        list.orderWaits ? t('stock.order-waits') : shown && t('notifications.matches', { count: shown.total })
      }
    >
      {!shown ? (
        <ListMessage status={status} error={list.error} />
      ) : shown.total === 0 ? (
        <Message icon={<Bell size={20} />} title={t('notifications.empty.title')}>
          {t('notifications.empty.next')}
        </Message>
      ) : (
        <VirtualTable<NotificationListRow>
          label={t('notifications.label', { name: status.user?.displayName ?? '' })}
          list={shown}
          columns={notificationColumns}
          openId={null}
          isStale={isStale}
          topKey="notifications"
          onLook={look}
          onHover={hold}
        />
      )}
    </ListScreen>
  )
}
