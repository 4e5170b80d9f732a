import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import { MirrorError } from '#engine/mirror/mirror.ts'
import type { Batch, Changeset, Mirror, OpenProblem } from '#engine/mirror/mirror.ts'

export interface FakeMirror extends Mirror {
  /** Every write is refused like this while it is set. */
  refuses: OpenProblem | null
  rows(scope: Scope): Map<string, Record<string, unknown>>
  /** Batches applied so far. */
  applied: Batch[]
}

const emptyChangeset = (everything = false): Changeset => ({
  tables: {},
  stock: new Map(),
  lines: [],
  everything,
})

/** A mirror in memory that keeps the port's rules: contiguous steps only, older rows never win. */
export function fakeMirror(owner: UserId): FakeMirror {
  type Rows = Map<string, { seq: number; row: Record<string, unknown> | null }>
  const held = new Map<Scope, { cursor: Cursor; rows: Rows }>()
  let asOf: number | null = null

  const refuse = (): void => {
    if (mirror.refuses) throw new MirrorError(mirror.refuses, `the disk says ${mirror.refuses}`)
  }
  const cursor = (scope: Scope): Cursor => held.get(scope)?.cursor ?? { scope, epoch: null, seq: 0 }

  const mirror: FakeMirror = {
    refuses: null,
    applied: [],
    owner: () => owner,
    cursors: () => [...held.values()].map((scope) => scope.cursor),
    cursor,
    apply(batch) {
      refuse()
      const stands = cursor(batch.scope)
      const continues = batch.from === stands.seq && (stands.epoch === null || stands.epoch === batch.epoch)
      if (!batch.startOver && !continues) return { kind: 'gap', cursor: stands }
      const rows: Rows = (batch.startOver ? null : held.get(batch.scope)?.rows) ?? (new Map() as Rows)
      for (const change of batch.changes) {
        if ((rows.get(change.id)?.seq ?? 0) < change.seq)
          rows.set(change.id, { seq: change.seq, row: change.row })
      }
      held.set(batch.scope, { cursor: { scope: batch.scope, epoch: batch.epoch, seq: batch.to }, rows })
      mirror.applied.push(batch)
      return { kind: 'applied', changeset: emptyChangeset(batch.startOver), unreadable: [] }
    },
    openBulk() {
      const committed: Changeset[] = []
      let size = 0
      return {
        get size() {
          return size
        },
        async apply(batch) {
          const result = mirror.apply(batch)
          size += batch.changes.length
          if (result.kind === 'applied') committed.push(result.changeset)
          return result
        },
        end: () => committed.splice(0),
      }
    },
    drop(scopes) {
      refuse()
      for (const scope of scopes) held.delete(scope)
      return emptyChangeset(true)
    },
    digest: (scope) => ({ scope, epoch: cursor(scope).epoch ?? '', head: cursor(scope).seq, buckets: [] }),
    repair: () => ({ kind: 'outdated' }),
    asOf: () => asOf,
    markComplete(serverTime) {
      refuse()
      asOf = serverTime
    },
    close: () => undefined,
    rows: (scope) =>
      new Map(
        [...(held.get(scope)?.rows ?? [])].flatMap(([id, { row }]) => (row ? [[id, row] as const] : [])),
      ),
  }
  return mirror
}
