import type { MutationId, WarehouseId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Db } from './database.ts'
import type { Changeset, LineChange, OrderChange } from './mirror.ts'
import { OrderCards } from './order-cards.ts'
import { OrderCountChanges, OrderCounts } from './order-counts.ts'
import type { DrawnBins } from './overlay/drawn-bins.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import type { ProductStore } from './product-store.ts'
import { ProductTexts } from './product-texts.ts'
import type { ScopeTable } from './scope-table.ts'
import { CountChanges } from './stock-counts.ts'
import { StockLines } from './stock-lines.ts'
import type { Steps } from './steps.ts'
import type { Touched } from './touched.ts'

/**
 * Brings what is computed from base rows up to date, within the transaction that changed them.
 *
 *   touched products ─► search texts ─┐
 *   touched lines ◄───────────────────┘ ─► stock lines ─► counts
 *   touched orders ─► order cards ─► their search texts and counts
 */
export class Derivations {
  private readonly scopes: ScopeTable
  private readonly texts: ProductTexts
  private readonly lines: StockLines
  private readonly orders: OrderCards
  private readonly orderCounts: OrderCounts

  constructor(db: Db, scopes: ScopeTable, products: ProductStore, drawn: DrawnBins, index: DrawnIndex) {
    this.scopes = scopes
    this.texts = new ProductTexts(db)
    this.lines = new StockLines(db, products, drawn)
    this.orders = new OrderCards(db, scopes, index)
    this.orderCounts = new OrderCounts(db)
  }

  /**
   * A pause may be made at each step.
   * @param settled the commands of which nothing is drawn any more
   * @returns what the batch changed, for the views
   */
  *settle(touched: Touched, settled: readonly MutationId[]): Steps<Changeset> {
    const counts = new CountChanges()
    for (const [product, productId] of touched.products) {
      if (touched.texts.has(product)) this.texts.refresh(product)
      for (const warehouse of this.lines.warehousesOf(product)) {
        touched.line(warehouse, product, productId, 'none')
      }
      yield
    }
    const changes: LineChange[] = []
    for (const [warehouse, lines] of touched.lines) {
      const scope = this.scopes.byNumber(warehouse)
      // Stock of a scope that is not held was taken away: nobody sees its lines.
      if (scope === null) continue
      const warehouseId = warehouseOf(scope)
      for (const [product, line] of lines) {
        yield
        const { productId, rows } = line
        const texts = touched.texts.has(product)
        const { before, after } = this.lines.refresh({ warehouse, scope, product }, { rows, texts }, counts)
        if (before || after) changes.push({ warehouseId, productId, before, after, texts })
      }
    }
    this.lines.settleCounts(counts)
    const orders: OrderChange[] = []
    const orderCounts = new OrderCountChanges()
    const lineIds = touched.tables.get('sales_order_items') ?? []
    const rowIds = touched.tables.get('sales_orders') ?? []
    for (const id of new Set([...rowIds, ...touched.orders, ...this.orders.madeWith(lineIds)])) {
      yield
      orders.push(...this.orders.refresh(id, orderCounts))
    }
    this.orderCounts.settle(orderCounts)
    return {
      tables: Object.fromEntries(touched.tables),
      stock: byWarehouse(changes),
      lines: changes,
      orders,
      settled,
      everything: false,
    }
  }
}

export const warehouseOf = (scope: Scope): WarehouseId => scope.slice('warehouse:'.length) as WarehouseId

function byWarehouse(lines: readonly LineChange[]): Changeset['stock'] {
  const stock = new Map<WarehouseId, Set<LineChange['productId']>>()
  for (const { warehouseId, productId } of lines) {
    const products = stock.get(warehouseId)
    if (products) products.add(productId)
    else stock.set(warehouseId, new Set([productId]))
  }
  return stock
}
