import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import type { Clock } from '../ports.ts'
import { BaseTables } from './base-tables.ts'
import { BucketRepair } from './bucket-repair.ts'
import { ChangeWriter } from './change-writer.ts'
import type { Db } from './database.ts'
import { Derivations } from './derivations.ts'
import type { ApplyResult, Batch, Changeset, DrawnCommand, Fates, Repair, RepairResult } from './mirror.ts'
import { DrawnBins } from './overlay/drawn-bins.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import { OverlayWriter } from './overlay/overlay-writer.ts'
import { ProductStore } from './product-store.ts'
import type { ScopeTable } from './scope-table.ts'
import { atOnce, type Steps } from './steps.ts'
import { Touched } from './touched.ts'
import { UnreadableRows } from './unreadable-rows.ts'

interface WriterPorts {
  owner: UserId
  clock: Clock
  scopes: ScopeTable
  drawn: DrawnIndex
}

/**
 * Turns batches into rows, and work into what is drawn over them. The caller holds the transaction: what is written here is
 * committed together or not at all [M1].
 *
 *   changes ─► base rows ─► what is derived from them ─► cursor
 *   fates, heads ─► overlay ─┘
 */
export class Writer {
  private readonly scopes: ScopeTable
  private readonly base: BaseTables
  private readonly unreadable: UnreadableRows
  private readonly changes: ChangeWriter
  private readonly derivations: Derivations
  private readonly buckets: BucketRepair
  private readonly overlay: OverlayWriter

  /** @param watched the same file, with slow statements told: for those that run once, not once a row */
  constructor(db: Db, watched: Db, { owner, clock, scopes, drawn }: WriterPorts) {
    this.scopes = scopes
    const products = new ProductStore(db)
    this.base = new BaseTables(db, watched, products)
    this.unreadable = new UnreadableRows(db)
    this.changes = new ChangeWriter(this.base, this.unreadable)
    this.derivations = new Derivations(db, scopes, products, new DrawnBins(db, drawn), drawn)
    this.overlay = new OverlayWriter(db, { owner, clock, scopes, products, index: drawn })
    this.buckets = new BucketRepair(watched, this.base, this.unreadable, this.changes)
  }

  /** Applies a batch that is known to follow the cursor, or to start the scope over. */
  *apply(batch: Batch): Steps<Extract<ApplyResult, { kind: 'applied' }>> {
    const { scope, startOver, fates } = batch
    const touched = this.begin()
    const settled: MutationId[] = fates ? this.overlay.draw(fates, touched) : []
    const isNew = this.scopes.number(scope) === null
    const no = this.scopes.enter(scope)
    if (startOver) this.base.empty(no, scope)
    if (startOver || isNew) this.overlay.enter(scope, touched)
    const unreadable = yield* this.changes.writeAll(no, scope, batch.changes, touched)
    const brought = startOver
      ? this.overlay.pass(scope, touched)
      : this.overlay.reach(scope, batch.to, touched)
    // Before any further pause: work that is drawn in one sees by the cursor that its rows are here.
    this.scopes.moveTo(no, batch.epoch, batch.to, batch.serverTime)
    const changeset = yield* this.derivations.settle(touched, [...settled, ...brought])
    return { kind: 'applied', changeset: { ...changeset, everything: startOver }, unreadable }
  }

  /** Makes buckets of a held scope what the server has of them. */
  repair(repair: Repair): Extract<RepairResult, { kind: 'repaired' }> {
    const touched = this.begin()
    const no = must(this.scopes.number(repair.scope), 'the number of a held scope')
    const rows = this.buckets.repair(no, repair, touched)
    return { kind: 'repaired', changeset: atOnce(this.derivations.settle(touched, [])), rows }
  }

  drop(scopes: readonly Scope[]): Changeset {
    const touched = this.begin()
    const settled: MutationId[] = []
    for (const scope of scopes) {
      const no = this.scopes.number(scope)
      if (no === null) continue
      this.base.empty(no, scope)
      settled.push(...this.overlay.pass(scope, touched))
      this.scopes.forget(no)
    }
    return { ...atOnce(this.derivations.settle(touched, settled)), everything: true }
  }

  draw(fates: Fates): Changeset {
    const touched = this.begin()
    return atOnce(this.derivations.settle(touched, this.overlay.draw(fates, touched)))
  }

  redraw(commands: readonly DrawnCommand[]): Changeset {
    const touched = this.begin()
    return atOnce(this.derivations.settle(touched, this.overlay.redraw(commands, touched)))
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

  private begin(): Touched {
    this.overlay.begin()
    return new Touched()
  }
}
