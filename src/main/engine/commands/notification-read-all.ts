import { inboxLane } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'

export const notificationReadAll: CommandSpec<CommandOf<'notification.read_all'>> = {
  kind: 'notification.read_all',
  lanes: () => [inboxLane],
  check: () => null,
  effects: () => [],
}
