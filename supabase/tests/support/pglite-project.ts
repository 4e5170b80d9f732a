import { PGlite } from '@electric-sql/pglite'
import { migrationScripts, platformScripts } from '#backend/platform/platform.ts'
import type { Row, Sql } from './sql.ts'

export interface PgliteProject {
  /** The one session, as the owner of the database. */
  sql: Sql
  stop(): Promise<void>
}

/** A project in memory, with the migrations of this repository and nothing in it. */
export async function startPgliteProject(): Promise<PgliteProject> {
  const db = new PGlite()
  for (const script of platformScripts) await db.exec(script)
  for (const migration of migrationScripts()) await db.exec(migration.sql)
  return {
    sql: {
      query: async <R extends Row>(text: string, params: readonly unknown[] = []) =>
        (await db.query<R>(text, [...params])).rows,
      script: async (text) => {
        await db.exec(text)
      },
    },
    stop: () => db.close(),
  }
}
