import { stockStates } from '#shared/domain/stock.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import type { ListParams, SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import { prepared, type Db, type SqlValue, type Statement } from './database.ts'
import { KeptLists } from './kept-lists.ts'
import { isListed, lineOrder, orderBy, placeOf, sortColumns } from './line-order.ts'
import { Milestones } from './milestones.ts'
import type { Changeset, LineKeys } from './mirror.ts'
import { atOrBehind, opposite, placeOrder, type Place } from './places.ts'
import type { StockRows, StoredRow } from './stock-rows.ts'

interface List {
  warehouseId: WarehouseId
  /** Its number. */
  warehouse: number
  filter: StockFilter
  sort: StockSort
}

/** A list as it is read, from one of its ends. */
interface Reading extends List {
  reading: SortDirection
}

/** The state a filter asks for, as it is stored. */
export const stateOf = (filter: StockFilter): number | null =>
  filter === 'all' ? null : stockStates.indexOf(filter)

/** What somebody looks at, in a few windows. */
const MILESTONES_OF = 12

/** Of a list as it is read from its beginning, and from its end. */
type BothEnds = Record<SortDirection, Milestones<Place>>

/** Windows of whole stock lists, each read from the index that is the list in that order. */
export class StockOrders {
  private readonly db: Db
  private readonly rows: StockRows
  private readonly stretch: number
  private readonly lineCount: Statement<[warehouse: number], number>
  private readonly stateCount: Statement<[warehouse: number, state: number], number>
  private readonly milestones = new KeptLists<List, BothEnds>(MILESTONES_OF)
  private readonly windows = new Map<string, Statement<SqlValue[], StoredRow>>()
  private readonly wholes = new Map<string, Statement<SqlValue[], number>>()
  private readonly walks = new Map<string, Statement<SqlValue[], Place>>()

  constructor(db: Db, rows: StockRows, stretch: number) {
    this.db = db
    this.rows = rows
    this.stretch = stretch
    const count = 'select coalesce(sum(lines), 0) from stock_count where warehouse = ?'
    this.lineCount = db.prepare<[number], number>(count).pluck()
    this.stateCount = db.prepare<[number, number], number>(`${count} and state = ?`).pluck()
  }

  /** How long a list is, from what is kept. */
  total(warehouse: number, filter: StockFilter): number {
    const state = stateOf(filter)
    const total = state === null ? this.lineCount.get(warehouse) : this.stateCount.get(warehouse, state)
    return must(total, 'a count')
  }

  /** A window in the second half is read from the end: no milestone beyond the middle is ever needed. */
  window(warehouse: number, params: ListParams<'stock.list'>, total: number): StoredRow[] {
    const { warehouseId, filter, sort, direction, offset } = params
    const limit = Math.min(params.limit, total - offset)
    if (limit <= 0) return []
    const behind = total - offset - limit
    const [passed, reading] = behind < offset ? [behind, opposite[direction]] : [offset, direction]
    const list = { warehouseId, warehouse, filter, sort }
    const { from, passing } = this.milestonesOf(list)[reading].near(passed)
    const statement = this.reading({ ...list, reading }, direction, from !== null)
    return statement.all(warehouse, ...(from ?? []), limit, passing)
  }

  /** The numbers of all lines of a list, in order. */
  whole(warehouse: number, params: ListParams<'stock.list'>): Uint32Array {
    const { warehouseId, filter, sort, direction } = params
    const list = { warehouseId, warehouse, filter, sort, reading: direction }
    const statement = prepared(this.wholes, `${filter}/${sort}/${direction}`, () =>
      this.db.prepare<SqlValue[], number>(numbers(list, 'line', false)).pluck(),
    )
    return Uint32Array.from(statement.all(warehouse))
  }

  /** Sets one more milestone in a list that was read. @returns false when all of them are set, from both its ends to the middle */
  walkAhead(): boolean {
    for (const { query, known: ends } of this.milestones.all()) {
      const middle = Math.ceil(this.total(query.warehouse, query.filter) / 2)
      if (ends.asc.walkAhead(middle) || ends.desc.walkAhead(middle)) return true
    }
    return false
  }

  /** A commit: what is known of places in lists goes with it. */
  changed({ lines, everything }: Pick<Changeset, 'lines' | 'everything'>): void {
    if (everything) return this.milestones.forget(() => true)
    for (const { query, known: ends } of this.milestones.all()) {
      const { warehouseId, filter, sort } = query
      const compare = lineOrder(sort, 'asc')
      const placed = (keys: LineKeys | null): Place | null => keys && placeOf(sort, keys)
      for (const line of lines) {
        if (line.warehouseId !== warehouseId) continue
        const before = isListed(line.before, filter) ? line.before : null
        const after = isListed(line.after, filter) ? line.after : null
        // Most changes are of figures, and most lists go by something else.
        if (before && after && compare(before, after) === 0) continue
        const [from, to] = [placed(before), placed(after)]
        ends.asc.moved(from, to)
        ends.desc.moved(from, to)
      }
    }
  }

  private milestonesOf(list: List): BothEnds {
    const { warehouseId, warehouse, filter, sort } = list
    const key = `${warehouseId}/${filter}/${sort}`
    const kept = this.milestones.get(key)
    if (kept) return kept
    const from = (reading: SortDirection): Milestones<Place> => {
      const walk = (start: Place | null, passing: number): Place | null =>
        this.walking({ ...list, reading }, start !== null).get(warehouse, ...(start ?? []), passing) ?? null
      return new Milestones({ compare: placeOrder(reading), walk }, this.stretch)
    }
    const ends = { asc: from('asc'), desc: from('desc') }
    this.milestones.put(key, list, ends)
    return ends
  }

  /** Rows of a window: their numbers are read from the list's own index, the rest only for those. */
  private reading(list: Reading, shown: SortDirection, isFrom: boolean): Statement<SqlValue[], StoredRow> {
    const { filter, sort, reading } = list
    return prepared(this.windows, `${filter}/${sort}/${reading}/${shown}/${isFrom}`, () =>
      this.rows.prepare(`(${numbers(list, 'line', isFrom)} limit ? offset ?)`, 'line', [sort, shown]),
    )
  }

  private walking(list: Reading, isFrom: boolean): Statement<SqlValue[], Place> {
    const { filter, sort, reading } = list
    return prepared(this.walks, `${filter}/${sort}/${reading}/${isFrom}`, () => {
      const sql = `${numbers(list, sortColumns[sort].join(', '), isFrom)} limit 1 offset ?`
      return this.db.prepare<SqlValue[], Place>(sql).raw()
    })
  }
}

function numbers({ filter, sort, reading }: Reading, columns: string, isFrom: boolean): string {
  const state = stateOf(filter)
  const index = state === null ? `stock_all_by_${sort}` : `stock_short_by_${sort}`
  const wanted = state === null ? 'state is not null' : `state > 0 and state = ${state}`
  const from = isFrom ? `and ${atOrBehind(sortColumns[sort], reading)}` : ''
  return `
    select ${columns} from stock_line indexed by ${index}
      where warehouse = ? and ${wanted} ${from} order by ${orderBy(sort, reading)}`
}
