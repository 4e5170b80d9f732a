import type { Db, Statement } from './database.ts'
import type { Changeset } from './mirror.ts'

/** Reading this many lines one by one costs less than to read them all. */
const MOST_OUTDATED = 1_000

/** Which product each line is of, by the line's number, in memory: what a search of many lines would else look up one by one. */
export class LineProducts {
  private readonly lines: Statement<[], number>
  private readonly products: Statement<[], number>
  private readonly product: Statement<[line: number], number>
  private held: Uint32Array | null = null
  private readonly outdated = new Set<number>()

  constructor(db: Db) {
    // Both are in the index by product, a tenth of what the table has to be read for.
    const inOrder = 'from stock_line indexed by stock_line_of_product order by product, warehouse'
    this.lines = db.prepare<[], number>(`select line ${inOrder}`).pluck()
    this.products = db.prepare<[], number>(`select product ${inOrder}`).pluck()
    this.product = db.prepare<[number], number>('select product from stock_line where line = ?').pluck()
  }

  /** Product numbers at the places of their lines' numbers. */
  read(): Uint32Array {
    if (this.held === null || this.outdated.size > MOST_OUTDATED) this.held = this.readAll()
    for (const line of this.outdated) this.held = withProduct(this.held, line, this.product.get(line) ?? 0)
    this.outdated.clear()
    return this.held
  }

  /** A commit. A line stays with its product, but its number may be another's after it is gone. */
  changed({ lines, everything }: Pick<Changeset, 'lines' | 'everything'>): void {
    if (this.held === null) return
    if (everything) this.held = null
    for (const { before, after } of everything ? [] : lines) {
      if (after !== null && before?.line !== after.line) this.outdated.add(after.line)
    }
  }

  private readAll(): Uint32Array {
    this.outdated.clear()
    const lines = this.lines.all()
    const products = this.products.all()
    const held = new Uint32Array(lines.reduce((most, line) => Math.max(most, line), 0) + 1)
    for (const [i, line] of lines.entries()) held[line] = products[i] ?? 0
    return held
  }
}

/** With room for those to come. */
function withProduct(held: Uint32Array, line: number, product: number): Uint32Array {
  let products = held
  if (line >= held.length) {
    products = new Uint32Array(line + MOST_OUTDATED)
    products.set(held)
  }
  products[line] = product
  return products
}
