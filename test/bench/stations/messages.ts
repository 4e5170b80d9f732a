import type { FeedKind } from '#shared/protocol/status.ts'
import type { ServerAddress } from '#engine/ports.ts'

/* What passes between the scenario and its processes. */

export interface ServerBoot {
  databaseUrl: string
}

export type FromServer = { kind: 'ready'; url: string; anonKey: string; serviceRoleKey: string }

export interface HallBoot {
  directory: string
  server: ServerAddress
  user: { email: string; password: string }
  feed: FeedKind
  stations: number
  /** The marked stock line: its figure is the number of a change. */
  marked: { warehouseId: string; productId: string }
}

/** What the stations of one process heard since they were told to count. */
export interface Heard {
  /** The number of each marked change that reached a station's windows, and when, epoch ms. One list per station. */
  marks: { change: number; at: number }[][]
  /** Hints that reached the stations: pokes, or moved heads. Each is a message of the project's budget. */
  hints: number
  pulls: number
  /** Processor time of the process, ms. */
  cpuMs: number
}

export type ToHall = 'count' | 'tell' | 'stop'
export type FromHall = { kind: 'live' } | { kind: 'heard'; heard: Heard } | { kind: 'stopped' }
