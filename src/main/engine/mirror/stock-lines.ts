import type { InventoryRow } from '#shared/domain/rows.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { stockStates } from '#shared/domain/stock.ts'
import { must } from '#shared/lib/must.ts'
import { prepareOne, type Db, type Statement } from './database.ts'
import type { LineKeys } from './mirror.ts'
import type { ProductFigures, ProductStore } from './product-store.ts'
import type { DrawnBins } from './overlay/drawn-bins.ts'
import { aggregate, lineOf, type Aggregate, type BinTuple, type Line } from './stock-aggregate.ts'
import { StockCounts, type CountChanges } from './stock-counts.ts'
import type { OneRow, TouchedLine } from './touched.ts'

interface HeldLine extends Line {
  line: number
  /** What its product has now; null while that is not known. */
  reorderPoint: number | null
}

type HeldTuple = [
  line: number,
  bin: string,
  otherBins: number,
  binKey: string,
  onHand: number,
  free: number,
  unsent: number,
  changedAt: number,
  state: number | null,
  skuKey: string | null,
  nameKey: string | null,
  reorderPoint: number | null,
]

function heldLine(...columns: HeldTuple): HeldLine {
  const [
    line,
    bin,
    otherBins,
    binKey,
    onHand,
    free,
    unsent,
    changedAt,
    state,
    skuKey,
    nameKey,
    reorderPoint,
  ] = columns
  const allocated = onHand - free
  const figures = { onHand, allocated, free, unsent, changedAt }
  return { line, bin, otherBins, binKey, ...figures, state, skuKey, nameKey, reorderPoint }
}

/** A product in a warehouse, by their numbers; `scope` is the warehouse's, whose number `warehouse` is. */
interface LinePlace {
  warehouse: number
  scope: Scope
  product: number
}

export interface LineMove {
  before: LineKeys | null
  after: LineKeys | null
}

/** The aggregate over a product's bins in one warehouse, with this station's unsettled work in it: what stock lists, counts and searches are answered from. */
export class StockLines {
  private readonly products: ProductStore
  private readonly drawn: DrawnBins
  private readonly counts: StockCounts
  private readonly held: (product: number, warehouse: number) => HeldLine | null
  private readonly bins: Statement<[product: number, warehouse: number], BinTuple>
  private readonly insert: Statement
  private readonly updateFigures: Statement
  private readonly update: Statement
  private readonly erase: Statement<[line: number]>
  private readonly warehousesWith: Statement<[product: number], number>

