import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, userScope, warehouseScope } from '#shared/domain/scope.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import type { Poke } from '#shared/protocol/server.ts'
import type { Clock } from '#engine/ports.ts'
import { ChangeIndex } from '../change-index.ts'
import type { RowChange } from '../change-index.ts'
import type { SiteServer } from './site-server.ts'
import { grantedScopes, mirroredTables, scopeOf, Tables } from './tables.ts'
import type { Row, Statement } from './tables.ts'

/** A whole server in memory: tables, the change index over them, and memberships that decide who reads what. */
export function memoryServer(clock: Clock, uuid: () => string): SiteServer {
  const index = new ChangeIndex(() => clock.now(), uuid)
  let tables = new Tables()
  let schema = { version: SCHEMA_VERSION, minClient: SCHEMA_VERSION }
  let backup: { tables: Tables; index: ReturnType<ChangeIndex['copy']> } | null = null
  const listeners = new Set<(poke: Poke) => void>()
  index.open(siteScope)

  const now = (): string => new Date(clock.now()).toISOString()
  const granted = (user: UserId): Scope[] =>
    grantedScopes(tables, user).filter((scope) => scope.startsWith('ledger:') || index.has(scope))
  const isGranted = (user: UserId, scope: Scope): boolean => granted(user).includes(scope)

  /** What a statement does in each scope: new states of rows, and tombstones where a row left. */
  function changesOf(statement: Statement): Map<Scope, RowChange[]> {
    const { table } = statement
    const held = tables.of(table)
    const changes = new Map<Scope, RowChange[]>()
    const note = (scope: Scope, id: string, row: Row | null): void => {
      const of = changes.get(scope) ?? []
      changes.set(scope, [...of, { table, id, row }])
    }
    if (statement.kind === 'delete') {
      for (const id of statement.ids) {
        const row = held.get(id)
        if (row) note(scopeOf(table, row), id, null)
      }
      return changes
    }
    for (const row of statement.rows) {
      const before = held.get(row.id)
      if (before && JSON.stringify(before) === JSON.stringify(row)) continue
      note(scopeOf(table, row), row.id, row)
      if (before && scopeOf(table, before) !== scopeOf(table, row)) note(scopeOf(table, before), row.id, null)
    }
    return changes
  }

  /** As the triggers do it: rows that change say when. */
  const stamped = (statement: Statement): Statement =>
    statement.kind === 'update' && (statement.table === 'inventory' || statement.table === 'sales_orders')
      ? { ...statement, rows: statement.rows.map((row) => ({ ...row, changed_at: now() })) }
      : statement

  async function write(asked: Statement): Promise<void> {
    const statement = stamped(asked)
    const changes = changesOf(statement)
    if (statement.table === 'warehouses' && statement.kind === 'insert') {
      for (const { id } of statement.rows) index.open(warehouseScope(id as WarehouseId))
    }
    tables.apply(statement)
    const pokes = [...changes]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([scope, rows]) =>
        index.record(
          scope,
          [...rows].sort((a, b) => (a.id < b.id ? -1 : 1)),
        ),
      )
    for (const poke of pokes) for (const hear of [...listeners]) hear(structuredClone(poke))
  }

  return {
    kind: 'memory',
    async pull(user, cursors, pageLimit) {
      const allowed = granted(user)
      let room = pageLimit
      const pages = cursors
        .filter(({ scope }) => allowed.includes(scope))
        .map((cursor) => {
          const page = index.page(cursor, room)
          room -= page.changes.length
          return page
        })
      return structuredClone({
        uid: user,
        server_time: now(),
        schema_version: schema.version,
        min_client: schema.minClient,
        granted: allowed,
        pages,
        outcomes: [],
      })
    },
    digest: async (user, scope) => (isGranted(user, scope) ? index.digest(scope) : null),
    buckets: async (user, scope, buckets) =>
      isGranted(user, scope) ? structuredClone({ uid: user, ...index.buckets(scope, buckets) }) : null,
    granted: async (user) => granted(user),
    hear(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    listeners: () => listeners.size,
    async addUser(user, name) {
      index.open(userScope(user))
      await write({
        kind: 'insert',
        table: 'profiles',
        rows: [{ id: user, display_name: name, language: null }],
      })
    },
    write,
    async backUp() {
      backup = { tables: tables.copy(), index: index.copy() }
    },
    async restore() {
      if (!backup) return
      tables = backup.tables.copy()
      index.reset(backup.index)
      index.renewEpochs()
    },
    prune: async (keepMs) => index.prune(keepMs),
    async schema(settings) {
      schema = settings
    },
    heads: async () => index.heads(),
    async readable(user) {
      const allowed = new Set<string>(granted(user))
      return new Map(
        mirroredTables.map((table) => [
          table,
          tables.all(table).filter((row) => allowed.has(scopeOf(table, row))),
        ]),
      )
    },
    entries: (scope) => index.entries(scope),
    async stop() {
      listeners.clear()
    },
  }
}
