import type { ListParams, SortDirection, StockSort } from '#shared/protocol/views.ts'
import { prepared, type Db, type SqlValue, type Statement } from './database.ts'
import { STRETCH } from './milestones.ts'
import type { Changeset, StockPage } from './mirror.ts'
import type { ProductSearch } from './search.ts'
import { StockOrders } from './stock-orders.ts'
import { rowsFrom, StockRows, type Rows, type StoredRow } from './stock-rows.ts'
import { FEW, StockSearches, type Few } from './stock-searches.ts'

/**
 * Windows of the stock list. Without a search they are read from the index that is the list in that order, from a milestone near
 * them, and their total is kept; so neither grows with the table. A search reads what it finds and puts that in order, once for
 * all its windows.
 */
export class StockLists {
  private readonly stored: StockRows
  private readonly orders: StockOrders
  private readonly searches: StockSearches
  private readonly statements = new Map<string, Statement<SqlValue[], StoredRow>>()

  /** @param stretch see Milestones */
  constructor(db: Db, stretch = STRETCH, few: Few = FEW) {
    this.stored = new StockRows(db)
    this.orders = new StockOrders(db, this.stored, stretch)
    this.searches = new StockSearches(db, this.orders, few)
  }

  get search(): ProductSearch {
    return this.searches.product
  }

  page(warehouse: number, params: ListParams<'stock.list'>): StockPage {
    const found = this.searches.found(warehouse, params)
    if (found === null) return this.listed(warehouse, params)
    const { offset, limit } = params
    const stored = this.numbered(params).all(JSON.stringify([...found.subarray(offset, offset + limit)]))
    return { total: found.length, ...rowsFrom(stored) }
  }

  /** Rows by the numbers of their lines, in no order; those that are in no list are left out. */
  rows(lines: readonly number[]): Rows {
    const statement = prepared(this.statements, 'rows', () =>
      this.stored.prepare('json_each(?)', 'value', null),
    )
    return rowsFrom(statement.all(JSON.stringify(lines)))
  }

  /** See MirrorReader. */
  walkAhead(): boolean {
    return this.orders.walkAhead()
  }

  /** What a commit changed, all of it. */
  changed(changeset: Pick<Changeset, 'lines' | 'everything'>): void {
    this.orders.changed(changeset)
    this.searches.changed(changeset)
  }

  private listed(warehouse: number, params: ListParams<'stock.list'>): StockPage {
    const total = this.orders.total(warehouse, params.filter)
    return { total, ...rowsFrom(this.orders.window(warehouse, params, total)) }
  }

  /** Rows by a JSON array of line numbers. */
  private numbered({ sort, direction }: Ordering): Statement<SqlValue[], StoredRow> {
    return prepared(this.statements, `numbered/${sort}/${direction}`, () =>
      this.stored.prepare('json_each(?)', 'value', [sort, direction]),
    )
  }
}

interface Ordering {
  sort: StockSort
  direction: SortDirection
}
