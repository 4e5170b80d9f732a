import fc from 'fast-check'
import type { ProductRow, ProductBarcodeRow, InventoryRow } from '#shared/domain/rows.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import { availableQuantity, stockState } from '#shared/domain/stock.ts'
import type { ListParams, StockRow, Summary } from '#shared/protocol/views.ts'
import type { Batch, LocalMirror, MirroredTable } from '#engine/mirror/mirror.ts'
import { compareNames, fold, searchWords, sortKey, compareBinary } from '#engine/mirror/text-keys.ts'
import { barcode, id, north, product, south, stock } from './mirror-data.ts'

/*
 * A small site that changes at random, and a model of it so plain that it is right by reading: maps of rows, and lists
 * computed from them each time anew. The mirror must agree with it after every step.
 */

const names = ['mug', 'Mug 2', 'mug 10', 'crème jug', 'box', 'red box']
const bins = ['A-1', 'A-10', 'B-2']
const codes = ['4006381333931', '5012345678900', '77']
const warehouses = [north, south]

type Row = Record<string, unknown>
type Put = { scope: Scope; table: MirroredTable; row: Row }

const name = fc.constantFrom(...names)
const at = fc.integer({ min: 0, max: 5 }).map((hour) => `2026-11-22T0${hour}:00:00+00:00`)

const aProduct = fc
  .record({
    of: name,
    called: fc.constantFrom(...names, 'Blue thing'),
    reorder: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ of, called, reorder }): Put => ({
    scope: siteScope,
    table: 'products',
    row: product(of, { name: called, reorder_point: reorder }),
  }))
const aBarcode = fc
  .record({ code: fc.constantFrom(...codes), of: name })
  .map(({ code, of }): Put => ({ scope: siteScope, table: 'product_barcodes', row: barcode(code, of) }))
const aStock = fc
  .record({
    of: name,
    bin: fc.constantFrom(...bins),
    movedTo: fc.option(name, { freq: 8 }),
    warehouse: fc.constantFrom(...warehouses),
    quantity: fc.integer({ min: -2, max: 12 }),
    allocated: fc.integer({ min: 0, max: 6 }),
    at,
  })
  .map(({ of, bin, movedTo, warehouse, quantity, allocated, at: changedAt }): Put => {
    const row = stock(of, quantity, {
      bin,
      warehouse_id: warehouse,
      quantity_allocated: allocated,
      changed_at: changedAt,
    })
    return {
      scope: warehouseScope(warehouse),
      table: 'inventory',
      row: movedTo === null ? row : { ...row, product_id: id(movedTo) },
    }
  })

const change = fc.record({
  put: fc.oneof({ weight: 2, arbitrary: aProduct }, aBarcode, { weight: 5, arbitrary: aStock }),
  gone: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
})

/** One step of a site's life. `twice`: the batch is delivered again. `early`: one from the future was tried before it. */
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('changes' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 8 }),
      twice: fc.boolean(),
      early: fc.boolean(),
      reversed: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('start-over' as const), scope: fc.nat({ max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), scope: fc.nat({ max: 2 }) }) },
)
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
export const steps = fc.array(step, { minLength: 1, maxLength: 25 })

const put = (scope: Scope, table: MirroredTable, row: Row) => ({ put: { scope, table, row }, gone: false })

/** A step that fills the site: every product, with stock in both warehouses, so that lists are longer than windows. */
export const filled: Step = {
  kind: 'changes',
  changes: [
    ...names.map((of) => put(siteScope, 'products', product(of))),
    ...warehouses.flatMap((at) =>
      names.map((of, i) => put(warehouseScope(at), 'inventory', stock(of, i, { warehouse_id: at }))),
    ),
  ],
  twice: false,
  early: false,
  reversed: false,
}

const scopes: readonly Scope[] = [siteScope, ...warehouses.map(warehouseScope)]

interface HeldRow {
  table: MirroredTable
  row: Row
  seq: number
}

/** The server and what a mirror of it must hold. */
export class ModelSite {
  private readonly held = new Map<Scope, Map<string, HeldRow>>()
  private readonly heads = new Map<Scope, number>()
  private readonly epochs = new Map<Scope, number>()

