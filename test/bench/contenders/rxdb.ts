import { basename } from 'node:path'
import { createRxDatabase, type RxCollection } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import type { Subscription } from 'rxjs'
import type { ShownRow, Start, StockKeeper } from './port.ts'
import { WINDOW_ROWS, type StockRow } from './stock-rows.ts'

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const

const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: text(36),
    sku: text(20),
    name: text(100),
    bin: text(20),
    onHand: { type: 'number' },
    allocated: { type: 'number' },
    changedAt: text(30),
  },
  required: ['id', 'sku', 'name', 'bin', 'onHand', 'allocated', 'changedAt'],
  indexes: ['sku'],
} as const

class RxDbInMemory implements StockKeeper<StockRow[]> {
  private readonly stock: RxCollection<StockRow>
  private list: readonly ShownRow[] = []
  private watching: Subscription | null = null
  private told: () => void = () => undefined

  constructor(stock: RxCollection<StockRow>) {
    this.stock = stock
  }

  arrival(rows: readonly StockRow[]): StockRow[] {
    return [...rows]
  }

  async load(page: StockRow[]): Promise<void> {
    const { error } = await this.stock.bulkInsert(page)
    if (error.length > 0) throw new Error(`${error.length} rows were not taken.`)
  }

  loaded(): void {
    return
  }

  async open(): Promise<void> {
    const answered = this.nextAnswer()
    const query = this.stock.find({ selector: {}, sort: [{ sku: 'asc' }], limit: WINDOW_ROWS })
    this.watching = query.$.subscribe((rows) => {
      // A document computes its fields when they are read: they are read here, as a screen would.
      this.list = rows.map(({ sku, name, bin, onHand, allocated }) => ({
        sku,
        name,
        bin,
        onHand,
        allocated,
      }))
      this.told()
    })
    await answered
  }

  async apply(changed: StockRow[]): Promise<void> {
    const answered = this.nextAnswer()
    if (changed.length === 1) await this.stock.upsert(changed[0]!)
    else await this.stock.bulkUpsert(changed)
    await answered
  }

  shown(): readonly ShownRow[] {
    return this.list
  }

  async close(): Promise<void> {
    this.watching?.unsubscribe()
    await this.stock.database.remove()
  }

  private nextAnswer(): Promise<void> {
    return new Promise((resolve) => (this.told = resolve))
  }
}

export const start: Start<StockRow[]> = async (folder) => {
  const db = await createRxDatabase({
    // What is kept in memory outlives a database that is closed, under its name.
    name: basename(folder).toLowerCase(),
    storage: getRxStorageMemory(),
    multiInstance: false,
    eventReduce: true,
  })
  const { stock } = await db.addCollections({ stock: { schema } })
  return new RxDbInMemory(stock)
}
