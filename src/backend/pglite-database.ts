import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { ensureCluster, newClusterFiles } from './pglite-cluster.ts'
import { FairQueue } from './fair-queue.ts'
import { decoderTable, identifier } from './sql-values.ts'
import { SqlDatabase } from './sql-database.ts'
import type { SessionSource, SqlSession } from './sql-session.ts'
import { DatabaseError } from './database.ts'
import type { Database, SqlRow } from './database.ts'

export interface PgliteDatabaseOptions {
  /** Folder of the database files, made when missing; in memory when not given. */
  dataDir?: string
}

/** Opens Postgres in this process. Rejects with DatabaseError when the folder cannot be opened. */
export async function openPgliteDatabase(options: PgliteDatabaseOptions = {}): Promise<Database> {
  const { dataDir } = options
  const pglite = await normalised(async () => {
    const pgliteOptions: PGliteOptions = { parsers: decoderTable(), extensions: { pgcrypto, pg_trgm } }
    if (dataDir === undefined) {
      const files = await newClusterFiles()
      return PGlite.create({ ...pgliteOptions, ...(files && { loadDataDir: files }) })
    }
    await ensureCluster(dataDir)
    return PGlite.create({ ...pgliteOptions, dataDir })
  })
  return new SqlDatabase(new PgliteSource(pglite))
}

/** PGlite has one session, so everyone waits for it in one queue. */
class PgliteSource implements SessionSource {
  readonly #pglite: PGlite
  readonly #turns = new FairQueue()
  readonly #session: SqlSession
  #closing: Promise<void> | null = null

  constructor(pglite: PGlite) {
    this.#pglite = pglite
    this.#session = {
      query: (sql, params) => normalised(() => this.#query(sql, params)),
      run: (sql) => normalised(() => this.#run(sql)),
    }
  }

  use<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(closedError())
    return this.#turns.run(() => work(this.#session))
  }

  async listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>> {
    const name = identifier(channel)
    const unlisten = await this.use(() => normalised(() => this.#pglite.listen(name, hear)))
    return async () => {
      if (!this.#closing) await this.use(() => normalised(() => unlisten()))
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#turns.run(() => this.#pglite.close())
    return this.#closing
  }

  async #query(sql: string, params: readonly (string | null)[]): Promise<SqlRow[]> {
    const { rows } = await this.#pglite.query<SqlRow>(sql, [...params], { serializers: ALREADY_TEXT })
    return rows
  }

  async #run(sql: string): Promise<string> {
    const results = await this.#pglite.exec(sql)
    return results.at(-1)?.command ?? ''
  }
}

/** PGlite looks up a serializer by type; ours have run already, so every type gets the one that does nothing. */
const ALREADY_TEXT = new Proxy<Record<number, (value: unknown) => string>>(
  {},
  { get: () => (value: unknown) => value },
)

async function normalised<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toDatabaseError(error)
  }
}

function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  const { code, message, detail, hint } = error as Partial<
    Record<'code' | 'message' | 'detail' | 'hint', string>
  >
  // Without an SQLSTATE it is the engine that failed, not the statement.
  return new DatabaseError(code ?? '58000', message ?? String(error), detail ?? null, hint ?? null, error)
}

function closedError(): DatabaseError {
  return new DatabaseError('08003', 'The database is closed.', null, null)
}
