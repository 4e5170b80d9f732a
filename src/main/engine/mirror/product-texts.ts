import { prepareOne, type Db, type Statement } from './database.ts'
import { searchText } from './text-keys.ts'

/** What products are found by, kept in step with their rows and barcodes. */
export class ProductTexts {
  private readonly source: (product: number) => { sku: string; name: string } | null
  private readonly barcodes: Statement<[product: number], string>
  private readonly held: Statement<[product: number], string>
  private readonly write: Statement<[product: number, text: string]>
  private readonly erase: Statement<[product: number]>
  private readonly index: Statement<[product: number, text: string]>
  private readonly unindex: Statement<[product: number]>

  constructor(db: Db) {
    this.source = prepareOne(
      db,
      'select sku, name from products where no = ?',
      (sku: string, name: string) => ({ sku, name }),
    )
    this.barcodes = db
      .prepare<[number], string>(
        'select barcode from product_barcodes where product = ? order by barcode, id',
      )
      .pluck()
    this.held = db.prepare<[number], string>('select text from product_text where no = ?').pluck()
    this.write = db.prepare('insert or replace into product_text (no, text) values (?, ?)')
    this.erase = db.prepare('delete from product_text where no = ?')
    this.index = db.prepare('insert into product_fts (rowid, text) values (?, ?)')
    this.unindex = db.prepare('delete from product_fts where rowid = ?')
  }

  refresh(product: number): void {
    const source = this.source(product)
    const text = source ? searchText(source.sku, source.name, this.barcodes.all(product)) : undefined
    const held = this.held.get(product)
    if (text === held) return
    if (held !== undefined) {
      this.unindex.run(product)
      if (text === undefined) this.erase.run(product)
    }
    if (text === undefined) return
    this.write.run(product, text)
    this.index.run(product, text)
  }
}
