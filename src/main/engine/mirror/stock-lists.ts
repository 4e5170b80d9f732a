import { availableQuantity, stockStates } from '#shared/domain/stock.ts'
import { must } from '#shared/lib/must.ts'
import type { ListParams, SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import { FoundLists } from './found-lists.ts'
import type { Found } from './kept-lists.ts'
import { orderBy } from './line-order.ts'
import type { Changeset, LineKeys, StockPage } from './mirror.ts'
import { unsentOf } from './overlay/older-file.ts'
import { ProductSearch, type SearchCondition } from './search.ts'

type Row = StockPage['rows'][number]

interface StoredRow {
  id: Row['id']
  sku: string
  name: string
  unit: string
  bin: string
  otherBins: number
  onHand: number
  allocated: number
  unsentOnHand: number
  reorderPoint: number
  changedAt: number
  state: number
  line: number
  skuKey: string
  nameKey: string
  binKey: string
  free: number
}

/** The state a filter asks for, as it is stored. */
const stateOf = (filter: StockFilter): number | null =>
  filter === 'all' ? null : stockStates.indexOf(filter)

/**
 * Windows of the stock list. Without a search they are read from the index that is the list in that order, and their total
 * is kept; so neither grows with the table. A search reads what it finds and puts that in order, once for all its windows.
 */
export class StockLists {
  readonly search: ProductSearch
  private readonly db: Db
  private readonly rowsOf: RowsOf
  private readonly found = new FoundLists()
  private readonly prepared = new Map<string, Statement<SqlValue[]>>()
  private readonly lineCount: Statement<[warehouse: number], number>
  private readonly stateCount: Statement<[warehouse: number, state: number], number>

  constructor(db: Db) {
    this.db = db
    this.search = new ProductSearch(db)
    this.rowsOf = rowsWith(unsentOf(db))
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
    return pageOf(stored, found.length)
  }

  /** What a commit changed: searches it concerns are made again when they are asked for. */
  changed(changeset: Changeset): void {
    this.found.changed(changeset)
  }

  /** A window in the second half is read from the end: no more than half the list is ever passed over. */
  private listed(warehouse: number, params: Ordering & { offset: number; limit: number }): StockPage {
    const { filter, offset } = params
    const total = this.total(warehouse, filter)
    const limit = Math.min(params.limit, total - offset)
    if (limit <= 0) return { total, rows: [], keys: [] }
    const behind = total - offset - limit
    const [from, passed]: [End, number] = behind < offset ? ['end', behind] : ['start', offset]
    return pageOf(this.window(params, from).all(warehouse, limit, passed), total)
  }

  private total(warehouse: number, filter: StockFilter): number {
    const state = stateOf(filter)
    const total = state === null ? this.lineCount.get(warehouse) : this.stateCount.get(warehouse, state)
    return must(total, 'a count')
  }

  /** Rows of a window: their numbers are read from the list's own index, the rest only for those. */
  private window({ filter, sort, direction }: Ordering, from: End): Statement<SqlValue[], StoredRow> {
    return this.once(`window/${filter}/${sort}/${direction}/${from}`, () => {
      const reading = from === 'start' ? direction : opposite[direction]
      const state = stateOf(filter)
      const index = state === null ? `stock_all_by_${sort}` : `stock_short_by_${sort}`
      const wanted = state === null ? 'state is not null' : `state > 0 and state = ${state}`
      const numbers = `
        select line from stock_line indexed by ${index}
          where warehouse = ? and ${wanted} order by ${orderBy(sort, reading)} limit ? offset ?`
      return this.db.prepare(this.rowsOf(`(${numbers})`, 'line', sort, direction))
    })
  }

  /** Rows by a JSON array of line numbers. */
  private numbered({ sort, direction }: Ordering): Statement<SqlValue[], StoredRow> {
    return this.once(`numbered/${sort}/${direction}`, () =>
      this.db.prepare(this.rowsOf('json_each(?)', 'value', sort, direction)),
    )
  }

  /** Everything a search finds; null for one without words, which is no search. */
  private find(warehouse: number, params: ListParams<'stock.list'>): Found | null {
    const condition = this.search.condition(params.search)
    if (condition === null) return null
    const found = Uint32Array.from(this.read(warehouse, params, condition))
    this.found.put(params, found)
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

type RowsOf = (numbers: string, column: string, sort: StockSort, direction: SortDirection) => string

const rowsWith =
  (unsent: string): RowsOf =>
  (numbers, column, sort, direction) => `
  select n.id, p.sku, p.name, p.unit, l.bin, l.other_bins as otherBins, l.on_hand as onHand, l.allocated,
         ${unsent} as unsentOnHand,         p.reorder_point as reorderPoint, l.changed_at as changedAt, l.state, l.line,
         l.sku_key as skuKey, l.name_key as nameKey, l.bin_key as binKey, l.free
    from ${numbers} w cross join stock_line l on l.line = w.${column}
      cross join products p on p.no = l.product cross join product_no n on n.no = l.product
    order by ${orderBy(sort, direction, 'l')}`

const pageOf = (stored: readonly StoredRow[], total: number): StockPage => ({
  total,
  rows: stored.map(rowFrom),
  keys: stored.map(keysFrom),
})

type End = 'start' | 'end'

const opposite = { asc: 'desc', desc: 'asc' } as const

interface Ordering {
  filter: StockFilter
  sort: StockSort
  direction: SortDirection
}

export const stateNamed = (state: number): Row['state'] => must(stockStates[state], 'a stock state')

function rowFrom({ id, sku, name, unit, bin, otherBins, onHand, allocated, ...stored }: StoredRow): Row {
  return {
    id,
    sku,
    name,
    unit,
    bin,
    otherBins,
    onHand,
    allocated,
    available: availableQuantity(onHand, allocated),
    unsentOnHand: stored.unsentOnHand,
    reorderPoint: stored.reorderPoint,
    state: stateNamed(stored.state),
    changedAt: stored.changedAt,
  }
}

function keysFrom({ line, skuKey, nameKey, binKey, free, changedAt, state }: StoredRow): LineKeys {
  return { line, skuKey, nameKey, binKey, free, changedAt, state: stateNamed(state) }
}
