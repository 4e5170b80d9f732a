/*
 * The port to Postgres: PGlite (one session, in process) or any Postgres behind a URL. Both must pass
 * test/contract/database.contract.ts.
 */

/** Claims of the caller's JWT, as PostgREST hands them to the database in `request.jwt.claims`. */
export interface Claims {
  role: string
  sub?: string
  [claim: string]: unknown
}

export type SqlRow = Record<string, unknown>

export interface Queryable {
  /** Runs one statement with positional parameters ($1, …). Errors carry Postgres' `code`, `detail`, `hint`. */
  query<R extends SqlRow = SqlRow>(sql: string, params?: readonly unknown[]): Promise<R[]>
  /** Runs a script of many statements without parameters. */
  script(sql: string): Promise<void>
}

export class DatabaseError extends Error {
  readonly code: string
  readonly detail: string | null
  readonly hint: string | null

  constructor(code: string, message: string, detail: string | null, hint: string | null, cause?: unknown) {
    super(message, { cause })
    this.name = 'DatabaseError'
    this.code = code
    this.detail = detail
    this.hint = hint
  }
}

export interface Database extends Queryable {
  /** One transaction; rolled back when `work` throws or asks for it by `options.rollback`. */
  transaction<T>(
    work: (tx: Queryable) => Promise<T>,
    options?: { readOnly?: boolean; rollback?: boolean },
  ): Promise<T>
  /** A transaction as the caller of a JWT: `set local role`, `request.jwt.claims`, and what RLS helpers read. */
  as<T>(
    claims: Claims,
    work: (tx: Queryable) => Promise<T>,
    options?: { readOnly?: boolean; rollback?: boolean; settings?: Record<string, string> },
  ): Promise<T>
  /** LISTEN: `hear` is called after commit, in commit order, with the NOTIFY payload. Returns UNLISTEN. */
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
