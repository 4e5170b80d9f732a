import type BetterSqlite3 from 'better-sqlite3'

/* The handle to the file. Only mirror/ and outbox/ know that it is better-sqlite3. */

export type Db = BetterSqlite3.Database

/** A prepared statement by its positional parameters. */
export type Statement<P extends unknown[] = unknown[], R = unknown> = BetterSqlite3.Statement<P, R>

/** Runs work in a transaction, or in a savepoint of the one there is. */
export type Transaction = BetterSqlite3.Transaction<(work: () => unknown) => unknown>

export type SqlValue = string | number | null

/** The statement of this shape, prepared when it is first needed. */
export function prepared<S>(statements: Map<string, S>, shape: string, prepare: () => S): S {
  let statement = statements.get(shape)
  if (!statement) statements.set(shape, (statement = prepare()))
  return statement
}

/**
 * A statement that reads one row, as what `make` makes of its columns. better-sqlite3 generates the code of a row object anew
 * at each `get`, which costs ten times the look-up itself; arrays it hands out as they are.
 */
export function prepareOne<R>(
  db: Db,
  sql: string,
  make: (...columns: never) => R,
): (...parameters: SqlValue[]) => R | null {
  const statement = db.prepare<SqlValue[]>(sql).raw()
  return (...parameters) => {
    const columns = statement.get(...parameters)
    return columns === undefined ? null : make(...(columns as never))
  }
}
