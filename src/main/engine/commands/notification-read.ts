import { inboxLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'

export const notificationRead: CommandSpec<CommandOf<'notification.read'>> = {
  kind: 'notification.read',
  lanes: () => [inboxLane],
  check: () => null,
  effects: ({ notification_ids }) =>
    notification_ids.map((id) => ({ on: 'notification', id, read: true }) as const),
}
