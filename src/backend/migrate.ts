import { DatabaseError, type Database, type Queryable } from './database.ts'
import { BackendStartError } from './start-error.ts'
import type { Migration } from './platform/platform.ts'

/*
 * Brings a database up to date, empty or not, and keeps the same record of it as the Supabase CLI: one row per migration in
 * supabase_migrations.schema_migrations.
 */

const RECORD = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text primary key, statements text[], name text
  );`

/** Two backends that start on one Postgres take turns. The number is only ours. */
const LOCK = 7_304_113

/**
 * Runs the platform scripts, then the migrations that are not recorded yet, each in a transaction with its record.
 * Returns the names of those that ran. Throws BackendStartError (migration-failed, newer-database).
 */
export async function migrate(
  database: Database,
  platform: readonly string[],
  migrations: readonly Migration[],
): Promise<string[]> {
  await step(database, 'The platform scripts', async (tx) => {
    for (const script of platform) await tx.script(script)
    await tx.script(RECORD)
  })
  const applied = await appliedVersions(database)
  refuseTheFuture(applied, migrations)
  const ran: string[] = []
  for (const migration of migrations) {
    if (applied.has(versionOf(migration))) continue
    if (await run(database, migration)) ran.push(migration.name)
  }
  return ran
}

/** False when another backend was faster. */
async function run(database: Database, migration: Migration): Promise<boolean> {
  return step(database, `The migration ${migration.name}`, async (tx) => {
    const version = versionOf(migration)
    if ((await appliedVersions(tx)).has(version)) return false
    await tx.script(migration.sql)
    await tx.query(`insert into supabase_migrations.schema_migrations values ($1, $2, $3)`, [
      version,
      [migration.sql],
      migration.name.slice(version.length + 1),
    ])
    return true
  })
}

async function step<T>(database: Database, what: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
  try {
    return await database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
      return work(tx)
    })
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    const detail = [error.message, error.detail, error.hint].filter(Boolean).join(' ')
    throw new BackendStartError('migration-failed', `${what} failed: ${detail} (${error.code})`, error)
  }
}

async function appliedVersions(db: Queryable): Promise<Set<string>> {
  const rows = await db.query<{ version: string }>(
    'select version from supabase_migrations.schema_migrations',
  )
  return new Set(rows.map(({ version }) => version))
}

function refuseTheFuture(applied: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(versionOf))
  const newest = [...known].sort().at(-1) ?? ''
  const unknown = [...applied].filter((version) => !known.has(version) && version > newest)
  if (unknown.length === 0) return
  throw new BackendStartError(
    'newer-database',
    `This database was made by a newer version of Smart Shelf Console (migration ${unknown.join(', ')}). Update, or use another data folder.`,
  )
}

/** The timestamp that a migration's name begins with. */
function versionOf({ name }: Migration): string {
  return name.split('_', 1)[0] ?? name
}
