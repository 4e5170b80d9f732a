import type { ProductBarcodeRow, ProductRow } from '#shared/domain/rows.ts'
import type { ProductId } from '#shared/domain/ids.ts'
import { prepareOne, type Db, type Statement } from './database.ts'
import { sortKey } from './text-keys.ts'
import type { Touched } from './touched.ts'

interface HeldProduct {
  no: number
  seq: number
  sku: string
  name: string
}

interface HeldBarcode {
  seq: number
  product: number
  /** Null when the number stands for no product: only a damaged file has that, and a repair must get past it. */
  productId: ProductId | null
}

const otherwise = { found: 'otherwise' } as const

/** What stock lines take from their product. */
export interface ProductFigures {
  skuKey: string
  nameKey: string
  reorderPoint: number
}

/** Products and their barcodes, and the number by which each product is known inside the mirror. */
export class ProductStore {
  private readonly numberOf: Statement<[id: string], number>
  private readonly giveNumber: Statement<[id: string]>
  private readonly held: (id: string) => HeldProduct | null
  private readonly insert: Statement
  private readonly updateFigures: Statement
  private readonly update: Statement
  private readonly erase: Statement<[no: number, scope: number, seq: number]>
  private readonly eraseAny: Statement<[no: number]>
  private readonly heldBarcode: (id: string, scope: number) => HeldBarcode | null
  private readonly upsertBarcode: Statement
  private readonly eraseBarcode: Statement<[id: string, scope: number]>
  /** What stock lines take from a product; null while it is not known. */
  readonly figures: (product: number) => ProductFigures | null

  constructor(db: Db) {
    this.numberOf = db.prepare<[string], number>('select no from product_no where id = ?').pluck()
    this.giveNumber = db.prepare('insert into product_no (id) values (?)')
    this.held = prepareOne(
      db,
      // Not a join, for the reason told in inventory-store.ts.
      'select no, seq, sku, name from products where no = (select no from product_no where id = ?)',
      (no: number, seq: number, sku: string, name: string) => ({ no, seq, sku, name }),
    )
    this.insert = db.prepare(`
      insert into products (no, scope, seq, sku, name, category, unit, reorder_point, sku_key, name_key)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    // Called as before, so that its sort keys stay.
    this.updateFigures = db.prepare(
      'update products set scope = ?, seq = ?, category = ?, unit = ?, reorder_point = ? where no = ?',
    )
    this.update = db.prepare(`
      update products
        set scope = ?, seq = ?, sku = ?, name = ?, category = ?, unit = ?, reorder_point = ?, sku_key = ?, name_key = ?
        where no = ?`)
    this.erase = db.prepare('delete from products where no = ? and scope = ? and seq < ?')
    this.eraseAny = db.prepare('delete from products where no = ?')
    this.heldBarcode = prepareOne(
      db,
      `select seq, product, (select id from product_no where no = product_barcodes.product)
         from product_barcodes where id = ? and scope = ?`,
      (seq: number, product: number, productId: ProductId | null) => ({ seq, product, productId }),
    )
    this.upsertBarcode = db.prepare(`
      insert into product_barcodes (id, scope, seq, product, barcode, pack_quantity) values (?, ?, ?, ?, ?, ?)
      on conflict (id, scope) do update
        set seq = excluded.seq, product = excluded.product, barcode = excluded.barcode,
            pack_quantity = excluded.pack_quantity`)
    this.eraseBarcode = db.prepare('delete from product_barcodes where id = ? and scope = ?')
    this.figures = prepareOne(
      db,
      'select sku_key, name_key, reorder_point from products where no = ?',
      (skuKey: string, nameKey: string, reorderPoint: number) => ({ skuKey, nameKey, reorderPoint }),
    )
  }

  /** The product's number; it gets one at its first mention. */
  number(id: ProductId): number {
    return this.numberOf.get(id) ?? Number(this.giveNumber.run(id).lastInsertRowid)
  }

  put(scope: number, seq: number, row: ProductRow, touched: Touched): boolean {
    const held = this.held(row.id)
    if (held && held.seq >= seq) return false
    const product = held?.no ?? this.number(row.id)
    const { sku, name, category, unit, reorder_point: reorderPoint } = row
    if (held?.sku === sku && held.name === name) {
      this.updateFigures.run(scope, seq, category, unit, reorderPoint, product)
      touched.product(product, row.id, { found: 'as before' })
      return true
    }
    const values = [scope, seq, sku, name, category, unit, reorderPoint, sortKey(sku), sortKey(name)]
    if (held) this.update.run(...values, product)
    else this.insert.run(product, ...values)
    touched.product(product, row.id, otherwise)
    return true
  }

  remove(scope: number, seq: number, id: string, touched: Touched): boolean {
    const held = this.held(id)
    if (!held || this.erase.run(held.no, scope, seq).changes === 0) return false
    touched.product(held.no, id as ProductId, otherwise)
    return true
  }

  /** Takes a product out whatever its number, and whatever scope a damaged row says it is of. */
  evict(id: string, touched: Touched): boolean {
    const held = this.held(id)
    if (!held || this.eraseAny.run(held.no).changes === 0) return false
    touched.product(held.no, id as ProductId, otherwise)
    return true
  }

  putBarcode(scope: number, seq: number, row: ProductBarcodeRow, touched: Touched): boolean {
    const held = this.heldBarcode(row.id, scope)
    if (held && held.seq >= seq) return false
    const product = this.number(row.product_id)
    this.upsertBarcode.run(row.id, scope, seq, product, row.barcode, row.pack_quantity)
    if (held?.productId) touched.product(held.product, held.productId, otherwise)
    touched.product(product, row.product_id, otherwise)
    return true
  }

  removeBarcode(scope: number, seq: number, id: string, touched: Touched): boolean {
    const held = this.heldBarcode(id, scope)
    if (!held || held.seq >= seq) return false
    this.eraseBarcode.run(id, scope)
    if (held.productId !== null) touched.product(held.product, held.productId, otherwise)
    return true
  }
}
