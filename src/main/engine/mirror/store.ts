import type { UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor, Digest } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Clock, Log } from '../ports.ts'
import { must } from '#shared/lib/must.ts'
import { Access } from './access.ts'
import { SqliteBulkWrite } from './bulk-write.ts'
import type { Db } from './database.ts'
import { MirrorDiagnostics } from './diagnostics.ts'
import { DiagnosticTables } from './diagnostic-tables.ts'
import { Digests } from './digest.ts'
import { diskTrouble } from './disk-trouble.ts'
import { GuardedReader } from './guarded-reader.ts'
import { Health } from './health.ts'
import { Meta } from './meta.ts'
import { LONG_LOG_BYTES, TOO_LONG_LOG_BYTES } from './open-database.ts'
import type {
  ApplyResult,
  Batch,
  BulkWrite,
  Changeset,
  DrawnCommand,
  Fates,
  LocalMirror,
  OpenProblem,
  OverlaidLook,
  Repair,
  RepairResult,
  Soundness,
} from './mirror.ts'
import { DrawnIndex } from './overlay/drawn-index.ts'
import { guardedLook, OverlayLook } from './overlay/overlay-look.ts'
import { Reader } from './reader.ts'
import { Repaired } from './repaired.ts'
import { ScopeTable } from './scope-table.ts'
import { SlowLog, watchedDb } from './slow-log.ts'
import { quickCheck } from './soundness.ts'
import { atOnce, type Steps } from './steps.ts'
import { cutLog, logBytes } from './write-ahead-log.ts'
import { Writer } from './writer.ts'

interface StoreOptions {
  owner: UserId
  serverUrl: string
  clock: Clock
  log: Log
  /** What `apply` fails with when the disk cannot be written, or null. */
  readOnlyBecause: OpenProblem | null
  /** True when migrations ran on a file that was there before. */
  upgraded: boolean
  unlock: () => void
  /** A statement met damage inside the file. */
  damageFound: () => void
  /** Another way into the same file, to read only. */
  openBeside: () => Db
}

/** Another way into the file, which sees what was committed. */
interface Beside {
  db: Db
  drawn: DrawnIndex
  views: Reader
}

/** The mirror over an open file. */
export class SqliteMirror extends GuardedReader implements LocalMirror {
  readonly diagnostics: MirrorDiagnostics
  private readonly db: Db
  private readonly watched: Db
  private readonly options: StoreOptions
  private readonly scopes: ScopeTable
  private readonly meta: Meta
  private readonly drawn: DrawnIndex
  private readonly digests: Digests
  private readonly views: Reader
  /** Reads beside a bulk write, which must not be seen before its end. Opened by the first one. */
  private beside: Beside | null = null
  private bulk: SqliteBulkWrite | null = null
  private readonly repaired = new Repaired()
  private writes: Writer | null = null
  private overlaid: OverlaidLook | null = null

  constructor(db: Db, options: StoreOptions) {
    const { clock, log, owner } = options
    const slow = new SlowLog(clock, log)
    const watched = watchedDb(db, slow)
    const scopes = new ScopeTable(db)
    const drawn = new DrawnIndex(db)
    super(new Access(db, slow, options))
    this.views = new Reader(watched, scopes, owner, drawn)
    this.db = db
    this.watched = watched
    this.options = options
    this.scopes = scopes
    this.meta = new Meta(db, clock)
    this.drawn = drawn
    this.digests = new Digests(watched)
    this.diagnostics = this.openDiagnostics()
  }

  /** Says whose file it is, and forgets scopes that this version may read better than the one before. */
  prepare(): void {
    this.write('prepare', 0, () => {
      this.meta.claim(this.options.owner, this.options.serverUrl)
      if (this.options.upgraded) this.writer.dropUnreadable()
    })
  }

  cursors(): Cursor[] {
    return this.access.ask('cursors', () => this.scopes.cursors())
  }

  cursor(scope: Scope): Cursor {
    return this.access.ask('cursor', () => this.scopes.cursor(scope))
  }

