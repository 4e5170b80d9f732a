/*
 * The embedded backend, as the scripts and tests see it. `startBackend` in compose.ts makes one.
 */

/** Faults a test may ask for; all off unless the backend was started with `faults: true`. */
export interface FaultKnobs {
  /** Close every websocket at once without a close frame (1006), and refuse new connections while true. */
  cut(on: boolean): void
  /** Added to every HTTP answer and every frame to a client, in ms. */
  delay(delayMs: number): void
  /** Share (0..1) of broadcast frames lost, doubled, or swapped with the next one. */
  drop(share: number): void
  duplicate(share: number): void
  reorder(share: number): void
  /** Access tokens made from now on live this long, in seconds. */
  tokenLifetime(seconds: number): void
  /** Answer every HTTP request with this status (e.g. 407, 429, 503, 511) and HTML, or null for normal work. */
  refuse(status: number | null): void
}

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
  /** Backoff before a failed connect (2 s) and a failed join (5 s) as the real server has them; tests shorten them. */
  connectErrorBackoffMs?: number
  joinErrorBackoffMs?: number
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
