/** How the realtime part behaves. Times in ms, sizes in bytes. */
export interface RealtimeSettings {
  /** Wait before a refused connection is answered. */
  connectErrorBackoffMs: number
  /** Wait before a failed join is answered; the whole socket stands still meanwhile. */
  joinErrorBackoffMs: number
  /** From the join reply to the moment changes are delivered and `system ok` says so. */
  subscribedAfterMs: number
  /** A new token takes effect for postgres_changes after a random time in this span. */
  tokenAppliedAfterMs: { least: number; most: number }
  /** A joined channel's token is looked at again at its expiry, and at least this often. */
  tokenCheckMs: number
  /** A socket that sends nothing for so long is closed with code 1000. */
  idleCloseMs: number
  /** Sockets without a channel are cut each time this has passed. */
  noChannelSweepMs: number
  /** How often the publication is looked at for tables that came or went. */
  publicationCheckMs: number
  /** Averages over 60 s, measured in steps of `rateStepMs`. */
  maxEventsPerSecond: number
  maxJoinsPerSecond: number
  maxPresenceEventsPerSecond: number
  rateStepMs: number
  maxChannelsPerClient: number
  /** Presence calls a channel may make within a span; one more closes it. */
  presenceCalls: { most: number; withinMs: number }
  maxPayloadBytes: number
  maxFrameBytes: number
  /** A changed row above this is sent without its long values. */
  maxRecordBytes: number
  /** Messages that one HTTP call may send. */
  maxMessagesPerCall: number
  /** Stored messages older than this are deleted; replay cannot reach further back. */
  messageRetentionMs: number
  janitorMs: number
}

const KB = 1_000
const MINUTE_MS = 60_000

/** As measured on Realtime 2.129.8 with a tenant as its seed makes one. */
export const RECORDED_SETTINGS: RealtimeSettings = {
  connectErrorBackoffMs: 2_000,
  joinErrorBackoffMs: 5_000,
  subscribedAfterMs: 3,
  tokenAppliedAfterMs: { least: 1_000, most: 3_000 },
  tokenCheckMs: 5 * MINUTE_MS,
  idleCloseMs: MINUTE_MS,
  noChannelSweepMs: 10 * MINUTE_MS,
  publicationCheckMs: MINUTE_MS,
  maxEventsPerSecond: 100,
  maxJoinsPerSecond: 100,
  maxPresenceEventsPerSecond: 1_000,
  rateStepMs: 5_000,
  maxChannelsPerClient: 100,
  presenceCalls: { most: 5, withinMs: 30_000 },
  maxPayloadBytes: 3_000 * KB,
  maxFrameBytes: 5_000 * KB,
  maxRecordBytes: 1_048_576,
  maxMessagesPerCall: 100,
  messageRetentionMs: 72 * 60 * MINUTE_MS,
  janitorMs: MINUTE_MS,
}

/**
 * For one site on one machine. The limit on events exists on a shared service to keep tenants from each other; here there is
 * one, and hundreds of stations that follow one warehouse are hundreds of events for each poke. It stays a limit, well above
 * what a site does, so that a loop gone wrong still ends. Messages are kept for five minutes: nothing of ours replays them,
 * and an in-memory database must not fill up with what was said.
 */
export const LOCAL_SETTINGS: RealtimeSettings = {
  ...RECORDED_SETTINGS,
  maxEventsPerSecond: 50_000,
  messageRetentionMs: 5 * MINUTE_MS,
}
