import type { InventoryRow, TableName } from '#shared/domain/rows.ts'
import type { ProductId } from '#shared/domain/ids.ts'

/** What happened to one stock row: it came, or got other figures in the bin where it was. */
export interface OneRow {
  row: InventoryRow
  is: 'new' | 'in-place'
}

/** A stock line to be computed again. */
export interface TouchedLine {
  productId: ProductId
  /** Which of its stock rows changed, or what is drawn over them: a single row, none (its product did), or whatever it may be. */
  rows: OneRow | 'none' | 'any'
}

/** What the changes of one transaction touched, gathered while rows are written and worked off before the commit. */
export class Touched {
  readonly tables = new Map<TableName, Set<string>>()
  /** Products whose own row or barcodes changed, by number. */
  readonly products = new Map<number, ProductId>()
  /** Those of them that may be found by other words now: SKU, name or barcodes changed. */
  readonly texts = new Set<number>()
  /** By warehouse (scope number), then by product number. */
  readonly lines = new Map<number, Map<number, TouchedLine>>()

  /** Orders whose lines changed, or the work drawn over them; those whose own rows did are in `tables`. */
  readonly orders = new Set<string>()

  product(product: number, id: ProductId, { found }: { found: 'as before' | 'otherwise' }): void {
    this.products.set(product, id)
    if (found === 'otherwise') this.texts.add(product)
  }

  row(table: TableName, id: string): void {
    const ids = this.tables.get(table)
    if (ids) ids.add(id)
    else this.tables.set(table, new Set([id]))
  }

  /** @param rows what happened to its rows, or to what is drawn over them */
  line(warehouse: number, product: number, productId: ProductId, rows: TouchedLine['rows']): void {
    const lines = this.linesOf(warehouse)
    const touched = lines.get(product)
    if (!touched) lines.set(product, { productId, rows })
    else if (rows !== 'none') touched.rows = touched.rows === 'none' ? rows : 'any'
  }

  private linesOf(warehouse: number): Map<number, TouchedLine> {
    let lines = this.lines.get(warehouse)
    if (!lines) this.lines.set(warehouse, (lines = new Map<number, TouchedLine>()))
    return lines
  }
}
