import type { Scope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import { BaseTables } from './base-tables.ts'
import { BucketRepair } from './bucket-repair.ts'
import { ChangeWriter } from './change-writer.ts'
import type { Db } from './database.ts'
import { Derivations } from './derivations.ts'
import type { ApplyResult, Batch, Changeset, Repair, RepairResult } from './mirror.ts'
import { ProductStore } from './product-store.ts'
import type { ScopeTable } from './scope-table.ts'
import { atOnce, type Steps } from './steps.ts'
import { Touched } from './touched.ts'
import { UnreadableRows } from './unreadable-rows.ts'

/**
 * Turns batches into rows. The caller holds the transaction: what is written here is committed together or not at all [M1].
 *
 *   changes ─► base rows ─► what is derived from them ─► cursor
 */
export class Writer {
  private readonly scopes: ScopeTable
  private readonly base: BaseTables
  private readonly unreadable: UnreadableRows
  private readonly changes: ChangeWriter
  private readonly derivations: Derivations
  private readonly buckets: BucketRepair

  /** @param watched the same file, with slow statements told: for those that run once, not once a row */
  constructor(db: Db, watched: Db, scopes: ScopeTable) {
    this.scopes = scopes
    const products = new ProductStore(db)
    this.base = new BaseTables(db, watched, products)
    this.unreadable = new UnreadableRows(db)
    this.changes = new ChangeWriter(this.base, this.unreadable)
    this.derivations = new Derivations(db, scopes, products)
    this.buckets = new BucketRepair(watched, this.base, this.unreadable, this.changes)
  }

  /** Applies a batch that is known to follow the cursor, or to start the scope over. */
  *apply(batch: Batch): Steps<Extract<ApplyResult, { kind: 'applied' }>> {
    const no = this.scopes.enter(batch.scope)
    if (batch.startOver) this.base.empty(no, batch.scope)
    const touched = new Touched()
    const unreadable = yield* this.changes.writeAll(no, batch.scope, batch.changes, touched)
    const changeset = yield* this.derivations.settle(touched)
    this.scopes.moveTo(no, batch.epoch, batch.to, batch.serverTime)
    return { kind: 'applied', changeset: { ...changeset, everything: batch.startOver }, unreadable }
  }

  /** Makes buckets of a held scope what the server has of them. */
  repair(repair: Repair): Extract<RepairResult, { kind: 'repaired' }> {
    const no = must(this.scopes.number(repair.scope), 'the number of a held scope')
    const touched = new Touched()
    const rows = this.buckets.repair(no, repair, touched)
    return { kind: 'repaired', changeset: atOnce(this.derivations.settle(touched)), rows }
  }

  drop(scopes: readonly Scope[]): Changeset {
    for (const scope of scopes) {
      const no = this.scopes.number(scope)
      if (no === null) continue
      this.base.empty(no, scope)
      this.scopes.forget(no)
    }
    return { tables: {}, stock: new Map(), lines: [], everything: true }
  }

  /** Forgets scopes with rows an older version could not read: this one may, once they are pulled again. */
  dropUnreadable(): void {
    const numbers = new Set(this.unreadable.scopes())
    this.drop(
      this.scopes
        .cursors()
        .map(({ scope }) => scope)
        .filter((scope) => numbers.has(must(this.scopes.number(scope), 'the number of a held scope'))),
    )
  }
}
