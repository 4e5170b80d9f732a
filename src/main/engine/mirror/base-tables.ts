import type { RowOf } from '#shared/domain/rows.ts'
import { siteScope, type Scope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import { prepareOne, type Db, type Statement } from './database.ts'
import { InventoryStore } from './inventory-store.ts'
import type { MirroredTable } from './mirror.ts'
import { PlainStore } from './plain-store.ts'
import { plainTableNames, type PlainTable } from './plain-tables.ts'
import type { ProductStore } from './product-store.ts'
import { mirroredTables } from './row-codec.ts'
import type { Touched } from './touched.ts'

/** Writes base rows of every table, and gathers what depends on them. */
export class BaseTables {
  private readonly products: ProductStore
  private readonly inventory: InventoryStore
  private readonly plain: ReadonlyMap<string, PlainStore<PlainTable>>
  private readonly emptyScope: Statement<[scope: number]>[]
  private readonly emptyWarehouse: Statement<[scope: number]>[]
  private readonly emptyOrders: Statement<[scope: number]>[]
  private readonly orderOfLine: (id: string, scope: number) => string | null
  private readonly watched: Db

  /** @param watched the same file, for statements that run once a scope */
  constructor(db: Db, watched: Db, products: ProductStore) {
    this.watched = watched
    this.products = products
    this.inventory = new InventoryStore(db, products)
    this.plain = new Map(plainTableNames.map((table) => [table, new PlainStore<PlainTable>(db, table)]))
    this.emptyScope = ['unreadable', ...mirroredTables].map((table) =>
      watched.prepare(`delete from ${table} where scope = ?`),
    )
    this.emptyWarehouse = ['stock_line', 'stock_count'].map((table) =>
      watched.prepare(`delete from ${table} where warehouse = ?`),
    )
    this.emptyOrders = [
      'delete from order_fts where rowid in (select no from order_card where scope = ?)',
      'delete from order_card where scope = ?',
      'delete from order_count where scope = ?',
    ].map((sql) => watched.prepare(sql))
    this.orderOfLine = prepareOne(
      db,
      'select order_id from sales_order_items where id = ? and scope = ?',
      (order: string) => order,
    )
  }

  /** Puts one row, unless what is held is as new. */
  put<T extends MirroredTable>(table: T, scope: number, seq: number, row: RowOf<T>, touched: Touched): void {
    if (this.store(table, scope, seq, row, touched)) touched.row(table, row.id)
  }

  remove(table: MirroredTable, scope: number, seq: number, id: string, touched: Touched): void {
    if (this.erase(table, scope, seq, id, touched)) touched.row(table, id)
  }

  /** Takes a row out whatever its number. */
  evict(table: MirroredTable, scope: number, id: string, touched: Touched): void {
    if (table !== 'products') this.remove(table, scope, Infinity, id, touched)
    else if (this.products.evict(id, touched)) touched.row(table, id)
  }

  /** Empties a scope of its rows and of what is derived from them alone. */
  empty(no: number, scope: Scope): void {
    for (const statement of this.emptyScope) statement.run(no)
    for (const statement of [...this.emptyWarehouse, ...this.emptyOrders]) statement.run(no)
    if (scope === siteScope) this.forgetProducts()
  }

  /** Without their products, all lines leave their lists, until the products are known again. */
  private forgetProducts(): void {
    this.watched.exec(`
      update stock_line set state = null, sku_key = null, name_key = null where state is not null;
      delete from stock_count;
      delete from product_text;
      insert into product_fts (product_fts) values ('delete-all');
    `)
  }

  private plainStore(table: string): PlainStore<PlainTable> {
    return must(this.plain.get(table), `the store of ${table}`)
  }

  private store<T extends MirroredTable>(
    table: T,
    scope: number,
    seq: number,
    row: RowOf<T>,
    touched: Touched,
  ): boolean {
    switch (table) {
      case 'inventory':
        return this.inventory.put(scope, seq, row as RowOf<'inventory'>, touched)
      case 'products':
        return this.products.put(scope, seq, row as RowOf<'products'>, touched)
      case 'product_barcodes':
        return this.products.putBarcode(scope, seq, row as RowOf<'product_barcodes'>, touched)
      case 'sales_order_items':
        return this.putLine(scope, seq, row as RowOf<'sales_order_items'>, touched)
      default:
        return this.plainStore(table).put(scope, seq, row as RowOf<PlainTable>)
    }
  }

  private erase(table: MirroredTable, scope: number, seq: number, id: string, touched: Touched): boolean {
    switch (table) {
      case 'inventory':
        return this.inventory.remove(scope, seq, id, touched)
      case 'products':
        return this.products.remove(scope, seq, id, touched)
      case 'product_barcodes':
        return this.products.removeBarcode(scope, seq, id, touched)
      case 'sales_order_items':
        this.touchOrderOf(id, scope, touched)
        return this.plainStore(table).remove(scope, seq, id)
      default:
        return this.plainStore(table).remove(scope, seq, id)
    }
  }

  private putLine(scope: number, seq: number, row: RowOf<'sales_order_items'>, touched: Touched): boolean {
    this.touchOrderOf(row.id, scope, touched)
    touched.orders.add(row.order_id)
    return this.plainStore('sales_order_items').put(scope, seq, row)
  }

  /** The order a held line belongs to, whatever becomes of the line. */
  private touchOrderOf(line: string, scope: number, touched: Touched): void {
    const order = this.orderOfLine(line, scope)
    if (order !== null) touched.orders.add(order)
  }
}
