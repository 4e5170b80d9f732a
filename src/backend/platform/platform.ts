import { readFileSync, readdirSync } from 'node:fs'

/*
 * What the database needs before it serves: the platform scripts stand in for what a Supabase project has of its own,
 * the migrations are the product's and run unchanged on both.
 */

const platformFolder = new URL('./', import.meta.url)
const migrationsFolder = new URL('../../../supabase/migrations/', import.meta.url)

const sqlFilesIn = (folder: URL): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()

/** Scripts that make PGlite or plain Postgres look like an empty Supabase project, in order; each may be run again. */
export const platformScripts: readonly string[] = sqlFilesIn(platformFolder).map((file) =>
  readFileSync(new URL(file, platformFolder), 'utf8'),
)

export interface Migration {
  /** The file's name without `.sql`: `<timestamp>_<name>`. */
  name: string
  sql: string
}

/** The migrations of supabase/migrations in their order. Each must be run once, by a role that owns `public`. */
export function migrationScripts(): Migration[] {
  return sqlFilesIn(migrationsFolder).map((file) => ({
    name: file.replace(/\.sql$/, ''),
    sql: readFileSync(new URL(file, migrationsFolder), 'utf8'),
  }))
}