  protected get reader(): Reader {
    return this.bulk === null ? this.views : must(this.beside, 'a reader beside the bulk write').views
  }

  apply(batch: Batch): ApplyResult {
    refuseLedger(batch)
    if (this.bulk !== null) return { kind: 'gap', cursor: this.scopes.cursor(batch.scope) }
    const result = this.write('apply', batch.changes.length, (): ApplyResult => {
      const cursor = this.scopes.cursor(batch.scope)
      if (!follows(batch, cursor)) return { kind: 'gap', cursor }
      const applied = atOnce(this.writeBatch(batch, cursor))
      this.meta.settle()
      return applied
    })
    if (result.kind === 'applied') this.changed(result.changeset)
    return result
  }

  openBulk(): BulkWrite {
    this.bulk?.finish()
    this.beside ??= this.openBeside()
    this.beside.drawn.forget()
    const before = this.meta.state()
    this.bulk = new SqliteBulkWrite({
      access: this.access,
      clock: this.options.clock,
      cursorFor: ({ scope }) => this.scopes.cursor(scope),
      follows,
      write: (batch) => this.writeBatch(batch, this.scopes.cursor(batch.scope)),
      settle: () => this.meta.settle(),
      ended: (end) => {
        this.bulk = null
        if (end.kind === 'undone') {
          this.meta.restore(before)
          this.drawn.forget()
          return this.drawAgain(end.fates)
        }
        this.changed(...end.changesets)
        this.diagnostics.settle()
      },
    })
    return this.bulk
  }

  drop(scopes: readonly Scope[]): Changeset {
    this.bulk?.finish()
    const changeset = this.write('drop', scopes.length, () => this.writer.drop(scopes))
    this.changed(changeset)
    return changeset
  }

  digest(scope: Scope): Digest {
    return this.access.ask('digest', () => {
      const { epoch, seq } = this.scopes.cursor(scope)
      return this.digests.of(this.scopes.number(scope), scope, epoch, seq)
    })
  }

  repair(repair: Repair): RepairResult {
    if (this.bulk !== null) return { kind: 'outdated' }
    const result = this.write('repair', repair.changes.length, (): RepairResult => {
      if (this.repaired.isOutdated(repair, this.scopes.cursor(repair.scope))) return { kind: 'outdated' }
      return this.writer.repair(repair)
    })
    if (result.kind === 'outdated') return result
    this.repaired.note(repair)
    this.changed(result.changeset)
    return result
  }

  asOf(): Millis | null {
    return this.meta.asOf()
  }

  markComplete(serverTime: Millis): void {
    this.meta.markComplete(serverTime)
    if (!this.access.isReadOnly && this.meta.isDue()) this.write('markComplete', 0, () => this.meta.settle())
  }

  redraw(commands: readonly DrawnCommand[]): Changeset {
    this.bulk?.finish()
    const changeset = this.write('redraw', commands.length, () => this.writer.redraw(commands))
    this.changed(changeset)
    return changeset
  }

  draw(fates: Fates): Changeset {
    const changeset = this.write('draw', fates.drawn.length, () => this.writer.draw(fates))
    if (this.bulk !== null) return this.bulk.join(fates, changeset)
    this.changed(changeset)
    return changeset
  }

  look(): OverlaidLook {
    return (this.overlaid ??= guardedLook(
      new OverlayLook(this.watched, this.options.owner, this.scopes, this.drawn),
      (work) => this.access.ask('look', work),
    ))
  }

  distrust(): void {
    this.options.damageFound()
  }

  owner(): UserId {
    return this.options.owner
  }

  logLength(): 'short' | 'long' | 'too-long' {
    const bytes = this.access.isReadOnly ? 0 : logBytes(this.db)
    return bytes < LONG_LOG_BYTES ? 'short' : bytes < TOO_LONG_LOG_BYTES ? 'long' : 'too-long'
  }

