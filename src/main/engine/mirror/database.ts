import type BetterSqlite3 from 'better-sqlite3'

/* The handle to the file. Only mirror/ and outbox/ know that it is better-sqlite3. */

export type Db = BetterSqlite3.Database

/** A prepared statement by its positional parameters. */
export type Statement<P extends unknown[] = unknown[], R = unknown> = BetterSqlite3.Statement<P, R>

export type SqlValue = string | number | null