  constructor(db: Db, products: ProductStore, drawn: DrawnBins) {
    this.products = products
    this.drawn = drawn
    this.counts = new StockCounts(db)
    this.held = prepareOne(
      db,
      // Not a join, for the reason told in inventory-store.ts.
      `select line, bin, other_bins, bin_key, on_hand, free, unsent, changed_at, state, sku_key, name_key,
              (select reorder_point from products where no = stock_line.product)
         from stock_line where product = ? and warehouse = ?`,
      heldLine,
    )
    this.bins = db
      .prepare<[number, number], BinTuple>(
        'select bin, quantity_on_hand, quantity_allocated, changed_at from inventory where product = ? and scope = ?',
      )
      .raw()
    this.insert = db.prepare(`
      insert into stock_line (bin, bin_key, other_bins, on_hand, allocated, free, unsent, changed_at, state, sku_key, name_key,
                              product, warehouse)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    // An update rewrites every index with a column in its list, changed or not: most changes are of figures alone.
    this.updateFigures = db.prepare(
      'update stock_line set on_hand = ?, allocated = ?, free = ?, unsent = ?, changed_at = ? where line = ?',
    )
    this.update = db.prepare(`
      update stock_line
        set bin = ?, bin_key = ?, other_bins = ?, on_hand = ?, allocated = ?, free = ?, unsent = ?, changed_at = ?,
            state = ?, sku_key = ?, name_key = ?
        where line = ?`)
    this.erase = db.prepare('delete from stock_line where line = ?')
    this.warehousesWith = db
      .prepare<[number], number>('select warehouse from stock_line where product = ?')
      .pluck()
  }

  /** Scope numbers of the warehouses that have a line of this product. */
  warehousesOf(product: number): number[] {
    return this.warehousesWith.all(product)
  }

  /**
   * Computes one line anew from its base rows and what is drawn over them, and gathers what that does to the counts.
   * @param touched of its rows; `texts`: its product may be called otherwise
   */
  refresh(
    { warehouse, scope, product }: LinePlace,
    { rows, texts }: { rows: TouchedLine['rows']; texts: boolean },
    counts: CountChanges,
  ): LineMove {
    const held = this.held(product, warehouse)
    const of = this.aggregate({ warehouse, scope, product }, rows, held)
    const called = held !== null && !texts ? figuresOf(held) : null
    const next = of && lineOf(of, called ?? this.products.figures(product))
    const line = this.store(held, next, product, warehouse)
    if (held) count(counts, warehouse, held, -1)
    if (next) count(counts, warehouse, next, 1)
    return { before: held && keysOf(held.line, held), after: next && keysOf(line, next) }
  }

  /** Writes the gathered counts; part of the same transaction. */
  settleCounts(gathered: CountChanges): void {
    this.counts.settle(gathered)
  }

  private aggregate(
    { warehouse, scope, product }: LinePlace,
    rows: TouchedLine['rows'],
    held: HeldLine | null,
  ): Aggregate | null {
    if (rows === 'none') return held
    const drawn = this.drawn.of(scope, product)
    const alone = drawn.length === 0 && rows !== 'any' && standsAlone(rows, held)
    return aggregate(alone ? [binOf(rows.row)] : this.bins.all(product, warehouse), drawn, held)
  }

  private store(held: HeldLine | null, next: Line | null, product: number, warehouse: number): number {
    if (!next) {
      if (held) this.erase.run(held.line)
      return 0
    }
    const { bin, binKey, otherBins, onHand, allocated, free, unsent, changedAt, state, skuKey, nameKey } =
      next
    const values = [
      bin,
      binKey,
      otherBins,
      onHand,
      allocated,
      free,
      unsent,
      changedAt,
      state,
      skuKey,
      nameKey,
    ]
    if (!held) return Number(this.insert.run(...values, product, warehouse).lastInsertRowid)
    if (!isPlacedAs(held, next)) this.update.run(...values, held.line)
    else if (!hasFiguresOf(held, next)) {
      this.updateFigures.run(onHand, allocated, free, unsent, changedAt, held.line)
    }
    return held.line
  }
}

function count(
  counts: CountChanges,
  warehouse: number,
  line: { state: number | null; onHand: number },
  sign: 1 | -1,
): void {
  if (line.state !== null) counts.add(warehouse, line.state, sign, sign * line.onHand)
}

/** What a line has of its product, which is called as before. */
function figuresOf({ skuKey, nameKey, reorderPoint }: HeldLine): ProductFigures | null {
  return skuKey === null || nameKey === null || reorderPoint === null
    ? null
    : { skuKey, nameKey, reorderPoint }
}

/** Whether the line is this row and no other: then the others need not be looked at. */
const standsAlone = (only: OneRow, held: HeldLine | null): boolean =>
  only.is === 'new' ? held === null : held?.otherBins === 0

/** In the same lists, at the same places but for those that go by figures. */
const isPlacedAs = (held: HeldLine, next: Line): boolean =>
  held.state === next.state &&
  held.bin === next.bin &&
  held.otherBins === next.otherBins &&
  held.skuKey === next.skuKey &&
  held.nameKey === next.nameKey

const hasFiguresOf = (held: HeldLine, next: Line): boolean =>
  held.onHand === next.onHand &&
  held.free === next.free &&
  held.unsent === next.unsent &&
  held.changedAt === next.changedAt

const binOf = (row: InventoryRow): BinTuple => [
  row.bin,
  row.quantity_on_hand,
  row.quantity_allocated,
  row.changed_at,
]

/** The keys of a line, or null while its product is unknown: then it is in no list. */
function keysOf(line: number, from: Line | HeldLine): LineKeys | null {
  const { state, skuKey, nameKey, binKey, free, changedAt } = from
  if (state === null || skuKey === null || nameKey === null) return null
  return { line, skuKey, nameKey, binKey, free, changedAt, state: must(stockStates[state], 'a stock state') }
}
