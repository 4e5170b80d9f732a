import { useCallback } from 'react'
import { Bell, CheckCheck } from 'lucide-react'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, RowId } from '#shared/domain/ids.ts'
import type { NotificationListRow } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable } from '../../components/table/VirtualTable.tsx'
import { useRealtimeNotifications } from '../../hooks/use-realtime-notifications.ts'
import { t } from '../../texts/text.ts'
import type { ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { useDo } from '../work/use-do.ts'
import { notificationColumns } from './columns.tsx'

/** What concerns this user, newest first; opening one marks it as read. */
export function NotificationsScreen({ status }: { status: ShownStatus }): React.ReactNode {
  const { list, look, hold } = useRealtimeNotifications(status.user?.id ?? null)
  const { shown } = list
  const isStale = useIsStale(status)
  const { act } = useDo()
  const unread = (shown?.rows ?? []).filter(({ readAt }) => readAt === null).map(({ id }) => id)
  const read = useCallback(
    (ids: readonly RowId[]) => {
      if (ids.length === 0) return
      const make = (id: MutationId): CommandIntent => ({
        kind: 'notification.read',
        mutation_id: id,
        notification_ids: [...ids],
      })
      void act(`read ${ids.join(' ')}`, make, { product: null, order: null }, true)
    },
    [act],
  )
  const onOpen = useCallback((row: NotificationListRow) => read(row.readAt === null ? [row.id] : []), [read])
  return (
    <ListScreen
      title={t('screen.notifications')}
      tools={
        unread.length > 0 && (
          <Button onPress={() => read(unread)}>
            <CheckCheck size={16} aria-hidden />
            {t('notifications.read-all')}
          </Button>
        )
      }
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
          onOpen={onOpen}
        />
      )}
    </ListScreen>
  )
}
