import type { Authorization } from './authorization.ts'
import type { BroadcastHub } from './broadcast-hub.ts'
import type { ChangeFeed } from './changes/change-feed.ts'
import type { Database } from '../database.ts'
import type { FaultState } from '../faults.ts'
import type { Limits } from './limits.ts'
import type { PresenceRegistry } from './presence-registry.ts'
import type { RealtimeSettings } from './settings.ts'
import type { VerifyToken } from './tokens.ts'

/** What all sockets and channels of one backend share. */
export interface RealtimeContext {
  settings: RealtimeSettings
  database: Database
  broadcasts: BroadcastHub
  /** Who hears of presence: the channels that turned it on. */
  presenceNews: BroadcastHub
  presence: PresenceRegistry
  authorization: Authorization
  changes: ChangeFeed
  limits: Limits
  verifyToken: VerifyToken
  faults: FaultState
  /** 0 up to 1, for faults and for spans of time. */
  random: () => number
  log: (line: string) => void
}
