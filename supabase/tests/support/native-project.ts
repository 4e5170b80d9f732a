import pg from 'pg'
import { migrationScripts, platformScripts } from '#backend/platform/platform.ts'
import { startNativePostgres } from '#test/harness/native-postgres.ts'
import type { Row, Sql } from './sql.ts'

export interface NativeSession extends Sql {
  /** The server process of this session, as other sessions see it in pg_stat_activity. */
  pid: number
}

export interface NativeProject {
  /** A new session of the migrations' owner: like a hosted project's `postgres`, no superuser. */
  session(): Promise<NativeSession>
  stop(): Promise<void>
}

/** A project on native Postgres whose migrations were run by a role that is not a superuser, as on hosted Supabase. */
export async function startNativeProject(): Promise<NativeProject> {
  const server = await startNativePostgres()
  const clients: pg.Client[] = []
  const connect = async (url: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    clients.push(client)
    return client
  }

  // Whoever made the cluster gives up the name `postgres`, so that the platform can make an ordinary role of that name.
  const first = await connect(server.url)
  await first.query(`create role platform_admin superuser login password 'admin'`)
  const adminUrl = server.url.replace('postgres:postgres@', 'platform_admin:admin@')
  await first.end()
  const admin = await connect(adminUrl)
  await admin.query(`alter role postgres rename to cluster_owner`)
  for (const script of platformScripts) await admin.query(script)
  await admin.query(`alter role postgres login password 'postgres'`)
  const owner = await connect(server.url)
  for (const migration of migrationScripts()) await owner.query(migration.sql)

  return {
    session: async () => {
      const client = await connect(server.url)
      const answer = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      return {
        pid: answer.rows[0]?.pid ?? 0,
        query: async <R extends Row>(text: string, params: readonly unknown[] = []) =>
          (await client.query<R>(text, [...params])).rows,
        script: async (text) => {
          await client.query(text)
        },
      }
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
      await server.stop()
    },
  }
}
