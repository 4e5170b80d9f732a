import { availableQuantity, stockStates } from '#shared/domain/stock.ts'
import { must } from '#shared/lib/must.ts'
import type { SortDirection, StockSort } from '#shared/protocol/views.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import { orderBy } from './line-order.ts'
import type { LineKeys, StockPage } from './mirror.ts'
import { unsentOf } from './overlay/older-file.ts'

type Row = StockPage['rows'][number]
export type Rows = Omit<StockPage, 'total'>

/** In the order of `columns`. Arrays are read at half the cost of objects. */
export type StoredRow = [
  ...[id: Row['id'], sku: string, name: string, unit: string, bin: string, otherBins: number],
  ...[onHand: number, allocated: number, unsentOnHand: number, reorderPoint: number, changedAt: number],
  ...[state: number, line: number, skuKey: string, nameKey: string, binKey: string, free: number],
]

/** Reads rows of stock lists by the numbers of their lines. */
export class StockRows {
  private readonly db: Db
  private readonly columns: string

  constructor(db: Db) {
    this.db = db
    this.columns = `
      n.id, p.sku, p.name, p.unit, l.bin, l.other_bins, l.on_hand, l.allocated, ${unsentOf(db)}, p.reorder_point,
      l.changed_at, l.state, l.line, l.sku_key, l.name_key, l.bin_key, l.free`
  }

  /**
   * @param numbers SQL of line numbers: a table or a query
   * @param column what they are called in it
   * @param order the order of the rows, or null for none
   */
  prepare(
    numbers: string,
    column: string,
    order: readonly [StockSort, SortDirection] | null,
  ): Statement<SqlValue[], StoredRow> {
    return this.db
      .prepare<SqlValue[], StoredRow>(
        `select ${this.columns}
           from ${numbers} w cross join stock_line l on l.line = w.${column}
             cross join products p on p.no = l.product cross join product_no n on n.no = l.product
           ${order ? `order by ${orderBy(...order, 'l')}` : 'where l.state is not null'}`,
      )
      .raw()
  }
}

export const stateNamed = (state: number): Row['state'] => must(stockStates[state], 'a stock state')

export const rowsFrom = (stored: readonly StoredRow[]): Rows => ({
  rows: stored.map(rowFrom),
  keys: stored.map(keysFrom),
})

function rowFrom(stored: StoredRow): Row {
  return {
    id: stored[0],
    sku: stored[1],
    name: stored[2],
    unit: stored[3],
    bin: stored[4],
    otherBins: stored[5],
    onHand: stored[6],
    allocated: stored[7],
    available: availableQuantity(stored[6], stored[7]),
    unsentOnHand: stored[8],
    reorderPoint: stored[9],
    state: stateNamed(stored[11]),
    changedAt: stored[10],
  }
}

const keysFrom = (stored: StoredRow): LineKeys => ({
  line: stored[12],
  skuKey: stored[13],
  nameKey: stored[14],
  binKey: stored[15],
  free: stored[16],
  changedAt: stored[10],
  state: stateNamed(stored[11]),
})
