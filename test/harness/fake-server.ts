import { randomUUID } from 'node:crypto'
import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import type { Bucket, BucketRows, Cursor, Digest, Poke, PullAnswer } from '#shared/protocol/server.ts'
import type { Clock } from '#engine/ports.ts'
import { ChangeIndex } from './change-index.ts'
import type { RowChange } from './change-index.ts'

/** How the server behaves towards a changed scope's listeners. */
export type PokeManner = 'with-changes' | 'bare' | 'lost' | 'twice'

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
  const index = new ChangeIndex(() => clock.now(), randomUUID)
  const listeners = new Set<(poke: Poke) => void>()

  function record(scope: Scope, changes: readonly RowChange[]): void {
    const { changes: moved, ...bare } = index.record(scope, changes)
    const poke: Poke = server.pokes === 'bare' ? bare : { ...bare, changes: moved }
    if (server.pokes === 'lost') return
    for (const hear of listeners) {
      hear(poke)
      if (server.pokes === 'twice') hear(poke)
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
      return index.head(scope)
    },
    changeProducts(scope, ids, name) {
      record(
        scope,
        ids.map((id) => ({ table: 'products', id, row: productRow(id, name) })),
      )
    },
    restore: (scope) => index.startOver(scope),
    head: (scope) => index.head(scope),
    rows: (scope) =>
      new Map(index.entries(scope).flatMap(({ id, row }) => (row ? [[id, row] as const] : []))),
    pull(cursors, pageLimit) {
      server.pulls += 1
      let room = pageLimit
      const pages = cursors
        .filter((cursor) => server.granted.includes(cursor.scope))
        .map((cursor) => {
          const made = index.page(cursor, room)
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
        outcomes: [],
      }
    },
    digest: (scope) => index.digest(scope),
    buckets: (scope, buckets) => ({ uid, ...index.buckets(scope, buckets) }),
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
  return server
}
