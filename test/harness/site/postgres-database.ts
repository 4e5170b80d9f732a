import type { Millis } from '#shared/lib/time.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import { MESSAGES_CHANNEL } from '#backend/realtime/database-broadcasts.ts'
import { migrate } from '#backend/migrate.ts'
import { openPgliteDatabase } from '#backend/pglite-database.ts'
import { migrationScripts, platformScripts } from '#backend/platform/platform.ts'
import type { Database, Queryable } from '#backend/database.ts'

/*
 * One Postgres for the whole process, with the migrations of `supabase/` unchanged, emptied for each site. Its clock and its
 * dice are the site's: the same seed makes the same rows, numbers and epochs.
 */

/** Everything the product keeps, in an order that foreign keys allow to be filled. */
const TABLES = [
  'auth.users',
  'public.warehouses',
  'public.products',
  'public.product_barcodes',
  'public.inventory',
  'public.stock_movements',
  'public.sales_orders',
  'public.sales_order_items',
  'public.notifications',
  'public.alerts',
  'public.alert_receipts',
  'public.stations',
  'public.profiles',
  'public.warehouse_members',
  'public.people',
  'public.operators',
  'public.command_ledger',
  'public.sync_scopes',
  'public.sync_changes',
] as const

const OWN_TIME_AND_DICE = `
  create schema site;
  create sequence site.uuids;
  ${['clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'now']
    .map(
      (name) => `create or replace function pg_catalog.${name}() returns timestamptz
        language sql ${name === 'clock_timestamp' ? 'volatile' : 'stable'}
        as $$ select coalesce(nullif(pg_catalog.current_setting('site.now', true), ''), '2026-11-22')::timestamptz $$;`,
    )
    .join('\n')}
  create or replace function pg_catalog.gen_random_uuid() returns uuid language sql volatile
    as $$ select pg_catalog.md5(pg_catalog.nextval('site.uuids'::regclass)::text)::uuid $$;
  ${TABLES.map((table) => `create table site.${backupOf(table)} as table ${table};`).join('\n')}
`

function backupOf(table: string): string {
  return `backup_${table.replace('.', '_')}`
}

/** Runs as its owner past triggers, as a restore from a backup does. */
const asRestore = (work: string): string => `
  set session_replication_role = replica;
  ${work}
  set session_replication_role = origin;`

const EMPTY = asRestore(`
  truncate ${TABLES.join(', ')}, realtime.messages cascade;
  alter sequence site.uuids restart;
  alter sequence public.sync_scopes_id_seq restart;
  insert into public.sync_scopes (scope) values ('site');
  update public.sync_settings set poke_rate = 1000, schema_version = ${SCHEMA_VERSION}, min_client = 1;`)

const BACK_UP = TABLES.map(
  (table) => `truncate site.${backupOf(table)}; insert into site.${backupOf(table)} select * from ${table};`,
).join('\n')

const RESTORE = asRestore(`
  truncate ${TABLES.join(', ')} cascade;
  ${TABLES.map((table) => `insert into ${table} overriding system value select * from site.${backupOf(table)};`).join('\n')}`)

export interface SiteDatabase extends Queryable {
  /** As this user, as PostgREST would run a request. */
  as<T>(user: string, work: (tx: Queryable) => Promise<T>): Promise<T>
  backUp(): Promise<void>
  restore(): Promise<void>
}

export interface SharedPostgres {
  /** Empties the database and hands it to one site. At most one site has it at a time. */
  use(now: () => Millis, heard: (announcement: string) => void): Promise<SiteDatabase>
  /** True while the database works on something: time must not pass meanwhile. */
  isBusy(): boolean
  close(): Promise<void>
}

let shared: Promise<SharedPostgres> | null = null

/** The process's own Postgres, opened by whoever needs it first. */
export const sharedPostgres = (): Promise<SharedPostgres> => (shared ??= open())

/** Ends it, for a process that wants to end. */
export async function closeSharedPostgres(): Promise<void> {
  const open = shared
  shared = null
  await (await open)?.close()
}

async function open(): Promise<SharedPostgres> {
  const database = await openPgliteDatabase()
  await migrate(database, platformScripts, migrationScripts())
  await database.script(OWN_TIME_AND_DICE)
  let busy = 0
  let hear: (announcement: string) => void = () => undefined
  await database.listen(MESSAGES_CHANNEL, (text) => hear(text))

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    busy += 1
    try {
      return await work()
    } finally {
      busy -= 1
    }
  }

  return {
    isBusy: () => busy > 0,
    async use(now, heard) {
      hear = () => undefined
      await counted(() => database.script(EMPTY))
      hear = heard
      return siteDatabase(database, counted, now)
    },
    close: () => database.close(),
  }
}

function siteDatabase(
  database: Database,
  counted: <T>(work: () => Promise<T>) => Promise<T>,
  now: () => Millis,
): SiteDatabase {
  const timestamp = (): string => new Date(now()).toISOString()
  const inTime = <T>(work: (tx: Queryable) => Promise<T>): Promise<T> =>
    counted(() =>
      database.transaction(async (tx) => {
        await tx.query(`select set_config('site.now', $1, true)`, [timestamp()])
        return work(tx)
      }),
    )
  return {
    query: (sql, params) => inTime((tx) => tx.query(sql, params)),
    script: (sql) => inTime((tx) => tx.script(sql)),
    as: (user, work) =>
      counted(() =>
        database.as({ role: 'authenticated', sub: user, aud: 'authenticated' }, work, {
          settings: { 'site.now': timestamp() },
        }),
      ),
    backUp: () => inTime((tx) => tx.script(BACK_UP)),
    restore: () => inTime((tx) => tx.script(RESTORE)),
  }
}
