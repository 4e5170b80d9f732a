import { AsyncLocalStorage } from 'node:async_hooks'
import { Scope, inSavepoint, inTransaction, type TransactionOptions } from './sql-scope.ts'
import { encodeParameter } from './sql-values.ts'
import type { SessionSource } from './sql-session.ts'
import type { Claims, Database, Queryable, SqlRow } from './database.ts'

/**
 * Transactions over any session source. A call made inside a transaction's `work`, also through the database itself,
 * belongs to that transaction: a nested one becomes a savepoint, so that a single session can never wait for itself.
 */
export class SqlDatabase implements Database {
  readonly #source: SessionSource
  readonly #current = new AsyncLocalStorage<Scope>()

  constructor(source: SessionSource) {
    this.#source = source
  }

  async query<R extends SqlRow = SqlRow>(sql: string, params: readonly unknown[] = []): Promise<R[]> {
    const scope = this.#openScope()
    if (scope) return scope.query<R>(sql, params)
    return (await this.#source.use((session) => session.query(sql, params.map(encodeParameter)))) as R[]
  }

  async script(sql: string): Promise<void> {
    const scope = this.#openScope()
    if (scope) return scope.script(sql)
    await this.#source.use((session) => session.run(sql))
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const enter = (scope: Scope): Promise<T> => this.#current.run(scope, () => work(scope))
    const outer = this.#openScope()
    if (outer) return inSavepoint(outer, enter, options)
    return this.#source.use((session) => {
      const scope = new Scope(session, null, () => this.#openScope())
      return inTransaction(session, scope, enter, options)
    })
  }

  async as<T>(
    claims: Claims,
    work: (tx: Queryable) => Promise<T>,
    options: TransactionOptions & { settings?: Record<string, string> } = {},
  ): Promise<T> {
    const settings = callerSettings(claims, options.settings)
    const isNested = this.#openScope() !== null
    return this.transaction(async (tx) => {
      // A savepoint that is released keeps its settings, so a nested caller hands the outer one's back.
      const before = isNested ? await readSettings(tx, Object.keys(settings)) : null
      await applySettings(tx, settings)
      const result = await work(tx)
      if (before) await applySettings(tx, before)
      return result
    }, options)
  }

  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>> {
    // Outside any transaction, and heard outside any: a notification belongs to nobody's work.
    return this.#current.exit(() =>
      this.#source.listen(channel, (payload) => this.#current.exit(() => hear(payload))),
    )
  }

  close(): Promise<void> {
    return this.#source.close()
  }

  #openScope(): Scope | null {
    const scope = this.#current.getStore()
    return scope?.isOpen ? scope : null
  }
}

/** What PostgREST sets for a request: the role to act as, and the claims that RLS helpers such as auth.uid() read. */
function callerSettings(claims: Claims, given: Record<string, string> = {}): Record<string, string> {
  return {
    'request.headers': '{}',
    ...given,
    'request.jwt.claims': JSON.stringify(claims),
    'request.jwt.claim.sub': claims.sub ?? '',
    'request.jwt.claim.role': claims.role,
    // Last: from here on the caller's own rights apply.
    role: claims.role,
  }
}

async function applySettings(tx: Queryable, settings: Record<string, string>): Promise<void> {
  const entries = Object.entries(settings)
  const calls = entries.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`)
  await tx.query(`select ${calls.join(', ')}`, entries.flat())
}

async function readSettings(tx: Queryable, names: readonly string[]): Promise<Record<string, string>> {
  const rows = await tx.query<{ name: string; value: string | null }>(
    'select name, current_setting(name, true) as value from unnest($1::text[]) as name',
    [names],
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value ?? '']))
}
