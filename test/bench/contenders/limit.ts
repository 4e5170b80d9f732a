import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { openForWriting } from '#engine/mirror/open-database.ts'
import type { ShownRow, Start, StockKeeper } from './port.ts'
import { openSink } from './sink.ts'
import { WINDOW_ROWS, type StockRow } from './stock-rows.ts'

/*
 * What nobody who keeps rows on disk gets below: bare statements of better-sqlite3 with the pragmas of our mirror into one flat
 * table with one index, and the bare message of the rows that changed. Nothing is validated, derived, searched or counted.
 */

class BareStatements implements StockKeeper<readonly StockRow[]> {
  private readonly db: Database
  private readonly sink = openSink()
  private readonly write
  private readonly first
  private readonly writeAll

  constructor(folder: string) {
    this.db = openForWriting(join(folder, 'bare.db'), null)
    this.db.exec(`
      create table if not exists stock
        (id text primary key, sku text, name text, bin text, onHand int, allocated int, changedAt text) without rowid;
      create index if not exists stock_by_sku on stock (sku);`)
    this.write = this.db.prepare<StockRow>(`
      insert into stock values (@id, @sku, @name, @bin, @onHand, @allocated, @changedAt)
      on conflict (id) do update set sku = excluded.sku, name = excluded.name, bin = excluded.bin,
        onHand = excluded.onHand, allocated = excluded.allocated, changedAt = excluded.changedAt`)
    this.first = this.db.prepare<[], ShownRow>(`select * from stock order by sku limit ${WINDOW_ROWS}`)
    this.writeAll = this.db.transaction((rows: readonly StockRow[]) => {
      for (const row of rows) this.write.run(row)
    })
  }

  arrival(rows: readonly StockRow[]): readonly StockRow[] {
    return rows
  }

  load(page: readonly StockRow[]): void {
    this.writeAll(page)
  }

  loaded(): void {
    return
  }

  open(): void {
    this.sink.post(this.shown())
  }

  apply(changed: readonly StockRow[]): void {
    this.writeAll(changed)
    this.sink.post(changed.slice(0, WINDOW_ROWS))
  }

  shown(): readonly ShownRow[] {
    return this.first.all()
  }

  close(): void {
    this.sink.close()
    this.db.close()
  }
}

export const start: Start<readonly StockRow[]> = (folder) => Promise.resolve(new BareStatements(folder))
