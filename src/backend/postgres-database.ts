import pg from 'pg'
import { decoderFor } from './sql-values.ts'
import { PostgresListener } from './postgres-listener.ts'
import { toDatabaseError } from './postgres-errors.ts'
import { SqlDatabase } from './sql-database.ts'
import type { SessionSource, SqlSession } from './sql-session.ts'
import { DatabaseError } from './database.ts'
import type { Database, SqlRow } from './database.ts'

export interface PostgresDatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string
  /** Most sessions open at once, beside the one that listens; 10 when not given. */
  poolSize?: number
  log?: (line: string) => void
}

/** Connects to a Postgres server. Rejects with DatabaseError (08001) when there is none at `url`. */
export async function openPostgresDatabase(options: PostgresDatabaseOptions): Promise<Database> {
  const source = new PostgresSource(options)
  try {
    await source.use((session) => session.run('select 1'))
  } catch (error) {
    await source.close()
    throw error
  }
  return new SqlDatabase(source)
}

class PostgresSource implements SessionSource {
  readonly #pool: pg.Pool
  readonly #listener: PostgresListener
  #closing: Promise<void> | null = null

  constructor({ url, poolSize = 10, log = () => undefined }: PostgresDatabaseOptions) {
    const config: pg.ClientConfig = {
      connectionString: url,
      application_name: 'smart-shelf-backend',
      connectionTimeoutMillis: 10_000,
      types: { getTypeParser: (oid: number) => decoderFor(oid) },
    }
    this.#pool = new pg.Pool({ ...config, max: poolSize })
    // An idle session that dies is replaced at the next use; without a listener it would end the process.
    this.#pool.on('error', (error) => log(`A database session was lost: ${error.message}`))
    this.#listener = new PostgresListener(() => new pg.Client(config), log)
  }

  async use<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    if (this.#closing) throw new DatabaseError('08003', 'The database is closed.', null, null)
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw toDatabaseError(error)
    })
    const session = new PostgresSession(client)
    try {
      return await work(session)
    } finally {
      client.release(session.isBroken)
    }
  }

  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, hear)
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#listener.close(), this.#pool.end()]).then(() => undefined)
    return this.#closing
  }
}

type Result = pg.QueryResult<SqlRow>

class PostgresSession implements SqlSession {
  readonly #client: pg.PoolClient
  /** The connection itself failed: it must not go back to the pool. */
  isBroken = false

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  async query(sql: string, params: readonly (string | null)[]): Promise<SqlRow[]> {
    const result = await this.#guard(() => this.#client.query<SqlRow>(sql, [...params]))
    return result.rows
  }

  async run(sql: string): Promise<string> {
    // A script of many statements answers with one result for each, which the driver's types do not know.
    const result = await this.#guard<Result | Result[]>(() => this.#client.query(sql))
    const last = Array.isArray(result) ? result.at(-1) : result
    return last?.command ?? ''
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const known = toDatabaseError(error)
      if (known.code.startsWith('08') || known.code.startsWith('57P')) this.isBroken = true
      throw known
    }
  }
}
