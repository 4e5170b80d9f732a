import type { InventoryRow } from '#shared/domain/rows.ts'
import type { ProductId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import { prepareOne, type Db, type Statement } from './database.ts'
import type { ProductStore } from './product-store.ts'
import type { Touched } from './touched.ts'

interface HeldInventory {
  seq: number
  product: number
  /** Null when the number stands for no product: only a damaged file has that, and a repair must get past it. */
  productId: ProductId | null
}

/** Stock rows: one per product and bin of a warehouse. The scope's number stands for the warehouse. */
export class InventoryStore {
  private readonly products: ProductStore
  private readonly held: (id: string, scope: number) => HeldInventory | null
  private readonly insert: Statement
  private readonly update: Statement
  private readonly erase: Statement<[id: string, scope: number]>

  constructor(db: Db, products: ProductStore) {
    this.products = products
    this.held = prepareOne(
      db,
      `select i.seq, i.product, n.id from inventory i left join product_no n on n.no = i.product
         where i.id = ? and i.scope = ?`,
      (seq: number, product: number, productId: ProductId | null) => ({ seq, product, productId }),
    )
    this.insert = db.prepare(`
      insert into inventory (id, scope, seq, product, bin, quantity_on_hand, quantity_allocated, changed_at)
      values (?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (id, scope) do nothing`)
    this.update = db.prepare(`
      update inventory
        set seq = ?, product = ?, bin = ?, quantity_on_hand = ?, quantity_allocated = ?, changed_at = ?
        where id = ? and scope = ?`)
    this.erase = db.prepare('delete from inventory where id = ? and scope = ?')
  }

  put(scope: number, seq: number, row: InventoryRow, touched: Touched): boolean {
    const { bin, quantity_on_hand: onHand, quantity_allocated: allocated, changed_at: changedAt } = row
    const product = this.products.number(row.product_id)
    // Tried first: in a download nearly every row is new, and then this is all there is to do.
    if (this.insert.run(row.id, scope, seq, product, bin, onHand, allocated, changedAt).changes > 0) {
      touched.line(scope, product, row.product_id, row)
      return true
    }
    const held = must(this.held(row.id, scope), 'the stock row in the way')
    if (held.seq >= seq) return false
    this.update.run(seq, product, bin, onHand, allocated, changedAt, row.id, scope)
    touched.line(scope, product, row.product_id, null)
    if (product !== held.product) this.touchLine(scope, held, touched)
    return true
  }

  remove(scope: number, seq: number, id: string, touched: Touched): boolean {
    const held = this.held(id, scope)
    if (!held || held.seq >= seq) return false
    this.erase.run(id, scope)
    this.touchLine(scope, held, touched)
    return true
  }

  private touchLine(scope: number, { product, productId }: HeldInventory, touched: Touched): void {
    if (productId !== null) touched.line(scope, product, productId, null)
  }
}
