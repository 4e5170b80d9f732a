import type { Db, Transaction } from './database.ts'
import { mirrorError, naming } from './disk-trouble.ts'
import { MirrorError, type OpenProblem } from './mirror.ts'
import type { SlowLog } from './slow-log.ts'

interface AccessOptions {
  /** What every write fails with when the disk cannot be written, or null. */
  readOnlyBecause: OpenProblem | null
  /** A statement met damage inside the file. */
  damageFound: () => void
}

/** The one way to the file: kinds around the disk's errors, transactions around writes, and an eye on how long it takes. */
export class Access {
  readonly slow: SlowLog
  private readonly db: Db
  private readonly options: AccessOptions
  /** Made once: to make it takes a sixth of what a small commit does. */
  private readonly inTransaction: Transaction

  constructor(db: Db, slow: SlowLog, options: AccessOptions) {
    this.db = db
    this.inTransaction = db.transaction((work: () => unknown) => work())
    this.slow = slow
    this.options = options
  }

  get isReadOnly(): boolean {
    return this.options.readOnlyBecause !== null
  }

  ask<T>(operation: string, work: () => T): T {
    return this.guard(() => this.slow.operation(operation, work))
  }

  /** One transaction, taken for writing at once so that it never fails half-way for a lock [M1]. */
  write<T>(operation: string, size: number, work: () => T): T {
    const { readOnlyBecause } = this.options
    if (readOnlyBecause !== null) throw mirrorError(readOnlyBecause)
    return this.guard(() => this.slow.batch(operation, size, () => this.inTransaction.immediate(work) as T))
  }

  /** Begins a transaction that lasts beyond this call. What is written until `commit` or `rollback` belongs to it. */
  begin(): void {
    const { readOnlyBecause } = this.options
    if (readOnlyBecause !== null) throw mirrorError(readOnlyBecause)
    this.guard(() => this.db.exec('begin immediate'))
  }

  commit(): void {
    this.guard(() => this.slow.operation('commit', () => this.db.exec('commit')))
  }

  /** The disk may have done it already. */
  rollback(): void {
    if (this.db.inTransaction) this.guard(() => this.db.exec('rollback'))
  }

  /** What the disk throws comes out by its kind; a file found damaged is never opened again as it is. */
  private guard<T>(work: () => T): T {
    try {
      return naming(work)
    } catch (error) {
      if (error instanceof MirrorError && error.problem === 'damaged') this.options.damageFound()
      throw error
    }
  }
}
