import { userScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import type { ProductId, UserId } from '#shared/domain/ids.ts'
import type { Effect } from '../../commands/effects.ts'
import type { Db, Statement } from '../database.ts'
import type { ProductStore } from '../product-store.ts'
import { momentMs } from '../row-codec.ts'
import type { ScopeTable } from '../scope-table.ts'
import type { Touched } from '../touched.ts'
import type { DrawnIndex } from './drawn-index.ts'
import type { DrawnOrders } from './drawn-orders.ts'

type Of<On extends Effect['on']> = Extract<Effect, { on: On }>

/** The unit of sharing whose history will bring an effect. */
export function scopeOf(effect: Effect, owner: UserId): Scope {
  switch (effect.on) {
    case 'bin':
    case 'order':
    case 'order-line':
      return warehouseScope(effect.warehouse_id)
    case 'new-order':
      return warehouseScope(effect.order.warehouse_id)
    case 'notification':
      return userScope(owner)
  }
}

interface EffectPorts {
  owner: UserId
  scopes: ScopeTable
  products: ProductStore
  index: DrawnIndex
  orders: DrawnOrders
}

/** What commands change, row by row, and what depends on it. */
export class EffectRows {
  private readonly owner: UserId
  private readonly scopes: ScopeTable
  private readonly products: ProductStore
  private readonly index: DrawnIndex
  private readonly orders: DrawnOrders
  private readonly insertBin: Statement
  private readonly insertStep: Statement
  private readonly insertPick: Statement
  private readonly insertOrder: Statement
  private readonly insertItem: Statement
  private readonly insertRead: Statement
  private readonly eraseBins: Statement<[command: number], [scope: Scope, product: number]>
  /** From each table about orders, the order's id. */
  private readonly eraseOrders: Statement<[command: number], string>[]
  private readonly eraseReads: Statement<[command: number], string>
  private readonly productId: Statement<[product: number], ProductId>
  private readonly placesOf: Statement<[scope: Scope], [product: number, id: ProductId]>
  private readonly drawnScopes: Statement<[], Scope>
  private readonly drawnOrders: Statement<[], string>
  private readonly madeIn: Statement<[scope: Scope], string>
  private readonly drawnReads: Statement<[], string>

  constructor(db: Db, { owner, scopes, products, index, orders }: EffectPorts) {
    this.owner = owner
    this.scopes = scopes
    this.products = products
    this.index = index
    this.orders = orders
    const into = (table: string, columns: string): Statement =>
      db.prepare(
        `insert into ${table} (command, scope, ${columns}) values (?, ?, ${columns.replace(/\w+/g, '?')})`,
      )
    this.insertBin = into('overlay_bins', 'product, bin, on_hand, allocated')
    this.insertStep = into('overlay_steps', 'order_id, status')
    this.insertPick = into('overlay_picks', 'order_id, id, picked')
    this.insertOrder = into(
      'overlay_new_orders',
      'id, warehouse_id, number, customer, status, priority, due_at, created_at, changed_at, due_ms, created_ms',
    )
    this.insertItem = into(
      'overlay_new_items',
      'id, order_id, warehouse_id, product_id, line_no, quantity_ordered, quantity_picked',
    )
    this.insertRead = into('overlay_reads', 'id, read')
    const outOf = <R>(table: string, returning: string): Statement<[number], R> =>
      db.prepare<[number], R>(`
        delete from ${table} where command = ?
          and not exists (select 1 from overlay_heads h where h.command = ${table}.command and h.scope = ${table}.scope)
          returning ${returning}`)
    this.eraseBins = outOf<[Scope, number]>('overlay_bins', 'scope, product').raw()
    this.eraseOrders = [
      outOf<string>('overlay_steps', 'order_id').pluck(),
      outOf<string>('overlay_picks', 'order_id').pluck(),
      outOf<string>('overlay_new_orders', 'id').pluck(),
      outOf<string>('overlay_new_items', 'order_id').pluck(),
    ]
    this.eraseReads = outOf<string>('overlay_reads', 'id').pluck()
    this.productId = db.prepare<[number], ProductId>('select id from product_no where no = ?').pluck()
    this.placesOf = db
      .prepare<[Scope], [number, ProductId]>(
        'select distinct b.product, n.id from overlay_bins b join product_no n on n.no = b.product where b.scope = ?',
      )
      .raw()
    this.drawnScopes = db.prepare<[], Scope>('select distinct scope from overlay_bins').pluck()
    this.drawnOrders = db.prepare<[], string>('select id from overlay_orders').pluck()
    this.madeIn = db
      .prepare<[Scope], string>('select distinct id from overlay_new_orders where scope = ?')
      .pluck()
    this.drawnReads = db.prepare<[], string>('select distinct id from overlay_reads').pluck()
  }

  put(command: number, effects: readonly Effect[], touched: Touched): void {
    for (const effect of effects) {
      const scope = scopeOf(effect, this.owner)
      switch (effect.on) {
        case 'bin':
          this.putBin(command, scope, effect, touched)
          break
        case 'order':
          this.insertStep.run(command, scope, effect.order_id, effect.status)
          this.touchOrder(effect.order_id, touched)
          break
        case 'order-line':
          this.insertPick.run(command, scope, effect.order_id, effect.id, effect.picked)
          this.touchOrder(effect.order_id, touched)
          break
        case 'new-order':
          this.putOrder(command, scope, effect, touched)
          break
        case 'notification':
          this.insertRead.run(command, scope, effect.id, Number(effect.read))
          this.index.reads(1)
          touched.row('notifications', effect.id)
          break
      }
    }
  }

  /** Takes away what a command has in scopes where it waits for no head (any more). */
  release(command: number, touched: Touched): void {
    if (this.index.hasBins) {
      for (const [scope, product] of this.eraseBins.all(command)) {
        this.index.bin(scope, product, -1)
        this.touchLine(scope, product, this.productId.get(product), touched)
      }
    }
    if (this.index.hasOrders || this.orders.areTouched) {
      for (const statement of this.eraseOrders) {
        for (const id of statement.all(command)) this.touchOrder(id, touched)
      }
    }
    if (this.index.hasReads) {
      for (const id of this.eraseReads.all(command)) {
        this.index.reads(-1)
        touched.row('notifications', id)
      }
    }
  }

  /** Everything that is drawn: it is about to be drawn otherwise. */
  touchAll(touched: Touched): void {
    for (const scope of this.drawnScopes.all()) this.touchLines(scope, touched)
    for (const id of this.drawnOrders.all()) touched.row('sales_orders', id)
    for (const id of this.drawnReads.all()) touched.row('notifications', id)
  }

  /** Every line in this scope that anything is drawn over, and every order that was made for it. */
  touchLines(scope: Scope, touched: Touched): void {
    if (this.index.hasOrders) for (const id of this.madeIn.all(scope)) touched.row('sales_orders', id)
    if (!this.index.hasBins) return
    for (const [product, id] of this.placesOf.all(scope)) this.touchLine(scope, product, id, touched)
  }

  private putBin(command: number, scope: Scope, effect: Of<'bin'>, touched: Touched): void {
    const product = this.products.number(effect.product_id)
    this.insertBin.run(command, scope, product, effect.bin, effect.onHand, effect.allocated)
    this.index.bin(scope, product, 1)
    this.touchLine(scope, product, effect.product_id, touched)
  }

  private putOrder(command: number, scope: Scope, { order, lines }: Of<'new-order'>, touched: Touched): void {
    const { id, warehouse_id, number, customer, status, priority, due_at, created_at, changed_at } = order
    const due = due_at === null ? null : momentMs(due_at)
    this.insertOrder.run(
      ...[
        command,
        scope,
        id,
        warehouse_id,
        number,
        customer,
        status,
        priority,
        due_at,
        created_at,
        changed_at,
      ],
      ...[due, momentMs(created_at)],
    )
    for (const line of lines) {
      const { order_id, product_id, line_no, quantity_ordered, quantity_picked } = line
      this.insertItem.run(
        ...[command, scope, line.id, order_id, line.warehouse_id, product_id, line_no],
        ...[quantity_ordered, quantity_picked],
      )
    }
    this.touchOrder(id, touched)
  }

  private touchOrder(id: string, touched: Touched): void {
    this.orders.touch(id)
    touched.row('sales_orders', id)
  }

  /** Lines of a warehouse that is not held are nobody's: nothing of it is shown. */
  private touchLine(scope: Scope, product: number, id: ProductId | undefined, touched: Touched): void {
    const warehouse = this.scopes.number(scope)
    if (warehouse !== null && id !== undefined) touched.line(warehouse, product, id, 'any')
  }
}
