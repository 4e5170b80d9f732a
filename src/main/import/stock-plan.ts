import type { FieldOf, StockColumn } from './files.ts'
import { idFrom } from './ids.ts'
import type { RowProblem } from '#shared/protocol/import.ts'
import type { BadLine, ImportPlan, LineReport, PlannedProduct } from './plan.ts'

/*
 * Products with stock: one line per product and bin. A product may stand on several lines, one for each of its bins or
 * barcodes; its name and the rest are taken from the first.
 */

/** A whole number of 0 or more, or nothing. */
const isWhole = (text: string): boolean => /^\d{0,9}$/.test(text)

export class StockPlanner {
  readonly plan: ImportPlan = { products: [], barcodes: [], movements: [], orders: [], order_items: [] }
  readonly #products = new Map<string, PlannedProduct>()
  readonly #barcodes = new Map<string, string>()
  readonly #bins = new Set<string>()
  readonly #field: FieldOf<StockColumn>
  readonly #report: LineReport
  readonly #code: string

  constructor(field: FieldOf<StockColumn>, report: LineReport, warehouseCode: string) {
    this.#field = field
    this.#report = report
    this.#code = warehouseCode
  }

  add(line: number, fields: readonly string[]): void {
    const problem = this.#problemOf(fields)
    if (problem !== null) {
      this.#report.skip(problem, line)
      return
    }
    this.#addProduct(fields)
    this.#addBarcode(fields)
    this.#addStock(fields)
  }

  #problemOf(fields: readonly string[]): BadLine | null {
    const of = (column: StockColumn): string => this.#field(fields, column)
    const bad = (problem: RowProblem, column: StockColumn): BadLine => ({
      problem,
      column,
      value: of(column).slice(0, 80),
    })
    const sku = of('sku')
    if (sku === '') return bad('sku-missing', 'sku')
    if (sku.length > 40) return bad('sku-long', 'sku')
    if (of('name') === '' && !this.#products.has(sku)) return bad('name-missing', 'name')
    if (!isWhole(of('quantity'))) return bad('quantity-not-whole', 'quantity')
    if (!isWhole(of('reorder_point'))) return bad('reorder-point-not-whole', 'reorder_point')
    if (of('bin').length > 40) return bad('bin-long', 'bin')
    if (of('quantity') !== '' && of('bin') === '') return bad('quantity-without-bin', 'quantity')
    if (this.#bins.has(`${sku}\0${of('bin')}`)) return bad('bin-twice', 'bin')
    const owner = this.#barcodes.get(of('barcode'))
    if (owner !== undefined && owner !== sku) return bad('barcode-of-another', 'barcode')
    return null
  }

  #addProduct(fields: readonly string[]): void {
    const sku = this.#field(fields, 'sku')
    if (this.#products.has(sku)) return
    const product: PlannedProduct = {
      id: idFrom('product', sku),
      sku,
      name: this.#field(fields, 'name'),
      category: this.#field(fields, 'category') || null,
      unit: this.#field(fields, 'unit') || 'piece',
      reorder_point: Number(this.#field(fields, 'reorder_point') || '0'),
    }
    this.#products.set(sku, product)
    this.plan.products.push(product)
    this.#report.take('products')
  }

  #addBarcode(fields: readonly string[]): void {
    const [sku, barcode] = [this.#field(fields, 'sku'), this.#field(fields, 'barcode')]
    if (barcode === '' || this.#barcodes.has(barcode)) return
    this.#barcodes.set(barcode, sku)
    this.plan.barcodes.push({ id: idFrom('barcode', barcode), sku, barcode, pack_quantity: 1 })
    this.#report.take('barcodes')
  }

  #addStock(fields: readonly string[]): void {
    const [sku, bin] = [this.#field(fields, 'sku'), this.#field(fields, 'bin')]
    if (bin === '') return
    this.#bins.add(`${sku}\0${bin}`)
    this.plan.movements.push({
      id: idFrom('movement', this.#code, 'opening', sku, bin),
      sku,
      bin,
      quantity: Number(this.#field(fields, 'quantity') || '0'),
      kind: 'opening',
      reason: null,
      reference: 'Opening stock',
      at: null,
    })
    this.#report.take('bins')
  }
}
