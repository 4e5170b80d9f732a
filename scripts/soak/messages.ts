import type { LinkStatus } from '#shared/protocol/status.ts'
import type { ServerAddress } from '#engine/ports.ts'

/* What passes between the soak and the process of its console. */

export interface ConsoleBoot {
  directory: string
  server: ServerAddress
  user: { email: string; password: string }
}

/** One look at the console's process, after a garbage collection. */
export interface Sample {
  /** Seconds since the process began. */
  at: number
  rssMb: number
  heapMb: number
  externalMb: number
  /** Sockets, timers, pipes and whatever else keeps a process alive. */
  handles: number
  listeners: number
  feeds: number
}

export type FromConsole =
  | { kind: 'sample'; sample: Sample }
  | { kind: 'link'; at: LinkStatus['at']; asOf: number | null }
  | { kind: 'stopped' }
