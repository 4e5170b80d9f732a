import type { InventoryRow } from '#shared/domain/rows.ts'
import type { ProductId } from '#shared/domain/ids.ts'
import { prepareOne, type Db, type Statement } from './database.ts'
import type { ProductStore } from './product-store.ts'
import type { Touched } from './touched.ts'

interface HeldInventory {
  rowid: number
  seq: number
  bin: string
  product: number
  /** Null when the number stands for no product: only a damaged file has that, and a repair must get past it. */
  productId: ProductId | null
}

type HeldTuple = [rowid: number, seq: number, bin: string, product: number, productId: ProductId | null]

/** Stock rows: one per product and bin of a warehouse. The scope's number stands for the warehouse. */
export class InventoryStore {
  private readonly products: ProductStore
  private readonly held: (id: string, scope: number) => HeldInventory | null
  private readonly insert: Statement
  private readonly updateFigures: Statement
  private readonly update: Statement
  private readonly erase: Statement<[id: string, scope: number]>
  /** Whether the last row was new: in a download nearly all are, in a catch-up nearly none. */
  private expectsNew = true

  constructor(db: Db, products: ProductStore) {
    this.products = products
    // A query within costs a third of a join here: setting a join up takes longer than finding the two rows.
    this.held = prepareOne(
      db,
      `select rowid, seq, bin, product, (select id from product_no where no = inventory.product)
         from inventory where id = ? and scope = ?`,
      (...[rowid, seq, bin, product, productId]: HeldTuple): HeldInventory => ({
        rowid,
        seq,
        bin,
        product,
        productId,
      }),
    )
    this.insert = db.prepare(`
      insert into inventory (id, scope, seq, product, bin, quantity_on_hand, quantity_allocated, changed_at)
      values (?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (id, scope) do nothing`)
    // Leaves the index by product alone, which an update that names its column would rewrite.
    this.updateFigures = db.prepare(`
      update inventory set seq = ?, quantity_on_hand = ?, quantity_allocated = ?, changed_at = ? where rowid = ?`)
    this.update = db.prepare(`
      update inventory
        set seq = ?, product = ?, bin = ?, quantity_on_hand = ?, quantity_allocated = ?, changed_at = ?
        where rowid = ?`)
    this.erase = db.prepare('delete from inventory where id = ? and scope = ?')
  }

  put(scope: number, seq: number, row: InventoryRow, touched: Touched): boolean {
    if (this.expectsNew && this.putNew(scope, seq, row, touched)) return true
    const held = this.held(row.id, scope)
    this.expectsNew = held === null
    if (held === null) return this.putNew(scope, seq, row, touched)
    if (held.seq >= seq) return false
    this.putOver(held, scope, seq, row, touched)
    return true
  }

  remove(scope: number, seq: number, id: string, touched: Touched): boolean {
    const held = this.held(id, scope)
    if (!held || held.seq >= seq) return false
    this.erase.run(id, scope)
    this.touchLine(scope, held, touched)
    return true
  }

  /** @returns false when there is such a row already */
  private putNew(scope: number, seq: number, row: InventoryRow, touched: Touched): boolean {
    const { bin, quantity_on_hand: onHand, quantity_allocated: allocated, changed_at: changedAt } = row
    const product = this.products.number(row.product_id)
    const { changes } = this.insert.run(row.id, scope, seq, product, bin, onHand, allocated, changedAt)
    if (changes > 0) touched.line(scope, product, row.product_id, { row, is: 'new' })
    return changes > 0
  }

  private putOver(
    held: HeldInventory,
    scope: number,
    seq: number,
    row: InventoryRow,
    touched: Touched,
  ): void {
    const { bin, quantity_on_hand: onHand, quantity_allocated: allocated, changed_at: changedAt } = row
    if (held.productId === row.product_id && held.bin === bin) {
      this.updateFigures.run(seq, onHand, allocated, changedAt, held.rowid)
      return touched.line(scope, held.product, row.product_id, { row, is: 'in-place' })
    }
    const product = this.products.number(row.product_id)
    this.update.run(seq, product, bin, onHand, allocated, changedAt, held.rowid)
    touched.line(scope, product, row.product_id, 'any')
    if (product !== held.product) this.touchLine(scope, held, touched)
  }

  private touchLine(scope: number, { product, productId }: HeldInventory, touched: Touched): void {
    if (productId !== null) touched.line(scope, product, productId, 'any')
  }
}
