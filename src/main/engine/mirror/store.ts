import type { RowOf } from '#shared/domain/rows.ts'
import type { ProductId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor, Digest } from '#shared/protocol/server.ts'
import type { ListParams, ValueParams } from '#shared/protocol/views.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Clock } from '../ports.ts'
import type { Db } from './database.ts'
import { diagnosticMemory } from './diagnostic-memory.ts'
import { Digests } from './digest.ts'
import { mirrorError, naming } from './disk-trouble.ts'
import { Meta } from './meta.ts'
import { MirrorError } from './mirror.ts'
import type {
  ApplyResult,
  Batch,
  Changeset,
  LocalMirror,
  MirroredTable,
  OpenProblem,
  Repair,
  RepairResult,
  Soundness,
} from './mirror.ts'
import { Reader } from './reader.ts'
import { quickCheck } from './soundness.ts'
import { ScopeTable } from './scope-table.ts'
import { cutLog, logBytes } from './write-ahead-log.ts'
import { Writer } from './writer.ts'

interface StoreOptions {
  owner: UserId
  serverUrl: string
  clock: Clock
  /** What `apply` fails with when the disk cannot be written, or null. */
  readOnlyBecause: OpenProblem | null
  /** True when migrations ran on a file that was there before. */
  upgraded: boolean
  unlock: () => void
  /** A statement met damage inside the file. */
  damageFound: () => void
}

/** The mirror over an open file: transactions around the writer, kinds around the disk's errors. */
export class SqliteMirror implements LocalMirror {
  readonly diagnostics = diagnosticMemory({ cursors: () => this.cursors(), health: () => this.health() })
  private readonly db: Db
  private readonly options: StoreOptions
  private readonly scopes: ScopeTable
  private readonly meta: Meta
  private readonly writer: Writer
  private readonly reader: Reader
  private readonly digests: Digests

  constructor(db: Db, options: StoreOptions) {
    this.db = db
    this.options = options
    this.scopes = new ScopeTable(db)
    this.meta = new Meta(db, options.clock)
    this.writer = new Writer(db, this.scopes)
    this.reader = new Reader(db, this.scopes, options.owner)
    this.digests = new Digests(db)
  }

  /** Says whose file it is, and forgets scopes that this version may read better than the one before. */
  prepare(): void {
    this.write(() => {
      this.meta.claim(this.options.owner, this.options.serverUrl)
      if (this.options.upgraded) this.writer.dropUnreadable()
    })
  }

  cursors(): Cursor[] {
    return this.ask(() => this.scopes.cursors())
  }

  cursor(scope: Scope): Cursor {
    return this.ask(() => this.scopes.cursor(scope))
  }

  apply(batch: Batch): ApplyResult {
    if (batch.scope.startsWith('ledger:')) throw new RangeError('The ledger is not mirrored.')
    return this.write(() => {
      const cursor = this.scopes.cursor(batch.scope)
      if (!follows(batch, cursor)) return { kind: 'gap', cursor }
      // Until the scope is complete again nobody can say as of when its figures are true [L3].
      if (batch.startOver && cursor.seq > 0) this.meta.forgetComplete()
      const applied = this.writer.apply(batch)
      this.meta.settle()
      return applied
    })
  }

  drop(scopes: readonly Scope[]): Changeset {
    return this.write(() => this.writer.drop(scopes))
  }

  digest(scope: Scope): Digest {
    return this.ask(() => {
      const { epoch, seq } = this.scopes.cursor(scope)
      return this.digests.of(this.scopes.number(scope), scope, epoch, seq)
    })
  }

  repair(repair: Repair): RepairResult {
    return this.write(() => {
      const { epoch, seq } = this.scopes.cursor(repair.scope)
      if (epoch !== repair.epoch || seq > repair.head) return { kind: 'outdated' }
      return this.writer.repair(repair)
    })
  }

  asOf(): Millis | null {
    return this.meta.asOf()
  }

  markComplete(serverTime: Millis): void {
    this.meta.markComplete(serverTime)
    if (this.options.readOnlyBecause === null && this.meta.isDue()) this.write(() => this.meta.settle())
  }

  checkpoint(): number {
    if (this.options.readOnlyBecause === null) this.ask(() => cutLog(this.db))
    return logBytes(this.db)
  }

  quickCheck(): Soundness {
    return quickCheck(this.db)
  }

  owner(): UserId {
    return this.options.owner
  }

  close(): void {
    if (!this.db.open) return
    try {
      if (this.options.readOnlyBecause === null && this.meta.isChanged()) this.write(() => this.meta.settle())
    } finally {
      this.db.close()
      this.options.unlock()
    }
  }

  stockList(params: ListParams<'stock.list'>) {
    return this.ask(() => this.reader.stockList(params))
  }

  isFound(productId: ProductId, search: string) {
    return this.ask(() => this.reader.isFound(productId, search))
  }

  stockDetail(params: ValueParams<'stock.detail'>) {
    return this.ask(() => this.reader.stockDetail(params))
  }

  summary(params: ValueParams<'summary'>) {
    return this.ask(() => this.reader.summary(params))
  }

  warehouses() {
    return this.ask(() => this.reader.warehouses())
  }

  orders(params: ListParams<'orders.list'>) {
    return this.ask(() => this.reader.orders(params))
  }

  notifications(params: ListParams<'notifications.list'>) {
    return this.ask(() => this.reader.notifications(params))
  }

  memberships() {
    return this.ask(() => this.reader.memberships())
  }

  displayName() {
    return this.ask(() => this.reader.displayName())
  }

  rows<T extends MirroredTable>(table: T): RowOf<T>[] {
    return this.ask(() => this.reader.rows(table))
  }

  private health() {
    const pages = Number(this.db.pragma('page_count', { simple: true }))
    const pageBytes = Number(this.db.pragma('page_size', { simple: true }))
    const schemaVersion = Number(this.db.pragma('user_version', { simple: true }))
    return { schemaVersion, fileBytes: pages * pageBytes, logBytes: logBytes(this.db), unreadableRows: 0 }
  }

  /** What the disk throws comes out by its kind; a file found damaged is never opened again as it is. */
  private ask<T>(work: () => T): T {
    try {
      return naming(work)
    } catch (error) {
      if (error instanceof MirrorError && error.problem === 'damaged') this.options.damageFound()
      throw error
    }
  }

  /** One transaction, taken for writing at once so that it never fails half-way for a lock [M1]. */
  private write<T>(work: () => T): T {
    const { readOnlyBecause } = this.options
    if (readOnlyBecause !== null) throw mirrorError(readOnlyBecause)
    const before = this.meta.state()
    try {
      return this.ask(() => this.db.transaction(work).immediate())
    } catch (error) {
      this.meta.restore(before)
      throw error
    }
  }
}

/** Whether a batch continues the history we hold. A scope without an epoch has no history yet. */
function follows(batch: Batch, cursor: Cursor): boolean {
  if (batch.startOver) return batch.from === 0
  return batch.from === cursor.seq && (cursor.epoch === null || cursor.epoch === batch.epoch)
}