  /** Takes a step, and delivers it to the mirror as a careless network would. */
  take(step: Step, mirror: LocalMirror, changed: (result: ReturnType<LocalMirror['drop']>) => void): void {
    if (step.kind === 'drop') {
      const scope = scopeAt(step.scope)
      changed(mirror.drop([scope]))
      this.forget(scope)
      return
    }
    const batches =
      step.kind === 'start-over' ? [this.startOver(scopeAt(step.scope))] : this.change(step.changes)
    for (const batch of batches) {
      const delivered = step.kind === 'changes' && step.reversed ? reversed(batch) : batch
      if (step.kind === 'changes' && step.early)
        expectGap(mirror.apply({ ...batch, from: batch.to, to: batch.to + 1 }))
      const result = mirror.apply(delivered)
      if (result.kind === 'gap') throw new Error(`A gap at ${result.cursor.seq}, expected ${batch.from}.`)
      if (result.unreadable.length > 0) throw new Error(JSON.stringify(result.unreadable))
      changed(result.changeset)
      if (step.kind === 'changes' && step.twice) expectGap(mirror.apply(delivered))
    }
  }

  rows(table: MirroredTable): Row[] {
    return [...this.held.values()]
      .flatMap((rows) => [...rows.values()])
      .filter((held) => held.table === table)
      .map(({ row }) => row)
      .sort((a, b) => compareBinary(String(a['id']), String(b['id'])))
  }

  digest(scope: Scope): { count: number; seqSum: number } {
    const rows = [...(this.held.get(scope)?.values() ?? [])]
    return { count: rows.length, seqSum: rows.reduce((sum, { seq }) => sum + seq, 0) }
  }

  summary(warehouseId: WarehouseId): Summary {
    const lines = this.lines(warehouseId)
    const count = (state: StockRow['state']): number => lines.filter((line) => line.state === state).length
    return {
      products: lines.length,
      low: count('low'),
      out: count('out'),
      oversold: count('oversold'),
      unitsOnHand: lines.reduce((sum, { onHand }) => sum + onHand, 0),
    }
  }

  list(params: ListParams<'stock.list'>): { total: number; rows: StockRow[] } {
    const rows = this.lines(params.warehouseId)
      .filter(({ state }) => params.filter === 'all' || state === params.filter)
      .filter((line) => this.isFound(line, params.search))
      .sort(comparator(params))
    return { total: rows.length, rows: rows.slice(params.offset, params.offset + params.limit) }
  }

  private isFound({ id: productId, sku, name: called }: StockRow, search: string): boolean {
    const barcodes = (this.rows('product_barcodes') as ProductBarcodeRow[])
      .filter(({ product_id: of }) => of === productId)
      .map(({ barcode: code }) => code)
    const parts = [sku, called, ...barcodes].map(fold)
    return searchWords(search).every((word) => parts.some((part) => part.includes(word)))
  }

  private lines(warehouseId: WarehouseId): StockRow[] {
    const inventory = this.rows('inventory') as InventoryRow[]
    return (this.rows('products') as ProductRow[]).flatMap((of) => {
      const rows = inventory.filter((row) => row.product_id === of.id && row.warehouse_id === warehouseId)
      return rows.length === 0 ? [] : [lineOf(of, rows)]
    })
  }

  private change(changes: Extract<Step, { kind: 'changes' }>['changes']): Batch[] {
    return scopes.flatMap((scope) => {
      const from = this.heads.get(scope) ?? 0
      const mine = changes.filter(({ put }) => put.scope === scope)
      if (mine.length === 0) return []
      const numbered = mine.map(({ put: { table, row }, gone }, i) => ({
        table,
        id: String(row['id']),
        seq: from + i + 1,
        row: gone ? null : row,
      }))
      const rows = this.rowsOf(scope)
      for (const { table, id: rowId, seq, row } of numbered) {
        if (row) rows.set(rowId, { table: table, row, seq })
        else rows.delete(rowId)
      }
      this.heads.set(scope, from + mine.length)
      return [this.batch(scope, from, numbered)]
    })
  }

