import type { Start, StockKeeper } from './port.ts'
import { lineOf, WINDOW_ROWS, type StockRow } from './stock-rows.ts'

/*
 * As most tutorials do it, done well: the rows are one array in the state of a component. Each event maps it to a new one, each
 * drawing sorts and slices it, and after every reconnect all is fetched again. What React does with the result is not counted.
 */

const bySku = (a: StockRow, b: StockRow): number => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0)

/** As an event of the server has it. */
interface StockEvent {
  type: 'insert' | 'update'
  row: StockRow
}

/** Lines come for the first time in the order of their numbers. */
class ArrayInMemory implements StockKeeper<readonly StockEvent[]> {
  private rows: readonly StockRow[] = []
  private list: readonly StockRow[] = []
  private lines = 0

  arrival(rows: readonly StockRow[]): readonly StockEvent[] {
    return rows.map((row) => ({
      type: lineOf(row.id) < this.lines ? 'update' : (this.lines++, 'insert'),
      row,
    }))
  }

  load(page: readonly StockEvent[]): void {
    this.rows = this.rows.concat(page.map(({ row }) => row))
  }

  loaded(): void {
    // As a server answers that was asked `order by sku`: to sort what is sorted costs one comparison a row.
    this.rows = [...this.rows].sort(bySku)
  }

  open(): void {
    this.draw()
  }

  apply(events: readonly StockEvent[]): void {
    for (const { type, row } of events) {
      if (type === 'insert') this.rows = [...this.rows, row]
      else this.rows = this.rows.map((old) => (old.id === row.id ? row : old))
    }
    // Events that come in one turn are drawn once.
    this.draw()
  }

  shown(): readonly StockRow[] {
    return this.list
  }

  close(): void {
    this.rows = []
  }

  private draw(): void {
    this.list = [...this.rows].sort(bySku).slice(0, WINDOW_ROWS)
  }
}

export const start: Start<readonly StockEvent[]> = () => Promise.resolve(new ArrayInMemory())
