import { CommandOutcome } from '#shared/domain/commands.ts'
import type { UserId } from '#shared/domain/ids.ts'
import { BucketRows, Digest, Poke, PullAnswer } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import type { Clock } from '#engine/ports.ts'
import { DatabaseError } from '#backend/database.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'
import { sharedPostgres } from './postgres-database.ts'
import type { SiteDatabase } from './postgres-database.ts'
import type { ScopeHead, SiteServer } from './site-server.ts'
import { mirroredTables } from './tables.ts'
import type { Row, Statement } from './tables.ts'

/** The SQL functions and triggers of `supabase/migrations` themselves, asked as the user that a station signs in as. */
export async function postgresServer(clock: Clock): Promise<SiteServer> {
  const listeners = new Set<(poke: Poke) => void>()
  const waiting: string[] = []
  let fetching: Promise<void> | null = null
  const postgres = await sharedPostgres()
  const db: SiteDatabase = await postgres.use(() => clock.now(), heard)

  const tell = (payload: unknown): void => {
    const poke = Poke.parse(payload)
    for (const hear of [...listeners]) hear(structuredClone(poke))
  }

  /** Lines: id, private or public, topic, event, and the payload when NOTIFY had room for it. */
  function heard(announcement: string): void {
    const [id = '', , , event = '""', ...payload] = announcement.split('\n')
    // Events between consoles are hints; these sites have none.
    if (JSON.parse(event) !== 'poke') return
    if (payload.length > 0 && !fetching) return tell(JSON.parse(payload.join('\n')))
    // Messages keep their order, so nobody overtakes one that is being fetched.
    waiting.push(id)
    fetching ??= fetchWaiting().finally(() => {
      fetching = null
    })
  }

  async function fetchWaiting(): Promise<void> {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const [row] = await db.query<{ payload: unknown }>(
        'select payload from realtime.messages where id = $1',
        [id],
      )
      if (row) tell(row.payload)
    }
  }

  async function call<T>(user: UserId, sql: string, params: unknown[]): Promise<T> {
    const rows = await db.as(user, (tx) => tx.query<{ answer: T }>(`select ${sql} as answer`, params))
    return must(rows[0], 'the answer of a function').answer
  }

  /** A function's answer; null when it says that the scope is not granted. */
  async function callForScope<T>(user: UserId, sql: string, params: unknown[]): Promise<T | null> {
    try {
      return await call<T>(user, sql, params)
    } catch (error) {
      if (error instanceof DatabaseError && error.code === 'PT403') return null
      throw error
    }
  }

  return {
    kind: 'postgres',
    pull: async (user, cursors, limit, unsure = []) =>
      PullAnswer.parse(
        await call(user, 'public.sync_pull($1, $2, $3)', [JSON.stringify(cursors), limit, unsure]),
      ),
    push: async (user, commands) =>
      CommandOutcome.array().parse(await call(user, 'public.apply_commands($1)', [JSON.stringify(commands)])),
    digest: async (user, scope) =>
      Digest.nullable().parse(await callForScope(user, 'public.sync_digest($1)', [scope])),
    buckets: async (user, scope, buckets) =>
      BucketRows.nullable().parse(
        await callForScope(user, 'public.sync_buckets($1, $2)', [scope, JSON.stringify(buckets)]),
      ),
    async granted(user) {
      return PullAnswer.parse(await call(user, "public.sync_pull('[]', 1)", [])).granted
    },
    hear(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    listeners: () => listeners.size,

    async addUser(user, name) {
      await db.query('insert into auth.users (id, email) values ($1, $2)', [user, `${name}@shelf.test`])
    },
    async write(statement) {
      await db.query(...sqlOf(statement))
    },
    backUp: () => db.backUp(),
    async restore() {
      await db.restore()
      await db.query('select public.sync_renew_epochs()')
    },
    async prune(keepMs) {
      await db.query(`select public.sync_prune(make_interval(secs => $1))`, [keepMs / 1_000])
    },
    async schema({ version, minClient }) {
      await db.query('update public.sync_settings set schema_version = $1, min_client = $2', [
        version,
        minClient,
      ])
    },

    async heads() {
      return db.query<ScopeHead & Record<string, unknown>>(
        `select scope, epoch::text, head::integer from public.sync_scopes order by scope`,
      )
    },
    readable: (user) =>
      db.as(user, async (tx) => {
        const tables = new Map<MirroredTable, Row[]>()
        for (const table of mirroredTables) {
          const rows = await tx.query<{ row: Row }>(`select row_to_json(t) as row from public.${table} t`)
          tables.set(
            table,
            rows.map(({ row }) => row),
          )
        }
        return tables
      }),
    entries: () => null,
    query: (sql, params) => db.query(sql, params),
    async stop() {
      listeners.clear()
      await fetching
    },
  }
}

function sqlOf(statement: Statement): [sql: string, params: unknown[]] {
  const table = `public.${statement.table}`
  if (statement.kind === 'delete')
    return [`delete from ${table} where id = any ($1::uuid[])`, [statement.ids]]
  const rows = JSON.stringify(statement.rows)
  const columns = Object.keys(must(statement.rows[0], 'a row to write')).join(', ')
  const given = `select ${columns} from json_populate_recordset(null::${table}, $1)`
  return statement.kind === 'insert'
    ? [`insert into ${table} (${columns}) ${given}`, [rows]]
    : [`update ${table} t set (${columns}) = row (r.*) from (${given}) r where t.id = r.id`, [rows]]
}