  /** A new epoch in which everything there is comes again, but for every other row. */
  private startOver(scope: Scope): Batch {
    const kept = [...this.rowsOf(scope).values()].filter((_, i) => i % 2 === 0)
    this.epochs.set(scope, (this.epochs.get(scope) ?? 0) + 1)
    const numbered = kept.map(({ table, row }, i) => ({ table, id: String(row['id']), seq: i + 1, row }))
    this.held.set(scope, new Map(kept.map((held, i) => [String(held.row['id']), { ...held, seq: i + 1 }])))
    this.heads.set(scope, kept.length)
    return { ...this.batch(scope, 0, numbered), startOver: true }
  }

  private forget(scope: Scope): void {
    this.held.delete(scope)
    this.heads.delete(scope)
  }

  private batch(scope: Scope, from: number, changes: Batch['changes']): Batch {
    const epoch = id(`epoch ${this.epochs.get(scope) ?? 0}`)
    return { scope, epoch, from, to: from + changes.length, startOver: false, changes, serverTime: 1_000 }
  }

  private rowsOf(scope: Scope): Map<string, HeldRow> {
    let rows = this.held.get(scope)
    if (!rows) this.held.set(scope, (rows = new Map<string, HeldRow>()))
    return rows
  }
}

const scopeAt = (index: number): Scope => scopes[index] ?? siteScope

const reversed = (batch: Batch): Batch => ({ ...batch, changes: [...batch.changes].reverse() })

function expectGap(result: ReturnType<LocalMirror['apply']>): void {
  if (result.kind !== 'gap') throw new Error('A batch that does not follow the cursor was applied.')
}

export function lineOf(of: ProductRow, rows: InventoryRow[]): StockRow {
  const onHand = rows.reduce((sum, row) => sum + row.quantity_on_hand, 0)
  const allocated = rows.reduce((sum, row) => sum + row.quantity_allocated, 0)
  return {
    id: of.id,
    sku: of.sku,
    name: of.name,
    unit: of.unit,
    bin: rows.map((row) => row.bin).sort(compareNames)[0] ?? '',
    otherBins: rows.length - 1,
    onHand,
    allocated,
    available: availableQuantity(onHand, allocated),
    unsentOnHand: 0,
    reorderPoint: of.reorder_point,
    state: stockState(onHand, allocated, of.reorder_point),
    changedAt: Math.max(...rows.map((row) => Date.parse(row.changed_at))),
  }
}

function comparator({ sort, direction }: ListParams<'stock.list'>): (a: StockRow, b: StockRow) => number {
  const text = (of: (row: StockRow) => string) => (a: StockRow, b: StockRow) =>
    compareBinary(sortKey(of(a)), sortKey(of(b)))
  const number = (of: (row: StockRow) => number) => (a: StockRow, b: StockRow) => of(a) - of(b)
  const bySku = text(({ sku }) => sku)
  const by = {
    sku: bySku,
    name: text((row) => row.name),
    bin: text(({ bin }) => bin),
    available: number(({ onHand, allocated }) => onHand - allocated),
    changed: number(({ changedAt }) => changedAt),
  }[sort]
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => sign * (by(a, b) || bySku(a, b))
}

/** Any window of the stock list. */
export const listParams: fc.Arbitrary<ListParams<'stock.list'>> = fc.record({
  warehouseId: fc.constantFrom(...warehouses),
  search: fc.constantFrom('', '', '', 'mug', 'ug', 'u', 'box red', '3813', '77', 'jug c', 'nothing'),
  filter: fc.constantFrom('all', 'all', 'low', 'out', 'oversold'),
  sort: fc.constantFrom('sku', 'name', 'bin', 'available', 'changed'),
  direction: fc.constantFrom('asc', 'desc'),
  offset: fc.nat({ max: 4 }),
  limit: fc.integer({ min: 1, max: 4 }),
})

export { scopes as siteScopes, warehouses as siteWarehouses }
