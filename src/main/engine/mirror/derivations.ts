import type { MutationId, WarehouseId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Db } from './database.ts'
import type { Changeset, LineChange } from './mirror.ts'
import type { DrawnBins } from './overlay/drawn-bins.ts'
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
 */
export class Derivations {
  private readonly scopes: ScopeTable
  private readonly texts: ProductTexts
  private readonly lines: StockLines

  constructor(db: Db, scopes: ScopeTable, products: ProductStore, drawn: DrawnBins) {
    this.scopes = scopes
    this.texts = new ProductTexts(db)
    this.lines = new StockLines(db, products, drawn)
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
        touched.line(warehouse, product, productId, null)
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
        const { before, after } = this.lines.refresh({ warehouse, scope, product }, line, counts)
        if (!before && !after) continue
        const { productId } = line
        changes.push({ warehouseId, productId, before, after, texts: touched.texts.has(product) })
      }
    }
    this.lines.settleCounts(counts)
    return {
      tables: Object.fromEntries(touched.tables),
      stock: byWarehouse(changes),
      lines: changes,
      settled,
      everything: false,
    }
  }
}

const warehouseOf = (scope: Scope): WarehouseId => scope.slice('warehouse:'.length) as WarehouseId

function byWarehouse(lines: readonly LineChange[]): Changeset['stock'] {
  const stock = new Map<WarehouseId, Set<LineChange['productId']>>()
  for (const { warehouseId, productId } of lines) {
    const products = stock.get(warehouseId)
    if (products) products.add(productId)
    else stock.set(warehouseId, new Set([productId]))
  }
  return stock
}
