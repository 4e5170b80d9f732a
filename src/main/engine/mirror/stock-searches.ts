import type { ListParams, SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import { prepared, type Db, type SqlValue, type Statement } from './database.ts'
import { FoundLists } from './found-lists.ts'
import type { Found } from './kept-lists.ts'
import { orderBy } from './line-order.ts'
import { LineProducts } from './line-products.ts'
import { linesNow } from './lines-now.ts'
import type { Changeset } from './mirror.ts'
import { ProductSearch, type SearchCondition } from './search.ts'
import { stateOf, type StockOrders } from './stock-orders.ts'

/**
 * What is found is few when this many times it is less than the whole list: to sort one line that was found takes so much longer than
 * to pass over one of the list, where that is kept and where it has to be read first.
 */
export interface Few {
  ofKept: number
  ofUnread: number
}
export const FEW: Few = { ofKept: 50, ofUnread: 8 }

/** What searches of the stock list find, in order. */
export class StockSearches {
  readonly product: ProductSearch
  private readonly db: Db
  private readonly orders: StockOrders
  private readonly few: Few
  private readonly products: LineProducts
  private readonly kept: FoundLists
  private readonly statements = new Map<string, Statement<SqlValue[], number>>()

  constructor(db: Db, orders: StockOrders, few: Few) {
    this.db = db
    this.orders = orders
    this.few = few
    this.product = new ProductSearch(db)
    this.products = new LineProducts(db)
    this.kept = new FoundLists(linesNow(db, this.product))
  }

  /** Everything a search finds, by the numbers of lines; null for one without words, which is no search. */
  found(warehouse: number, params: ListParams<'stock.list'>): Found | null {
    return this.kept.get(params) ?? this.find(warehouse, params)
  }

  /** A commit: it is put into what is kept. */
  changed(changeset: Pick<Changeset, 'lines' | 'everything'>): void {
    this.kept.changed(changeset)
    this.products.changed(changeset)
  }

  private find(warehouse: number, params: ListParams<'stock.list'>): Found | null {
    const condition = this.product.condition(params.search)
    if (condition === null) return null
    const products = this.productsOf(condition)
    const found = this.isFew(warehouse, params, products.length)
      ? Uint32Array.from(this.sorted(warehouse, params, condition))
      : this.picked(warehouse, params, products)
    this.kept.put(params, warehouse, found)
    return found
  }

  /** Whether what is found is put in order sooner than it is picked out of a list that is in order. */
  private isFew(warehouse: number, params: ListParams<'stock.list'>, found: number): boolean {
    const isKept = this.kept.get(wholeOf(params)) !== null
    return (
      found * (isKept ? this.few.ofKept : this.few.ofUnread) < this.orders.total(warehouse, params.filter)
    )
  }

  /** Line numbers in order. */
  private sorted(warehouse: number, ordering: Ordering, condition: SearchCondition): number[] {
    const { filter, sort, direction } = ordering
    const shape = `find/${filter}/${sort}/${direction}/${shapeOf(condition)}`
    const statement = prepared(this.statements, shape, () => {
      const { from, no, conditions } = textsOf(condition)
      const state = stateOf(filter)
      const wanted = [
        ...conditions,
        'warehouse = ?',
        state === null ? 'state is not null' : `state = ${state}`,
      ]
      return this.db
        .prepare<SqlValue[], number>(
          `select line from ${from} cross join stock_line on product = ${no}
             where ${wanted.join(' and ')} order by ${orderBy(sort, direction)}`,
        )
        .pluck()
    })
    return statement.all(...valuesOf(condition), warehouse)
  }

  /** The lines of the whole list whose products are found. */
  private picked(warehouse: number, params: ListParams<'stock.list'>, products: readonly number[]): Found {
    const whole = this.whole(warehouse, params)
    const productOf = this.products.read()
    const isFound = new Uint8Array(products.reduce((most, product) => Math.max(most, product), 0) + 1)
    for (const product of products) isFound[product] = 1
    const found = new Uint32Array(whole.length)
    let length = 0
    for (const line of whole) if (isFound[productOf[line] ?? 0] === 1) found[length++] = line
    return found.slice(0, length)
  }

  /** Everything in a list, kept as what a search without words found. */
  private whole(warehouse: number, params: ListParams<'stock.list'>): Found {
    const kept = this.kept.get(wholeOf(params))
    if (kept) return kept
    const whole = this.orders.whole(warehouse, params)
    this.kept.put(wholeOf(params), warehouse, whole)
    return whole
  }

  /** The numbers of the products whose texts are found. */
  private productsOf(condition: SearchCondition): number[] {
    const statement = prepared(this.statements, `products/${shapeOf(condition)}`, () => {
      const { from, no, conditions } = textsOf(condition)
      return this.db
        .prepare<SqlValue[], number>(`select ${no} from ${from} where ${conditions.join(' and ')}`)
        .pluck()
    })
    return statement.all(...valuesOf(condition))
  }
}

const wholeOf = (params: ListParams<'stock.list'>): ListParams<'stock.list'> => ({ ...params, search: '' })

/** What a search reads texts from, the product's number in it, and what must hold. */
function textsOf({ match, contained }: SearchCondition): { from: string; no: string; conditions: string[] } {
  const isAll = match !== null && contained.length === 0
  const texts = match === null ? 'product_text t' : 'product_fts f join product_text t on t.no = f.rowid'
  return {
    from: isAll ? 'product_fts f' : texts,
    no: match === null ? 't.no' : 'f.rowid',
    conditions: [
      ...(match === null ? [] : ['product_fts match ?']),
      ...contained.map(() => 'instr(t.text, ?) > 0'),
    ],
  }
}

const shapeOf = ({ match, contained }: SearchCondition): string =>
  `${match === null ? 'text' : 'index'}/${contained.length}`

const valuesOf = ({ match, contained }: SearchCondition): SqlValue[] => [
  ...(match === null ? [] : [match]),
  ...contained,
]

interface Ordering {
  filter: StockFilter
  sort: StockSort
  direction: SortDirection
}
