import type { RealtimeSettings } from './realtime/index.ts'

/*
 * The embedded backend, as the scripts and tests see it. `startBackend` in compose.ts makes one.
 */

/** Faults a test may ask for; all off unless the backend was started with `faults: true`. */
export interface FaultKnobs {
  /** Close every websocket at once without a close frame (1006), and refuse new connections while true. */
  cut(on: boolean): void
  /** Added to every HTTP answer and every frame to a client, in ms. */
  delay(delayMs: number): void
  /**
   * Share (0..1) of news (broadcasts and row changes) lost, doubled, or swapped with the next one. All of it lost is the
   * silence of a server over its rate limit, of one whose database restarted, and of one that stopped reading changes:
   * joins and heartbeats are answered as ever.
   */
  drop(share: number): void
  duplicate(share: number): void
  reorder(share: number): void
  /** Access tokens made from now on live this long, in seconds. */
  tokenLifetime(seconds: number): void
  /** Answer every HTTP request with this status (e.g. 407, 429, 503, 511) and HTML, or null for normal work. */
  refuse(status: number | null): void
  /**
   * Answer only the upgrades to a websocket: with this status and a page, as a proxy does; with Realtime's own words, after
   * its pause; or with nothing at all. Null for normal work.
   */
  refuseUpgrade(answer: Refusal<number | UpgradeRefusal>): void
  /** Answer every join with this reason, e.g. `RealtimeRestarting: …`, or with nothing at all, or null for normal work. */
  refuseJoins(reason: Refusal<string>): void
  /**
   * Half-open: websockets stay open, but nothing passes in either direction, and upgrades hang. As when a router on the way
   * has forgotten the connections. What is said meanwhile is lost. HTTP works.
   */
  freeze(on: boolean): void
  /** Close every websocket once with this code: 1012 as a server that restarts, 1006 (no close frame) as one that was killed. */
  hangUp(code: number): void
  /** Tell every channel `Server requested disconnect`, then close every websocket with 1012, as before planned work. */
  drain(): void
  /** End every channel with this system error and `phx_close`, as for too many messages. The websockets stay open. */
  expel(message: string): void
  /** All faults off. */
  calm(): void
}

/** A refusal in Realtime's own words, e.g. 429 and `Too many connected users`. */
export interface UpgradeRefusal {
  status: number
  error: string
}

/** What is answered in place of the real thing; `hang` answers nothing. */
export type Refusal<T> = T | 'hang' | null

export interface BackendOptions {
  /** 0 picks a free one. */
  port: number
  host?: string
  /** PGlite's folder; in memory when neither this nor `databaseUrl` is given. */
  dataDir?: string
  databaseUrl?: string
  seed: 'demo' | 'empty'
  faults?: boolean
  /** Signs the tokens; made and kept in the data folder when not given. */
  jwtSecret?: string
  /** What differs from Realtime's local settings; tests shorten its pauses and lower its limits. */
  realtime?: Partial<RealtimeSettings>
  log?: (line: string) => void
}

export interface Backend {
  url: string
  anonKey: string
  serviceRoleKey: string
  /** Sign-in of the demo seed. */
  demoUser: { email: string; password: string } | null
  faults: FaultKnobs
  /** SQL as the owner of the database, for tests and the import. */
  sql<R extends Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<R[]>
  stop(): Promise<void>
}
