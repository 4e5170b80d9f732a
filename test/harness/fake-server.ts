import { randomUUID } from 'node:crypto'
import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import type {
  Bucket,
  BucketRows,
  Change,
  Cursor,
  Digest,
  Poke,
  PullAnswer,
  ScopePage,
} from '#shared/protocol/server.ts'
import type { Clock } from '#engine/ports.ts'

/** How the server behaves towards a changed scope's listeners. */
export type PokeManner = 'with-changes' | 'bare' | 'lost' | 'twice'

interface Entry {
  table: string
  id: string
  seq: number
  row: Record<string, unknown> | null
}

interface ScopeHistory {
  epoch: string
  head: number
  entries: Map<string, Entry>
}

/** What the server knows: scopes with their compacted history, who may read them, and who listens. */
export interface FakeServer {
  readonly uid: UserId
  granted: Scope[]
  minClient: number
  schemaVersion: number
  pokes: PokeManner
  /** Pulls answered so far. */
  pulls: number
  /** New state of one row (null: it is gone). Returns the scope's new head. */
  change(scope: Scope, table: string, id: string, row: Record<string, unknown> | null): number
  /** Changes `count` products in one statement: one poke. */
  changeProducts(scope: Scope, ids: readonly string[], name: string): void
  /** A restore from a backup: history starts over under a new epoch, rows stay. */
  restore(scope: Scope): void
  head(scope: Scope): number
  rows(scope: Scope): Map<string, Record<string, unknown>>
  pull(cursors: readonly Cursor[], pageLimit: number): PullAnswer
  digest(scope: Scope): Digest
  buckets(scope: Scope, buckets: readonly Bucket[]): BucketRows
  listen(hear: (poke: Poke) => void): () => void
}

export const productRow = (id: string, name: string): Record<string, unknown> => ({
  id,
  sku: `SKU-${id.slice(0, 8)}`,
  name,
  category: null,
  unit: 'pc',
  reorder_point: 0,
})

/** An in-memory stand-in for the database's sync functions, with the same words and the same rules. */
export function fakeServer(clock: Clock): FakeServer {
  const uid = randomUUID() as UserId
  const scopes = new Map<Scope, ScopeHistory>()
  const listeners = new Set<(poke: Poke) => void>()

  const history = (scope: Scope): ScopeHistory => {
    let found = scopes.get(scope)
    if (!found) {
      found = { epoch: randomUUID(), head: 0, entries: new Map() }
      scopes.set(scope, found)
    }
    return found
  }

  function record(scope: Scope, changes: { table: string; id: string; row: Entry['row'] }[]): void {
    const kept = history(scope)
    const from = kept.head + 1
    const moved: Change[] = changes.map(({ table, id, row }) => {
      const entry = { table, id, seq: ++kept.head, row }
      kept.entries.set(`${table}/${id}`, entry)
      return entry
    })
    const poke: Poke = {
      scope,
      epoch: kept.epoch,
      from,
      to: kept.head,
      at: new Date(clock.now()).toISOString(),
      ...(server.pokes === 'bare' ? {} : { changes: moved }),
    }
    if (server.pokes === 'lost') return
    for (const hear of listeners) {
      hear(poke)
      if (server.pokes === 'twice') hear(poke)
    }
  }

  const liveEntries = (scope: Scope): Entry[] =>
    [...history(scope).entries.values()].filter((entry) => entry.row !== null)

  function page(cursor: Cursor, room: number): ScopePage {
    const kept = history(cursor.scope)
    const mustRefetch = (cursor.epoch !== null && cursor.epoch !== kept.epoch) || cursor.seq > kept.head
    const from = mustRefetch ? 0 : cursor.seq
    const waiting = [...kept.entries.values()]
      .filter((entry) => entry.seq > from && (from > 0 || entry.row !== null))
      .sort((left, right) => left.seq - right.seq)
    const changes = waiting.slice(0, room)
    const to = waiting.length <= room ? kept.head : (changes.at(-1)?.seq ?? from)
    return {
      scope: cursor.scope,
      epoch: kept.epoch,
      from,
      to,
      head: kept.head,
      has_more: to < kept.head,
      must_refetch: mustRefetch,
      changes,
    }
  }

  const server: FakeServer = {
    uid,
    granted: [siteScope, userScope(uid)],
    minClient: SCHEMA_VERSION,
    schemaVersion: SCHEMA_VERSION,
    pokes: 'with-changes',
    pulls: 0,
    change(scope, table, id, row) {
      record(scope, [{ table, id, row }])
      return history(scope).head
    },
    changeProducts(scope, ids, name) {
      record(
        scope,
        ids.map((id) => ({ table: 'products', id, row: productRow(id, name) })),
      )
    },
    restore(scope) {
      const kept = history(scope)
      const rows = [...kept.entries.values()].filter((entry) => entry.row !== null)
      const restored: ScopeHistory = { epoch: randomUUID(), head: 0, entries: new Map() }
      for (const entry of rows) {
        restored.entries.set(`${entry.table}/${entry.id}`, { ...entry, seq: ++restored.head })
      }
      scopes.set(scope, restored)
    },
    head: (scope) => history(scope).head,
    rows: (scope) =>
      new Map(
        [...history(scope).entries.values()].flatMap(({ id, row }) => (row ? [[id, row] as const] : [])),
      ),
    pull(cursors, pageLimit) {
      server.pulls += 1
      let room = pageLimit
      const pages = cursors
        .filter((cursor) => server.granted.includes(cursor.scope))
        .map((cursor) => {
          const made = page(cursor, room)
          room -= made.changes.length
          return made
        })
      return {
        uid,
        server_time: new Date(clock.now()).toISOString(),
        schema_version: server.schemaVersion,
        min_client: server.minClient,
        granted: [...server.granted],
        pages,
      }
    },
    digest(scope) {
      const { epoch, head } = history(scope)
      const sums = new Map<string, Digest['buckets'][number]>()
      for (const { table, id, seq } of liveEntries(scope)) {
        const bucket = id.slice(0, 2)
        const sum = sums.get(`${table}/${bucket}`) ?? { table, bucket, count: 0, seq_sum: 0 }
        sums.set(`${table}/${bucket}`, { ...sum, count: sum.count + 1, seq_sum: sum.seq_sum + seq })
      }
      return { scope, epoch, head, buckets: [...sums.values()] }
    },
    buckets(scope, buckets) {
      const { epoch, head } = history(scope)
      const wanted = new Set(buckets.map(({ table, bucket }) => `${table}/${bucket}`))
      const changes = liveEntries(scope)
        .filter(({ table, id }) => wanted.has(`${table}/${id.slice(0, 2)}`))
        .sort((left, right) => left.seq - right.seq)
      return { uid, scope, epoch, head, server_time: new Date(clock.now()).toISOString(), changes }
    },
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
  return server
}
