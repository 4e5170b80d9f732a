import { column, PowerSyncDatabase, Schema, Table } from '@powersync/node'
import type { ShownRow, Start, StockKeeper } from './port.ts'
import { WINDOW_ROWS, type StockRow } from './stock-rows.ts'

/** `localOnly`: without the queue of changes to upload, which what comes from a server does not go through. */
const stock = new Table(
  {
    sku: column.text,
    name: column.text,
    bin: column.text,
    onHand: column.integer,
    allocated: column.integer,
    changedAt: column.text,
  },
  { localOnly: true, indexes: { bySku: ['sku'] } },
)

type Line = [string, string, string, string, number, number, string]

/** Local writes and a watched query on disk, with no delay between a write and the query. Its sync service is not measured. */
class PowerSync implements StockKeeper<Line[]> {
  private readonly db: PowerSyncDatabase
  private readonly stop = new AbortController()
  private list: readonly ShownRow[] = []
  private told: () => void = () => undefined

  constructor(db: PowerSyncDatabase) {
    this.db = db
  }

  arrival(rows: readonly StockRow[]): Line[] {
    return rows.map(({ id, sku, name, bin, onHand, allocated, changedAt }) => [
      ...([id, sku, name, bin] as const),
      ...([onHand, allocated, changedAt] as const),
    ])
  }

  async load(page: Line[]): Promise<void> {
    await this.write(page)
  }

  loaded(): void {
    return
  }

  async open(): Promise<void> {
    const answered = this.nextAnswer()
    this.db.watch(
      `select sku, name, bin, onHand, allocated from stock order by sku limit ${WINDOW_ROWS}`,
      [],
      {
        onResult: (result) => {
          this.list = result.array as unknown as readonly ShownRow[]
          this.told()
        },
      },
      { throttleMs: 0, signal: this.stop.signal },
    )
    await answered
  }

  async apply(changed: Line[]): Promise<void> {
    const answered = this.nextAnswer()
    await this.write(changed)
    await answered
  }

  shown(): readonly ShownRow[] {
    return this.list
  }

  async close(): Promise<void> {
    this.stop.abort()
    await this.db.close()
  }

  private async write(lines: Line[]): Promise<void> {
    await this.db.writeTransaction((tx) =>
      tx.executeBatch(
        'insert or replace into stock (id, sku, name, bin, onHand, allocated, changedAt) values (?, ?, ?, ?, ?, ?, ?)',
        lines,
      ),
    )
  }

  private nextAnswer(): Promise<void> {
    return new Promise((resolve) => (this.told = resolve))
  }
}

export const start: Start<Line[]> = async (folder) => {
  const db = new PowerSyncDatabase({
    schema: new Schema({ stock }),
    database: { dbFilename: 'powersync.db', dbLocation: folder, readWorkerCount: 1 },
  })
  await db.init()
  return new PowerSync(db)
}