  checkpoint(): number {
    this.diagnostics.flush()
    if (!this.access.isReadOnly && this.bulk === null)
      this.access.ask('checkpoint', () => cutLog(this.watched))
    return logBytes(this.db)
  }

  quickCheck(): Soundness {
    const soundness = this.access.ask('quickCheck', () => quickCheck(this.watched))
    if (!soundness.sound) this.options.damageFound()
    return soundness
  }

  close(): void {
    if (!this.db.open) return
    try {
      this.bulk?.finish()
      this.diagnostics.flush()
      if (!this.access.isReadOnly && this.meta.isChanged()) this.write('close', 0, () => this.meta.settle())
    } catch (error) {
      // Only a newer "as of" is lost. A disk that fails must not keep a person from signing out.
      this.options.log.warn('mirror.closed-unsettled', {
        problem: diskTrouble(error)?.problem ?? String(error),
      })
    } finally {
      this.beside?.db.close()
      this.db.close()
      this.options.unlock()
    }
  }

  /** Made when it is first needed: a file that is only read may be older than its statements. */
  private get writer(): Writer {
    const { db, watched, scopes, drawn } = this
    const { owner, clock } = this.options
    return (this.writes ??= new Writer(db, watched, { owner, clock, scopes, drawn }))
  }

  private *writeBatch(batch: Batch, cursor: Cursor): Steps<Extract<ApplyResult, { kind: 'applied' }>> {
    refuseLedger(batch)
    // Until the scope is complete again nobody can say as of when its figures are true [L3].
    if (batch.startOver && cursor.seq > 0) this.meta.forgetComplete()
    return yield* this.writer.apply(batch)
  }

  private openBeside(): Beside {
    const { openBeside, owner } = this.options
    return this.access.ask('openBeside', () => {
      const db = openBeside()
      const drawn = new DrawnIndex(db)
      const watched = watchedDb(db, this.access.slow)
      return { db, drawn, views: new Reader(watched, new ScopeTable(db), owner, drawn) }
    })
  }

  /** Work does not vanish with the pages it was drawn among. */
  private drawAgain(fates: readonly Fates[]): void {
    try {
      for (const each of fates) this.draw(each)
    } catch (error) {
      // It is drawn anew when the file is opened the next time.
      this.options.log.warn('mirror.work-not-drawn', {
        problem: diskTrouble(error)?.problem ?? String(error),
      })
    }
  }

  /** A transaction was committed. */
  private changed(...changesets: Changeset[]): void {
    this.views.changed(changesets)
    this.beside?.views.changed(changesets)
  }

  private openDiagnostics(): MirrorDiagnostics {
    const { access, db } = this
    const { clock, log, damageFound } = this.options
    const health = new Health(db)
    let tables: DiagnosticTables | null = null
    const record = (): DiagnosticTables => (tables ??= new DiagnosticTables(db))
    return new MirrorDiagnostics({
      clock,
      log,
      cursors: () => this.cursors(),
      health: () => access.ask('health', () => health.read()),
      unsound: damageFound,
      readInto: (into) => access.ask('readDiagnostics', () => record().readInto(into)),
      write: access.isReadOnly
        ? null
        : (news) => access.write('writeDiagnostics', 0, () => record().add(news)),
    })
  }

  /** A mirror transaction: what memory knows of the file goes back with it when it is rolled back. */
  private write<T>(operation: string, size: number, work: () => T): T {
    const before = this.meta.state()
    try {
      const result = this.access.write(operation, size, work)
      this.diagnostics.settle()
      return result
    } catch (error) {
      this.meta.restore(before)
      this.drawn.forget()
      throw error
    }
  }
}

function refuseLedger({ scope }: Batch): void {
  if (scope.startsWith('ledger:')) throw new RangeError('The ledger is not mirrored.')
}

/** Whether a batch continues the history we hold. A scope without an epoch has no history yet. */
function follows(batch: Batch, cursor: Cursor): boolean {
  if (batch.startOver) return batch.from === 0
  return batch.from === cursor.seq && (cursor.epoch === null || cursor.epoch === batch.epoch)
}
