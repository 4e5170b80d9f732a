import { availableQuantity, stockStates } from '#shared/domain/stock.ts'
import { must } from '#shared/lib/must.ts'
import type { ListParams, SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import { orderBy } from './line-order.ts'
import type { LineKeys, StockPage } from './mirror.ts'
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
 * is kept; so neither grows with the table. A search reads what it finds, and puts that in order.
 */
export class StockLists {
  readonly search: ProductSearch
  private readonly db: Db
  private readonly prepared = new Map<string, Statement<SqlValue[], number>>()
  private readonly rowOf: Statement<[line: number], StoredRow>
  private readonly lineCount: Statement<[warehouse: number], number>
  private readonly stateCount: Statement<[warehouse: number, state: number], number>

  constructor(db: Db) {
    this.db = db
    this.search = new ProductSearch(db)
    this.rowOf = db.prepare(`
      select n.id, p.sku, p.name, p.unit, l.bin, l.other_bins as otherBins, l.on_hand as onHand, l.allocated,
             p.reorder_point as reorderPoint, l.changed_at as changedAt, l.state, l.line,
             l.sku_key as skuKey, l.name_key as nameKey, l.bin_key as binKey, l.free
        from stock_line l join products p on p.no = l.product join product_no n on n.no = p.no
        where l.line = ?`)
    this.lineCount = db
      .prepare<[number], number>('select coalesce(sum(lines), 0) from stock_count where warehouse = ?')
      .pluck()
    this.stateCount = db
      .prepare<[number, number], number>(
        'select coalesce(sum(lines), 0) from stock_count where warehouse = ? and state = ?',
      )
      .pluck()
  }

  page(warehouse: number, params: Omit<ListParams<'stock.list'>, 'warehouseId'>): StockPage {
    const condition = this.search.condition(params.search)
    const { offset, limit } = params
    if (condition) {
      const found = this.find(warehouse, params, condition)
      return this.read(found.slice(offset, offset + limit), found.length)
    }
    const lines = this.listed(params).all(warehouse, limit, offset)
    return this.read(lines, this.total(warehouse, params.filter))
  }

  total(warehouse: number, filter: StockFilter): number {
    const state = stateOf(filter)
    const total = state === null ? this.lineCount.get(warehouse) : this.stateCount.get(warehouse, state)
    return must(total, 'a count')
  }

  private read(lines: readonly number[], total: number): StockPage {
    const rows: Row[] = []
    const keys: LineKeys[] = []
    for (const line of lines) {
      const stored = must(this.rowOf.get(line), 'a listed stock line')
      rows.push(rowFrom(stored))
      keys.push(keysFrom(stored))
    }
    return { total, rows, keys }
  }

  /** Line numbers of a window, read from the list's own index. */
  private listed({ filter, sort, direction }: Ordering): Statement<SqlValue[], number> {
    return this.once(`listed/${filter}/${sort}/${direction}`, () => {
      const state = stateOf(filter)
      const index = state === null ? `stock_all_by_${sort}` : `stock_short_by_${sort}`
      const wanted = state === null ? 'state is not null' : `state > 0 and state = ${state}`
      return `select line from stock_line indexed by ${index}
        where warehouse = ? and ${wanted} order by ${orderBy(sort, direction)} limit ? offset ?`
    })
  }

  /** Line numbers of everything a search finds, in order. */
  private find(warehouse: number, ordering: Ordering, { match, contained }: SearchCondition): number[] {
    const { filter, sort, direction } = ordering
    const shape = `found/${filter}/${sort}/${direction}/${match === null ? 'text' : 'index'}/${contained.length}`
    const statement = this.once(shape, () => {
      const state = stateOf(filter)
      const from =
        match === null
          ? 'product_text t'
          : contained.length === 0
            ? 'product_fts f'
            : 'product_fts f join product_text t on t.no = f.rowid'
      const conditions = [
        ...(match === null ? [] : ['product_fts match ?']),
        ...contained.map(() => 'instr(t.text, ?) > 0'),
        'warehouse = ?',
        state === null ? 'state is not null' : `state = ${state}`,
      ]
      return `select line from ${from} cross join stock_line on product = ${match === null ? 't.no' : 'f.rowid'}
        where ${conditions.join(' and ')} order by ${orderBy(sort, direction)}`
    })
    return statement.all(...(match === null ? [] : [match]), ...contained, warehouse)
  }

  private once(shape: string, sql: () => string): Statement<SqlValue[], number> {
    let statement = this.prepared.get(shape)
    if (!statement) {
      statement = this.db.prepare<SqlValue[], number>(sql()).pluck()
      this.prepared.set(shape, statement)
    }
    return statement
  }
}

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
    reorderPoint: stored.reorderPoint,
    state: stateNamed(stored.state),
    changedAt: stored.changedAt,
  }
}

function keysFrom({ line, skuKey, nameKey, binKey, free, changedAt, state }: StoredRow): LineKeys {
  return { line, skuKey, nameKey, binKey, free, changedAt, state: stateNamed(state) }
}
