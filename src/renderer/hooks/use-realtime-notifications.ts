import type { UserId } from '#shared/domain/ids.ts'
import { useRealtimeTable, type RealtimeTable } from './use-realtime-table.ts'

/** The live notifications of one user, newest first. */
export function useRealtimeNotifications(userId: UserId | null): RealtimeTable<'notifications.list'> {
  return useRealtimeTable('notifications.list', userId && { userId })
}
