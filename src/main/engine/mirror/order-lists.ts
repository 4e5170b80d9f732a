import { statusOrder } from '#shared/domain/orders.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderSort } from '#shared/protocol/orders.ts'
import type { ListParams, SortDirection } from '#shared/protocol/views.ts'
import { must } from '#shared/lib/must.ts'
import { prepared, type Db, type SqlValue, type Statement } from './database.ts'
import { FOUND_LISTS, KeptLists, type Found } from './kept-lists.ts'
import { cardColumns, keysFrom, rowFrom, type Card } from './order-card.ts'
import { orderSortColumns } from './migrations/0005-order-cards.ts'
import type { Changeset, OrderPage } from './mirror.ts'
import { isListed, orderBy, orderOrder, type OrderQuery } from './order-order.ts'
import { orderConditions } from './order-conditions.ts'
import { orderSearch } from './order-search.ts'
import { opposite } from './places.ts'
import type { TextSearch } from './search.ts'

type End = 'start' | 'end'

/**
 * Windows of lists of orders. By status alone they are read from the index that is the list in that order, and their total is kept:
 * neither grows with the table. What else narrows a list is read once for all its windows, and again after a commit that puts an
 * order into it, takes one out or moves one.
 */
export class OrderLists {
  private readonly db: Db
  private readonly search: TextSearch
  private readonly found = new KeptLists<OrderQuery, Found>(FOUND_LISTS)
  private readonly statements = new Map<string, Statement<SqlValue[]>>()

  constructor(db: Db) {
    this.db = db
    this.search = orderSearch(db)
  }

  /** @param scope number of the warehouse's scope, or null for all warehouses */
  page(scope: number | null, { offset, limit, ...query }: ListParams<'orders.list'>): OrderPage {
    const found = this.narrowed(scope, query)
    if (found === null) return this.listed(scope, query, offset, limit)
    const stored = this.numbered(query).all(JSON.stringify([...found.subarray(offset, offset + limit)]))
    return pageOf(stored, found.length)
  }

  /** What a commit changed: lists it concerns are made again when they are asked for. */
  changed({ orders, everything }: Pick<Changeset, 'orders' | 'everything'>): void {
    this.found.forget((query) => everything || touches(orders, query))
  }

  /** A window in the second half is read from the end: no more than half the list is ever passed over. */
  private listed(scope: number | null, query: OrderQuery, offset: number, most: number): OrderPage {
    const total = this.total(scope, query)
    const limit = Math.min(most, total - offset)
    if (limit <= 0) return { total, rows: [], keys: [] }
    const behind = total - offset - limit
    const [from, passed]: [End, number] = behind < offset ? ['end', behind] : ['start', offset]
    const stored = this.window(query, scope, from).all(...placed(null, query), limit, passed)
    return pageOf(stored, total)
  }

  private total(scope: number | null, query: OrderQuery): number {
    const where = [...(scope === null ? [] : ['scope = ?']), ...(query.status === null ? [] : ['status = ?'])]
    const count = this.once<number>(`total/${where.join()}`, () =>
      this.db
        .prepare<SqlValue[], number>(
          `select coalesce(sum(orders), 0) from order_count where ${['true', ...where].join(' and ')}`,
        )
        .pluck(),
    )
    return must(count.get(...placed(scope, query)), 'a count')
  }

  private window(query: OrderQuery, scope: number | null, from: End): Statement<SqlValue[], Card> {
    const { status, sort = 'urgency', direction = 'asc' } = query
    return this.once(`window/${sort}/${direction}/${scope}/${status === null}/${from}`, () => {
      const reading = from === 'start' ? direction : opposite[direction]
      const numbers = numbersOf(sort, reading, scope, status)
      return this.db.prepare(rowsOf(`(${numbers})`, 'no', query))
    })
  }

  /** Rows by a JSON array of their cards' numbers. */
  private numbered(query: OrderQuery): Statement<SqlValue[], Card> {
    const { sort = 'urgency', direction = 'asc' } = query
    return this.once(`numbered/${sort}/${direction}`, () =>
      this.db.prepare(rowsOf('json_each(?)', 'value', query)),
    )
  }

  /** Everything in a list that more than its status narrows; null for one that nothing does. */
  private narrowed(scope: number | null, query: OrderQuery): Found | null {
    const search = this.search.condition(query.search ?? '')
    const { priority, overdueAt, changedSince } = query
    if (search === null && priority === undefined && overdueAt === undefined && changedSince === undefined)
      return null
    const key = JSON.stringify([scope, query])
    const kept = this.found.get(key)
    if (kept) return kept
    const { sql, values } = orderConditions(scope, query, search)
    const statement = this.once<number>(`find/${sql}`, () => this.db.prepare<SqlValue[], number>(sql).pluck())
    const found = Uint32Array.from(statement.all(...values))
    this.found.put(key, query, found)
    return found
  }

  private once<R>(shape: string, prepare: () => Statement<SqlValue[], R>): Statement<SqlValue[], R> {
    return prepared(this.statements, shape, prepare) as Statement<SqlValue[], R>
  }
}

/**
 * The numbers of a window's cards, read from indexes: all of a warehouse are the lists of its statuses, merged. All of all
 * warehouses are put in order each time.
 */
export function numbersOf(
  sort: OrderSort,
  direction: SortDirection,
  scope: number | null,
  status: OrderStatus | null,
): string {
  const listed = (...where: string[]): string =>
    `select no, ${orderSortColumns[sort]} from order_card where ${['true', ...where].join(' and ')}`
  const at = scope === null ? [] : [`scope = ${scope}`]
  const lists =
    status !== null
      ? [listed(...at, 'status = ?')]
      : scope === null
        ? [listed()]
        : statusOrder.map((each) => listed(...at, `status = '${each}'`))
  return `${lists.join(' union all ')} order by ${orderBy(sort, direction, '')} limit ? offset ?`
}

const placed = (scope: number | null, { status }: OrderQuery): SqlValue[] => [
  ...(scope === null ? [] : [scope]),
  ...(status === null ? [] : [status]),
]

const rowsOf = (
  numbers: string,
  column: string,
  { sort = 'urgency', direction = 'asc' }: OrderQuery,
): string => `
  select ${cardColumns} from ${numbers} w cross join order_card c on c.no = w.${column}
    order by ${orderBy(sort, direction)}`

const pageOf = (cards: readonly Card[], total: number): OrderPage => ({
  total,
  rows: cards.map(rowFrom),
  keys: cards.map(keysFrom),
})

function touches(orders: Changeset['orders'], query: OrderQuery): boolean {
  const compare = orderOrder(query)
  return orders.some(({ warehouseId, before, after, texts }) => {
    if (query.warehouseId !== null && warehouseId !== query.warehouseId) return false
    const was = isListed(before, query)
    const is = isListed(after, query)
    if (!was && !is) return false
    return texts || !was || !is || compare(before, after) !== 0
  })
}
