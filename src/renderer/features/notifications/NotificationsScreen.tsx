import { useCallback, useRef } from 'react'
import { useStore } from 'zustand'
import { Bell, CheckCheck } from 'lucide-react'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { NotificationListRow } from '#shared/protocol/views.ts'
import { Button } from '../../components/Button.tsx'
import { Message } from '../../components/Message.tsx'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import { useConsole } from '../../hooks/console.tsx'
import { useRealtimeNotifications } from '../../hooks/use-realtime-notifications.ts'
import { t } from '../../texts/text.ts'
import { isConnected, type ShownStatus } from '../shell/shown-status.ts'
import { useIsStale } from '../shell/use-is-stale.ts'
import { ListMessage } from '../shell/ListMessage.tsx'
import { ListScreen } from '../shell/ListScreen.tsx'
import { Note } from '../shell/Note.tsx'
import { WithPane } from '../shell/WithPane.tsx'
import { ExportButton, listOf } from '../paper/ExportButton.tsx'
import { useDo } from '../work/use-do.ts'
import { notificationColumns } from './columns.tsx'
import { NotificationPane } from './NotificationPane.tsx'

const nowhere = { product: null, order: null } as const

/** What concerns this user, newest first; opening one marks it as read. */
export function NotificationsScreen({ status }: { status: ShownStatus }): React.ReactNode {
  const { screen } = useConsole()
  const { list, look, hold } = useRealtimeNotifications(status.user?.id ?? null)
  const openId = useStore(screen, (state) => state.notificationId)
  const tableRef = useRef<TableHandle>(null)
  const { shown } = list
  const isStale = useIsStale(status)
  const { act } = useDo()
  const rows = shown?.rows ?? []
  const hasUnread = rows.some(({ readAt }) => readAt === null)
  const onOpen = useCallback(
    (row: NotificationListRow) => {
      screen.setState({ notificationId: row.id })
      if (row.readAt !== null) return
      const make = (id: MutationId): CommandIntent => ({
        kind: 'notification.read',
        mutation_id: id,
        notification_ids: [row.id],
      })
      void act(`read ${row.id}`, make, nowhere, true)
    },
    [act, screen],
  )
  const close = (): void => screen.setState({ notificationId: null })

  function readAll(): void {
    const newest = Math.max(...rows.map(({ createdAt }) => createdAt))
    const make = (id: MutationId): CommandIntent => ({
      kind: 'notification.read_all',
      mutation_id: id,
      up_to: afterAll(newest),
    })
    void act(`read all ${newest}`, make, nowhere, true)
  }

  return (
    <WithPane
      pane={
        openId !== null &&
        shown && (
          <NotificationPane
            key={openId}
            row={rows.find(({ id }) => id === openId) ?? null}
            onClose={() => {
              close()
              tableRef.current?.focus()
            }}
          />
        )
      }
    >
      <ListScreen
        title={t('screen.notifications')}
        tools={
          <>
            {hasUnread && (
              <Button onPress={readAll}>
                <CheckCheck size={16} aria-hidden />
                {t('notifications.read-all')}
              </Button>
            )}
            <ExportButton
              table={status.user && listOf('notifications.list', { userId: status.user.id })}
              title={t('export.list.notifications')}
            />
          </>
        }
        found={
          list.orderWaits
            ? t('stock.order-waits')
            : shown && t('notifications.matches', { count: shown.total })
        }
      >
        {!isConnected(status) && <Note>{t('notifications.offline')}</Note>}
        {!shown || (shown.total === 0 && status.asOf === null) ? (
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
            openId={openId}
            isStale={isStale}
            topKey="notifications"
            handle={tableRef}
            onLook={look}
            onHover={hold}
            onOpen={onOpen}
            onBack={close}
          />
        )}
      </ListScreen>
    </WithPane>
  )
}

/** The server keeps moments finer than this window does: the millisecond after the newest one shown still counts it in. */
const afterAll = (newest: number): string => new Date(newest + 1).toISOString()
