import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Clock } from '../../ports.ts'
import { prepareOne, type Db, type Statement } from '../database.ts'
import type { DrawnCommand, Fates } from '../mirror.ts'
import { overlayTables } from '../migrations/0003-overlay.ts'
import type { ProductStore } from '../product-store.ts'
import type { ScopeTable } from '../scope-table.ts'
import type { Touched } from '../touched.ts'
import type { DrawnIndex } from './drawn-index.ts'
import { DrawnOrders } from './drawn-orders.ts'
import { EffectRows, scopeOf } from './effect-rows.ts'
import { Heads } from './heads.ts'

interface OverlayPorts {
  owner: UserId
  clock: Clock
  scopes: ScopeTable
  products: ProductStore
  index: DrawnIndex
}

/**
 * Draws this station's work over the rows, and takes it away in the transaction that brings its rows. The caller holds the
 * transaction and computes the lines that were touched. Each call tells which commands are settled by it.
 */
export class OverlayWriter {
  private readonly owner: UserId
  private readonly clock: Clock
  private readonly index: DrawnIndex
  private readonly heads: Heads
  private readonly orders: DrawnOrders
  private readonly rows: EffectRows
  private readonly numberOf: (id: MutationId) => number | null
  private readonly insert: Statement<[id: MutationId, unsent: number, drawnAt: number]>
  private readonly update: Statement<[unsent: number, no: number]>
  private readonly erase: Statement<[no: number], MutationId>
  private readonly all: Statement<[], [id: MutationId, drawnAt: number]>
  private readonly emptyAll: Statement<[]>[]

  constructor(db: Db, { owner, clock, scopes, products, index }: OverlayPorts) {
    this.owner = owner
    this.clock = clock
    this.index = index
    this.heads = new Heads(db, scopes, index)
    this.orders = new DrawnOrders(db, index)
    this.rows = new EffectRows(db, { owner, scopes, products, index, orders: this.orders })
    this.numberOf = prepareOne(db, 'select no from overlay_commands where id = ?', (no: number) => no)
    this.insert = db.prepare('insert into overlay_commands (id, unsent, drawn_at) values (?, ?, ?)')
    this.update = db.prepare('update overlay_commands set unsent = ? where no = ?')
    this.erase = db
      .prepare<[number], MutationId>('delete from overlay_commands where no = ? returning id')
      .pluck()
    this.all = db.prepare<[], [MutationId, number]>('select id, drawn_at from overlay_commands').raw()
    this.emptyAll = Object.keys(overlayTables)
      .filter((table) => table !== 'overlay_brought')
      .map((table) => db.prepare(`delete from ${table}`))
  }

  /** Forgets what a transaction that was rolled back had gathered. */
  begin(): void {
    this.orders.begin()
  }

  draw({ drawn, erased }: Fates, touched: Touched): MutationId[] {
    const now = this.clock.now()
    const settled = drawn.filter((command) => !this.put(command, now, touched)).map(({ id }) => id)
    for (const id of erased) this.takeAway(id, touched)
    this.orders.settle()
    return settled
  }

  /** Draws these and nothing else, in this order. */
  redraw(commands: readonly DrawnCommand[], touched: Touched): MutationId[] {
    const before = new Map(this.all.all())
    if (before.size > 0) {
      this.rows.touchAll(touched)
      for (const statement of this.emptyAll) statement.run()
      this.index.forget()
    }
    const now = this.clock.now()
    const settled = commands
      .filter((command) => !this.put(command, before.get(command.id) ?? now, touched))
      .map(({ id }) => id)
    this.heads.forgetAllBut(commands.map(({ id }) => id))
    this.orders.settle()
    return settled
  }

  /** The scope's cursor moves to `seq` in this transaction. */
  reach(scope: Scope, seq: number, touched: Touched): MutationId[] {
    return this.release(this.heads.reach(scope, seq), touched)
  }

  /** The scope starts over in this transaction, or is dropped. */
  pass(scope: Scope, touched: Touched): MutationId[] {
    return this.release(this.heads.reach(scope, Infinity), touched)
  }

  /** The lines of this scope are made anew: those with work drawn over them must be among them. */
  enter(scope: Scope, touched: Touched): void {
    this.rows.touchLines(scope, touched)
  }

  /** @returns false when the rows show it already: then nothing of it is drawn */
  private put(command: DrawnCommand, drawnAt: number, touched: Touched): boolean {
    const { id, at, settles, effects } = command
    const isAnswered = at === 'server' && settles.length > 0
    const awaited = isAnswered ? this.heads.awaited(command) : []
    if (isAnswered && awaited.length === 0) {
      this.takeAway(id, touched)
      return false
    }
    const no = this.enterCommand(id, at === 'station', drawnAt, touched)
    this.heads.put(no, awaited)
    const scopes = new Set(awaited.map(({ scope }) => scope))
    const someCame = isAnswered && awaited.length < settles.length
    const left = someCame ? effects.filter((effect) => scopes.has(scopeOf(effect, this.owner))) : effects
    this.rows.put(no, left, touched)
    return true
  }

  /** A command that is drawn already keeps its number, which is its place among the others. */
  private enterCommand(id: MutationId, unsent: boolean, drawnAt: number, touched: Touched): number {
    const held = this.numberOf(id)
    if (held === null) return Number(this.insert.run(id, Number(unsent), drawnAt).lastInsertRowid)
    this.heads.clear(held)
    this.rows.release(held, touched)
    this.update.run(Number(unsent), held)
    return held
  }

  private takeAway(id: MutationId, touched: Touched): void {
    const no = this.numberOf(id)
    if (no === null) return
    this.heads.clear(no)
    this.rows.release(no, touched)
    this.erase.run(no)
  }

  /** @returns the commands of which nothing is left */
  private release(commands: ReadonlySet<number>, touched: Touched): MutationId[] {
    const settled: MutationId[] = []
    for (const no of commands) {
      this.rows.release(no, touched)
      if (!this.heads.isWaiting(no)) settled.push(...this.erase.all(no))
    }
    this.orders.settle()
    return settled
  }
}
