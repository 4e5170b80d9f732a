import { randomBytes } from 'node:crypto'
import type { Database } from './database.ts'

/**
 * The secret that signs this project's tokens. It lives in the database, where only its owner can read it, so that the
 * API keys which stations have stored go on working after a restart.
 */
export async function projectSecret(database: Database): Promise<string> {
  return database.transaction(async (tx) => {
    await tx.script(`
      create schema if not exists embedded_backend;
      revoke all on schema embedded_backend from public;
      create table if not exists embedded_backend.secrets (name text primary key, value text not null);`)
    const sql = `insert into embedded_backend.secrets (name, value) values ('jwt_secret', $1)
      on conflict (name) do update set value = secrets.value returning value`
    const [row] = await tx.query<{ value: string }>(sql, [randomBytes(40).toString('base64url')])
    if (!row) throw new Error('The project secret was not returned.')
    return row.value
  })
}
