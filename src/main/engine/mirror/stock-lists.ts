import { must } from '#shared/lib/must.ts'
import type { ListParams, SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import { prepareOne, type Db, type SqlValue, type Statement } from './database.ts'
import { FoundLists, type Lines } from './found-lists.ts'
import type { Found } from './kept-lists.ts'
import { orderBy } from './line-order.ts'
import { STRETCH } from './milestones.ts'
import type { Changeset, LineKeys, StockPage } from './mirror.ts'
import { ProductSearch, type SearchCondition } from './search.ts'
import { StockOrders, stateOf } from './stock-orders.ts'
import { rowsFrom, stateNamed, StockRows, type Rows, type StoredRow } from './stock-rows.ts'

/**
 * Windows of the stock list. Without a search they are read from the index that is the list in that order, from a milestone near
 * them, and their total is kept; so neither grows with the table. A search reads what it finds and puts that in order, once for
 * all its windows.
 */
export class StockLists {
  readonly search: ProductSearch
  private readonly db: Db
  private readonly stored: StockRows
  private readonly orders: StockOrders
  private readonly found: FoundLists
  private readonly prepared = new Map<string, Statement<SqlValue[]>>()
  private readonly lineCount: Statement<[warehouse: number], number>
  private readonly stateCount: Statement<[warehouse: number, state: number], number>

  /** @param stretch see Milestones */
  constructor(db: Db, stretch = STRETCH) {
    this.db = db
    this.search = new ProductSearch(db)
    this.found = new FoundLists(linesNow(db, this.search))
    this.stored = new StockRows(db)
    this.orders = new StockOrders(db, this.stored, stretch)
    this.lineCount = db
      .prepare<[number], number>('select coalesce(sum(lines), 0) from stock_count where warehouse = ?')
      .pluck()
    this.stateCount = db
      .prepare<[number, number], number>(
        'select coalesce(sum(lines), 0) from stock_count where warehouse = ? and state = ?',
      )
      .pluck()
  }

  page(warehouse: number, params: ListParams<'stock.list'>): StockPage {
    const found = this.found.get(params) ?? this.find(warehouse, params)
    if (found === null) return this.listed(warehouse, params)
    const { offset, limit } = params
    const stored = this.numbered(params).all(JSON.stringify([...found.subarray(offset, offset + limit)]))
    return { total: found.length, ...rowsFrom(stored) }
  }

  /** Rows by the numbers of their lines, in no order; those that are in no list are left out. */
  rows(lines: readonly number[]): Rows {
    const statement = this.once('rows', () => this.stored.prepare('json_each(?)', 'value', null))
    return rowsFrom(statement.all(JSON.stringify(lines)))
  }

  /** What a commit changed, all of it. */
  changed(changeset: Pick<Changeset, 'lines' | 'everything'>): void {
    this.found.changed(changeset)
    this.orders.changed(changeset)
  }

  private listed(warehouse: number, params: ListParams<'stock.list'>): StockPage {
    const total = this.total(warehouse, params.filter)
    return { total, ...rowsFrom(this.orders.window(warehouse, params, total)) }
  }

  private total(warehouse: number, filter: StockFilter): number {
    const state = stateOf(filter)
    const total = state === null ? this.lineCount.get(warehouse) : this.stateCount.get(warehouse, state)
    return must(total, 'a count')
  }

  /** Rows by a JSON array of line numbers. */
  private numbered({ sort, direction }: Ordering): Statement<SqlValue[], StoredRow> {
    return this.once(`numbered/${sort}/${direction}`, () =>
      this.stored.prepare('json_each(?)', 'value', [sort, direction]),
    )
  }

  /** Everything a search finds; null for one without words, which is no search. */
  private find(warehouse: number, params: ListParams<'stock.list'>): Found | null {
    const condition = this.search.condition(params.search)
    if (condition === null) return null
    const found = Uint32Array.from(this.read(warehouse, params, condition))
    this.found.put(params, warehouse, found)
    return found
  }

  /** Line numbers in order. */
  private read(warehouse: number, ordering: Ordering, { match, contained }: SearchCondition): number[] {
    const { filter, sort, direction } = ordering
    const shape = `find/${filter}/${sort}/${direction}/${match === null ? 'text' : 'index'}/${contained.length}`
    const statement = this.once<number>(shape, () => {
      const state = stateOf(filter)
      const texts = match === null ? 'product_text t' : 'product_fts f join product_text t on t.no = f.rowid'
      const from = match !== null && contained.length === 0 ? 'product_fts f' : texts
      const conditions = [
        ...(match === null ? [] : ['product_fts match ?']),
        ...contained.map(() => 'instr(t.text, ?) > 0'),
        'warehouse = ?',
        state === null ? 'state is not null' : `state = ${state}`,
      ]
      return this.db
        .prepare<SqlValue[], number>(
          `select line from ${from} cross join stock_line on product = ${match === null ? 't.no' : 'f.rowid'}
             where ${conditions.join(' and ')} order by ${orderBy(sort, direction)}`,
        )
        .pluck()
    })
    return statement.all(...(match === null ? [] : [match]), ...contained, warehouse)
  }

  private once<R>(shape: string, prepare: () => Statement<SqlValue[], R>): Statement<SqlValue[], R> {
    let statement = this.prepared.get(shape)
    if (!statement) this.prepared.set(shape, (statement = prepare()))
    return statement as Statement<SqlValue[], R>
  }
}

interface Ordering {
  filter: StockFilter
  sort: StockSort
  direction: SortDirection
}

type KeysTuple = [...[number, string, string, string], ...[number, number, number | null]]

/** Lines as the file has them. */
function linesNow(db: Db, search: ProductSearch): Lines {
  const columns = 'line, sku_key, name_key, bin_key, free, changed_at, state from stock_line'
  const keysFrom = (...tuple: KeysTuple): LineKeys | null => {
    const [line, skuKey, nameKey, binKey, free, changedAt, state] = tuple
    return state === null
      ? null
      : { line, skuKey, nameKey, binKey, free, changedAt, state: stateNamed(state) }
  }
  return {
    keys: prepareOne(db, `select ${columns} where line = ?`, keysFrom),
    keysOf: prepareOne(
      db,
      `select ${columns} where product = (select no from product_no where id = ?) and warehouse = ?`,
      keysFrom,
    ),
    isFound: (product, words) => search.isFound(product, words),
  }
}
