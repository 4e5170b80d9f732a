/*
 * The two databases of these tests behind one face: PGlite for what one session shows, native Postgres for what needs two.
 */

export type Row = Record<string, unknown>

export interface Sql {
  query<R extends Row = Row>(text: string, params?: readonly unknown[]): Promise<R[]>
  /** Many statements, without parameters. */
  script(text: string): Promise<void>
}

/** Who asks, as a request's token would say. */
export type Caller = { role: 'anon' } | { role: 'service_role' } | { role: 'authenticated'; id: string }

export const user = (id: string): Caller => ({ role: 'authenticated', id })
export const anon: Caller = { role: 'anon' }
export const service: Caller = { role: 'service_role' }

/** Runs `work` as a request of `caller` would run: in a transaction of its own, under its role and claims. */
export async function asCaller<T>(sql: Sql, caller: Caller, work: (sql: Sql) => Promise<T>): Promise<T> {
  await sql.query('begin')
  try {
    const claims = {
      role: caller.role,
      ...(caller.role === 'authenticated' ? { sub: caller.id, aud: 'authenticated' } : {}),
    }
    await sql.query(
      `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
              set_config('request.jwt.claim.sub', '', true), set_config('request.jwt.claim.role', '', true)`,
      [caller.role, JSON.stringify(claims)],
    )
    const answer = await work(sql)
    await sql.query('commit')
    return answer
  } catch (error) {
    await sql.query('rollback')
    throw error
  }
}

/** The SQLSTATE of the error that `work` ends with; null when it succeeds. */
export async function sqlstateOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
    throw error
  }
}
