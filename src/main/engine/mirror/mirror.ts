import type { Scope } from '#shared/domain/scope.ts'
import type { TableName } from '#shared/domain/rows.ts'
import type { ProductId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type { Change, Cursor, Digest } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'

/*
 * The port to the local copy. One SQLite file per project and user; `sqlite-mirror.ts` beside this file is the real one.
 */

/** What one mirror transaction touched: enough for the views to know whether they must look again. */
export interface Changeset {
  /** Row ids by table; a table is absent when untouched. `everything` after a scope was dropped or the mirror rebuilt. */
  tables: Partial<Record<TableName, ReadonlySet<string>>>
  /** Products whose stock line (the aggregate over bins) changed, by warehouse. */
  stock: ReadonlyMap<WarehouseId, ReadonlySet<ProductId>>
  everything: boolean
}

/** One step forward in one scope: the changes of (from, to] and nothing else. */
export interface Batch {
  scope: Scope
  epoch: string
  from: number
  to: number
  /** Drop what the mirror has of this scope in the same transaction, before the changes. */
  startOver: boolean
  changes: readonly Change[]
  /** Server time at which the answer was made, epoch ms. */
  serverTime: Millis
}

export type ApplyResult =
  | { kind: 'applied'; changeset: Changeset; unreadable: { table: string; id: string; problem: string }[] }
  /** `from` is not our cursor, or the epoch is another: nothing was changed. */
  | { kind: 'gap'; cursor: Cursor }

export type OpenProblem = 'damaged' | 'from-newer-version' | 'disk-full' | 'read-only'

export interface Mirror {
  /** Every scope the mirror holds, with its cursor. */
  cursors(): Cursor[]
  cursor(scope: Scope): Cursor
  /** Rows, derived stock lines and cursor change in one transaction, or not at all [M1]. Throws MirrorError when the disk refuses. */
  apply(batch: Batch): ApplyResult
  /** Forgets scopes (membership withdrawn), in one transaction. */
  drop(scopes: readonly Scope[]): Changeset
  /** What we hold of a scope, in the shape of the server's digest. */
  digest(scope: Scope): Digest
  /** Server time of the last moment at which every mirrored scope was known complete; survives a restart. */
  asOf(): Millis | null
  markComplete(serverTime: Millis): void
  owner(): UserId
  close(): void
}

/** Disk trouble, by kind. The engine turns it into a status; nothing of the mirror was half-changed. */
export class MirrorError extends Error {
  readonly problem: OpenProblem

  constructor(problem: OpenProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MirrorError'
    this.problem = problem
  }
}
