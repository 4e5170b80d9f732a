import type { Scope } from '#shared/domain/scope.ts'
import type { Bucket, BucketRows, Change, Cursor, Digest, Poke, ScopePage } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'

type Row = Record<string, unknown>

interface Entry extends Change {
  deletedAt: Millis | null
}

interface ScopeHistory {
  epoch: string
  head: number
  /** Tombstones up to this number are forgotten; they were older than `prunedBefore`. */
  prunedTo: number
  prunedBefore: Millis
  entries: Map<string, Entry>
}

export interface RowChange {
  table: string
  id: string
  /** Null: deleted, or it left the scope. */
  row: Row | null
}

/** A mirror this much older than the pruned moment may still have been in a transaction's way. */
const PRUNE_MARGIN_MS = 3_600_000

/**
 * The change index of `supabase/migrations` in memory: per scope a head, and one entry per row at the number of its newest
 * change. The same words and the same rules, without Postgres.
 */
export class ChangeIndex {
  private readonly now: () => Millis
  private readonly newEpoch: () => string
  private scopes = new Map<Scope, ScopeHistory>()

  constructor(now: () => Millis, newEpoch: () => string) {
    this.now = now
    this.newEpoch = newEpoch
  }

  /** A scope is there, with its epoch, from the moment someone can be granted it. */
  open(scope: Scope): void {
    this.history(scope)
  }

  has(scope: Scope): boolean {
    return this.scopes.has(scope)
  }

  heads(): { scope: Scope; epoch: string; head: number }[] {
    return [...this.scopes].map(([scope, { epoch, head }]) => ({ scope, epoch, head }))
  }

  head(scope: Scope): number {
    return this.history(scope).head
  }

  entries(scope: Scope): Change[] {
    return [...this.history(scope).entries.values()]
  }

  /** The changes of one statement in one scope. @returns the poke that tells of them */
  record(scope: Scope, changes: readonly RowChange[]): Poke & { changes: Change[] } {
    const kept = this.history(scope)
    const from = kept.head + 1
    const moved = changes.map(({ table, id, row }): Change => {
      const change = { table, id, seq: ++kept.head, row }
      kept.entries.set(`${table}/${id}`, { ...change, deletedAt: row === null ? this.now() : null })
      return change
    })
    return { scope, epoch: kept.epoch, from, to: kept.head, at: this.timestamp(), changes: moved }
  }

  page(cursor: Cursor, room: number): ScopePage {
    const kept = this.history(cursor.scope)
    const mustRefetch = this.mustRefetch(cursor, kept)
    const from = mustRefetch ? 0 : cursor.seq
    const waiting = [...kept.entries.values()]
      .filter((entry) => entry.seq > from && (from > 0 || entry.row !== null))
      .sort((left, right) => left.seq - right.seq)
    const changes = room > 0 ? waiting.slice(0, room) : []
    const to = room > 0 && waiting.length <= room ? kept.head : (changes.at(-1)?.seq ?? from)
    const { scope } = cursor
    const { epoch, head } = kept
    return {
      ...{ scope, epoch, from, to, head },
      has_more: to < head,
      must_refetch: mustRefetch,
      changes: changes.map(asChange),
    }
  }

  digest(scope: Scope): Digest {
    const { epoch, head } = this.history(scope)
    const sums = new Map<string, Digest['buckets'][number]>()
    for (const { table, id, seq } of this.rows(scope)) {
      const bucket = id.slice(0, 2)
      const sum = sums.get(`${table}/${bucket}`) ?? { table, bucket, count: 0, seq_sum: 0 }
      sums.set(`${table}/${bucket}`, { ...sum, count: sum.count + 1, seq_sum: sum.seq_sum + seq })
    }
    return { scope, epoch, head, buckets: [...sums.values()] }
  }

  buckets(scope: Scope, buckets: readonly Bucket[]): Omit<BucketRows, 'uid'> {
    const { epoch, head } = this.history(scope)
    const wanted = new Set(buckets.map(({ table, bucket }) => `${table}/${bucket}`))
    const changes = this.rows(scope)
      .filter(({ table, id }) => wanted.has(`${table}/${id.slice(0, 2)}`))
      .sort((left, right) => left.seq - right.seq)
      .map(asChange)
    return { scope, epoch, head, server_time: this.timestamp(), changes }
  }

  /** Forgets tombstones that are older than this. */
  prune(keepMs: number): void {
    const cutoff = this.now() - keepMs
    for (const kept of this.scopes.values()) {
      for (const [key, { deletedAt, seq }] of kept.entries) {
        if (deletedAt === null || deletedAt >= cutoff) continue
        kept.entries.delete(key)
        kept.prunedTo = Math.max(kept.prunedTo, seq)
        kept.prunedBefore = cutoff
      }
    }
  }

  /** After a restore: the numbers behind anybody's cursor may have been given out twice. */
  renewEpochs(): void {
    for (const kept of this.scopes.values()) kept.epoch = this.newEpoch()
  }

  /** History starts over under a new epoch; the rows stay. */
  startOver(scope: Scope): void {
    const rows = this.rows(scope)
    this.scopes.delete(scope)
    const restored = this.history(scope)
    for (const entry of rows) {
      restored.entries.set(`${entry.table}/${entry.id}`, { ...entry, seq: ++restored.head })
    }
  }

  /** A copy of everything, for `reset`. */
  copy(): Map<Scope, ScopeHistory> {
    return new Map([...this.scopes].map(([scope, kept]) => [scope, copyOf(kept)]))
  }

  reset(to: ReadonlyMap<Scope, ScopeHistory>): void {
    this.scopes = new Map([...to].map(([scope, kept]) => [scope, copyOf(kept)]))
  }

  private mustRefetch(cursor: Cursor, { epoch, head, prunedTo, prunedBefore }: ScopeHistory): boolean {
    if (cursor.epoch === null && cursor.seq === 0) return false
    if (cursor.epoch !== epoch || cursor.seq > head) return true
    if (cursor.seq === 0 || cursor.seq >= prunedTo) return false
    const asOf = cursor.as_of ? Date.parse(cursor.as_of) : -Infinity
    return asOf <= prunedBefore + PRUNE_MARGIN_MS
  }

  private rows(scope: Scope): Entry[] {
    return [...this.history(scope).entries.values()].filter((entry) => entry.row !== null)
  }

  private history(scope: Scope): ScopeHistory {
    let found = this.scopes.get(scope)
    if (!found) {
      found = { epoch: this.newEpoch(), head: 0, prunedTo: 0, prunedBefore: -Infinity, entries: new Map() }
      this.scopes.set(scope, found)
    }
    return found
  }

  private timestamp(): string {
    return new Date(this.now()).toISOString()
  }
}

const asChange = ({ table, id, seq, row }: Entry): Change => ({ table, id, seq, row })
const copyOf = (kept: ScopeHistory): ScopeHistory => ({ ...kept, entries: new Map(kept.entries) })
