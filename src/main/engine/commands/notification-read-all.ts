import { inboxLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'

/** What had come by a moment is read at once, each by its name; what comes later stays unread. */
export const notificationReadAll: CommandSpec<CommandOf<'notification.read_all'>> = {
  kind: 'notification.read_all',
  lanes: () => [inboxLane],
  check: () => null,
  effects: ({ up_to }, look) =>
    look.unreadUpTo(Date.parse(up_to)).map((id) => ({ on: 'notification', id, read: true }) as const),
}
