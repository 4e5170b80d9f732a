import type { SqlRow } from './database.ts'

/** One session of Postgres, used by one caller at a time. Errors leave it as DatabaseError. */
export interface SqlSession {
  query(sql: string, params: readonly (string | null)[]): Promise<SqlRow[]>
  /** Runs statements without parameters; returns the last one's command tag, such as "COMMIT". */
  run(sql: string): Promise<string>
}

/** Where sessions come from: the only one of PGlite, or a pool's. */
export interface SessionSource {
  /** Lends a session for the time of `work`, callers in the order they came. */
  use<T>(work: (session: SqlSession) => Promise<T>): Promise<T>
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
