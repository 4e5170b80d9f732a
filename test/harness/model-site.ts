import type { InventoryRow, ProductBarcodeRow, ProductRow } from '#shared/domain/rows.ts'
import type { MutationId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import { availableQuantity, stockState } from '#shared/domain/stock.ts'
import { must } from '#shared/lib/must.ts'
import type { ListParams, StockDetail, StockRow, Summary } from '#shared/protocol/views.ts'
import type { BinEffect } from '#engine/commands/effects.ts'
import type {
  Batch,
  Changeset,
  DrawnCommand,
  Fates,
  LocalMirror,
  MirroredTable,
} from '#engine/mirror/mirror.ts'
import { compareNames, fold, searchWords, sortKey, compareBinary } from '#engine/mirror/text-keys.ts'
import { DrawnWork, type Cursors, type ShownEffect } from './drawn-work.ts'
import { manualClock } from './manual-clock.ts'
import { id, north, owner, south, stock } from './mirror-data.ts'
import type { Step } from './random-site.ts'

/*
 * A model of a small site so plain that it is right by reading: maps of rows, a list of commands, and lists computed from them
 * each time anew. The mirror must agree with it after every step.
 */

type Row = Record<string, unknown>
type Of<K extends Step['kind']> = Extract<Step, { kind: K }>
type Told = (changeset: Changeset) => void

interface HeldRow {
  table: MirroredTable
  row: Row
  seq: number
}
type Rows = Map<string, HeldRow>

const scopes: readonly Scope[] = [siteScope, warehouseScope(north), warehouseScope(south)]

/** When everything is drawn: no time passes in a mirror's folder unless a test says so. */
const DRAWN_AT = manualClock().now()

/** The server, the station's work, and what a mirror must hold of the one and show of both. */
export class ModelSite {
  /** As the server has it, and as it was delivered. */
  private readonly server = new Map<Scope, Rows>()
  private readonly held = new Map<Scope, Rows>()
  private readonly heads = new Map<Scope, number>()
  private readonly cursors = new Map<Scope, number>()
  private readonly epochs = new Map<Scope, number>()
  private readonly waiting = new Map<Scope, Batch[]>()
  private readonly work = new DrawnWork(owner)
  private kept = 0

  /** Takes a step, and delivers it to the mirror as a careless network would. */
  take(step: Step, mirror: LocalMirror, changed: Told): void {
    switch (step.kind) {
      case 'changes':
        return this.change(step, mirror, changed)
      case 'start-over':
        return this.startOver(scopeAt(step.scope), mirror, changed)
      case 'drop':
        return this.drop(scopeAt(step.scope), mirror, changed)
      case 'work':
        return this.keep(step, mirror, changed)
      case 'answer':
        return this.answer(step, mirror, changed)
      case 'deliver':
        return this.deliver(scopeAt(step.scope), mirror, changed)
      case 'redraw':
        return this.redraw(step.forgetful, mirror, changed)
    }
  }

  /** Everything is answered and delivered: what is left is the server's. */
  settleAll(mirror: LocalMirror, changed: Told): void {
    while (this.work.unsent().length > 0) {
      this.answer({ kind: 'answer', which: 0, how: 'before its page', ofOne: false }, mirror, changed)
    }
    for (const scope of scopes) this.deliver(scope, mirror, changed)
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

  /** A product's bins as its detail shows them, or null when the detail is not there. */
  bins(warehouseId: WarehouseId, productId: ProductId): StockDetail['bins'] | null {
    const of = (this.rows('products') as ProductRow[]).find((row) => row.id === productId)
    const bins = of ? this.binsOf(warehouseId, productId) : []
    return bins.length === 0 ? null : bins.sort((a, b) => compareNames(a.bin, b.bin))
  }

  private isFound({ id: productId, sku, name: called }: StockRow, search: string): boolean {
    const barcodes = (this.rows('product_barcodes') as ProductBarcodeRow[])
      .filter(({ product_id: of }) => of === productId)
      .map(({ barcode: code }) => code)
    const parts = [sku, called, ...barcodes].map(fold)
    return searchWords(search).every((word) => parts.some((part) => part.includes(word)))
  }

  private lines(warehouseId: WarehouseId): StockRow[] {
    return (this.rows('products') as ProductRow[]).flatMap((of) => {
      const bins = this.binsOf(warehouseId, of.id)
      return bins.length === 0 ? [] : [lineFrom(of, bins)]
    })
  }

  private binsOf(warehouseId: WarehouseId, productId: ProductId): StockDetail['bins'] {
    const isHere = (of: { warehouse_id: WarehouseId; product_id: ProductId }): boolean =>
      of.warehouse_id === warehouseId && of.product_id === productId
    if (!this.cursors.has(warehouseScope(warehouseId))) return []
    const rows = (this.rows('inventory') as InventoryRow[]).filter(isHere)
    const drawn = this.work
      .shown()
      .filter((shown): shown is DrawnBin => shown.effect.on === 'bin' && isHere(shown.effect))
    return overlaid(rows, drawn)
  }

  private change(
    { changes, twice, early, reversed }: Of<'changes'>,
    mirror: LocalMirror,
    changed: Told,
  ): void {
    for (const scope of scopes) {
      const mine = changes.filter(({ put }) => put.scope === scope)
      if (mine.length === 0) continue
      this.deliver(scope, mirror, changed)
      this.write(
        scope,
        mine.map(({ put: { table, row }, gone }) => ({ table, row, gone })),
      )
      const [batch] = this.waiting.get(scope) ?? []
      if (!batch) continue
      if (early) expectGap(mirror.apply({ ...batch, from: batch.to, to: batch.to + 1 }))
      const sent = reversed ? { ...batch, changes: [...batch.changes].reverse() } : batch
      this.waiting.delete(scope)
      this.apply(sent, mirror, changed)
      if (twice) expectGap(mirror.apply(sent))
    }
  }

  /** The server changes rows; the batch waits to be delivered. @returns the new head */
  private write(
    scope: Scope,
    changes: readonly { table: MirroredTable; row: Row; gone: boolean }[],
    waits = true,
  ): number {
    const from = this.heads.get(scope) ?? 0
    const numbered = changes.map(({ table, row, gone }, i) => ({
      ...{ table, id: String(row['id']), seq: from + i + 1, row: gone ? null : row },
    }))
    putInto(rowsOf(this.server, scope), numbered)
    this.heads.set(scope, from + changes.length)
    const waiting = this.waiting.get(scope) ?? []
    if (waits) this.waiting.set(scope, [...waiting, this.batch(scope, from, numbered)])
    return from + changes.length
  }

  private deliver(scope: Scope, mirror: LocalMirror, changed: Told, fates?: Fates): void {
    const waiting = this.waiting.get(scope) ?? []
    this.waiting.delete(scope)
    for (const [i, batch] of waiting.entries()) {
      this.apply(i === 0 && fates ? { ...batch, fates } : batch, mirror, changed)
    }
  }

  private apply(batch: Batch, mirror: LocalMirror, changed: Told): void {
    const result = mirror.apply(batch)
    if (result.kind === 'gap') throw new Error(`A gap at ${result.cursor.seq}, expected ${batch.from}.`)
    if (result.unreadable.length > 0) throw new Error(JSON.stringify(result.unreadable))
    const settled = batch.fates ? this.work.draw(batch.fates, this.cursorOf) : []
    if (batch.startOver) {
      this.held.set(batch.scope, new Map<string, HeldRow>())
      this.work.pass(batch.scope)
    }
    putInto(rowsOf(this.held, batch.scope), batch.changes)
    this.cursors.set(batch.scope, batch.to)
    expectSettled(result.changeset, [...settled, ...this.work.settle(this.cursorOf)])
    changed(result.changeset)
  }

  /** A new epoch in which everything there is comes again, but for every other row. */
  private startOver(scope: Scope, mirror: LocalMirror, changed: Told): void {
    const kept = [...rowsOf(this.server, scope).values()].filter((_, i) => i % 2 === 0)
    this.epochs.set(scope, (this.epochs.get(scope) ?? 0) + 1)
    this.forget(scope, [this.server, this.heads, this.waiting])
    this.write(
      scope,
      kept.map(({ table, row }) => ({ table, row, gone: false })),
    )
    const [batch] = this.waiting.get(scope) ?? []
    this.waiting.delete(scope)
    this.apply({ ...must(batch, 'the new history'), startOver: true }, mirror, changed)
  }

  private drop(scope: Scope, mirror: LocalMirror, changed: Told): void {
    const changeset = mirror.drop([scope])
    if (this.cursors.has(scope)) this.work.pass(scope)
    this.forget(scope, [this.server, this.held, this.heads, this.cursors, this.waiting])
    expectSettled(changeset, this.work.settle(this.cursorOf))
    changed(changeset)
  }

  private keep({ moves }: Of<'work'>, mirror: LocalMirror, changed: Told): void {
    const command: DrawnCommand = {
      id: id<MutationId>(`command ${(this.kept += 1)}`),
      at: 'station',
      settles: [],
      effects: moves.map(({ of, bin, warehouse: warehouse_id, onHand, allocated }) => ({
        ...{ on: 'bin', warehouse_id, product_id: id<ProductId>(of), bin, onHand, allocated },
      })),
    }
    this.draw({ drawn: [command], erased: [] }, mirror, changed)
  }

  /** The server decides about one of the commands that were not sent. */
  private answer({ which, how, ofOne }: Of<'answer'>, mirror: LocalMirror, changed: Told): void {
    const unsent = this.work.unsent()
    const command = unsent[which % Math.max(1, unsent.length)]
    if (!command) return
    if (how === 'refused') return this.draw({ drawn: [], erased: [command.id] }, mirror, changed)
    const heads = this.book(command)
    const settles = ofOne ? heads.slice(0, 1) : heads
    const fates: Fates = { drawn: [{ ...command, at: 'server', settles }], erased: [] }
    if (how === 'with its page') {
      for (const [i, { scope }] of heads.entries()) {
        this.deliver(scope, mirror, changed, i === 0 ? fates : undefined)
      }
      return
    }
    if (how === 'after its page') for (const { scope } of heads) this.deliver(scope, mirror, changed)
    this.draw(fates, mirror, changed)
  }

  /** What the server does with a command: its rows, in each scope it is of. */
  private book({ effects }: DrawnCommand): DrawnCommand['settles'] {
    const bins = effects.filter((effect): effect is BinEffect => effect.on === 'bin')
    const concerned = new Set(bins.map(({ warehouse_id }) => warehouseScope(warehouse_id)))
    return [...(concerned.size > 0 ? concerned : [warehouseScope(north)])].map((scope) => {
      const mine = bins.filter(({ warehouse_id }) => warehouseScope(warehouse_id) === scope)
      return { scope, seq: this.write(scope, this.booked(scope, mine)) }
    })
  }

  private booked(scope: Scope, effects: readonly BinEffect[]) {
    const rows = rowsOf(this.server, scope)
    const next = new Map<string, Row>()
    for (const { warehouse_id, product_id, bin, onHand, allocated } of effects) {
      const fresh = {
        ...stock('', 0, { warehouse_id, bin }),
        id: id(`${product_id} ${bin} ${warehouse_id}`),
        product_id,
      }
      const isThere = ({ row }: HeldRow): boolean => row['bin'] === bin && row['product_id'] === product_id
      const was = [...rows.values()].find(isThere)?.row ?? fresh
      const row: Row = next.get(String(was['id'])) ?? was
      next.set(String(was['id']), {
        ...row,
        quantity_on_hand: Number(row['quantity_on_hand']) + onHand,
        quantity_allocated: Number(row['quantity_allocated']) + allocated,
      })
    }
    const changes = [...next.values()].map((row) => ({ table: 'inventory' as const, row, gone: false }))
    // A command that changes nothing we hold moves the head all the same.
    const gone = { table: 'stations' as const, row: { id: id('no station') }, gone: true }
    return changes.length > 0 ? changes : [gone]
  }

  private draw(fates: Fates, mirror: LocalMirror, changed: Told): void {
    const changeset = mirror.draw(fates)
    expectSettled(changeset, this.work.draw(fates, this.cursorOf))
    changed(changeset)
  }

  private redraw(forgetful: boolean, mirror: LocalMirror, changed: Told): void {
    const commands = this.work.unsettled(forgetful)
    const changeset = mirror.redraw(commands)
    expectSettled(changeset, this.work.settledSoFar())
    changed(changeset)
  }

  private readonly cursorOf: Cursors = (scope) => this.cursors.get(scope) ?? null

  private forget(scope: Scope, of: readonly Map<Scope, unknown>[]): void {
    for (const map of of) map.delete(scope)
  }

  private batch(scope: Scope, from: number, changes: Batch['changes']): Batch {
    const epoch = id(`epoch ${this.epochs.get(scope) ?? 0}`)
    return { scope, epoch, from, to: from + changes.length, startOver: false, changes, serverTime: 1_000 }
  }
}

type DrawnBin = ShownEffect & { effect: BinEffect }

/** Rows of bins with work over them: on the row of its bin, or as a bin of its own unless it adds up to nothing. */
function overlaid(rows: readonly InventoryRow[], drawn: readonly DrawnBin[]): StockDetail['bins'] {
  const bins = rows.map((row) => ({
    ...figures(row.bin, row.quantity_on_hand, row.quantity_allocated, 0),
    id: row.id,
    changedAt: Date.parse(row.changed_at),
  }))
  const added = new Map<string, StockDetail['bins'][number]>()
  for (const { effect, unsent } of drawn) {
    const { bin, onHand, allocated } = effect
    const over = bins.find((there) => there.bin === bin) ??
      added.get(bin) ?? { ...figures(bin, 0, 0, 0), id: null, changedAt: DRAWN_AT }
    if (over.id === null) added.set(bin, over)
    const sum = [
      over.onHand + onHand,
      over.allocated + allocated,
      over.unsentOnHand + (unsent ? onHand : 0),
    ] as const
    Object.assign(over, figures(bin, ...sum))
  }
  const some = [...added.values()].filter(
    (bin) => bin.onHand !== 0 || bin.allocated !== 0 || bin.unsentOnHand !== 0,
  )
  return [...bins, ...some]
}

const figures = (bin: string, onHand: number, allocated: number, unsentOnHand: number) => ({
  ...{ bin, onHand, allocated, unsentOnHand, available: availableQuantity(onHand, allocated) },
})

const scopeAt = (index: number): Scope => scopes[index] ?? siteScope

function rowsOf(map: Map<Scope, Rows>, scope: Scope): Rows {
  let rows = map.get(scope)
  if (!rows) map.set(scope, (rows = new Map<string, HeldRow>()))
  return rows
}

function putInto(rows: Rows, changes: Batch['changes']): void {
  for (const { table, id: rowId, seq, row } of [...changes].sort((a, b) => a.seq - b.seq)) {
    if (row === null) rows.delete(rowId)
    else rows.set(rowId, { table: table as MirroredTable, row: row, seq })
  }
}

function expectGap(result: ReturnType<LocalMirror['apply']>): void {
  if (result.kind !== 'gap') throw new Error('A batch that does not follow the cursor was applied.')
}

function expectSettled({ settled }: Changeset, expected: readonly MutationId[]): void {
  const [told, right] = [settled, expected].map((ids) => [...ids].sort().join())
  if (told !== right) throw new Error(`Settled: ${told ?? ''}; expected: ${right ?? ''}.`)
}

export const lineOf = (of: ProductRow, rows: InventoryRow[]): StockRow => lineFrom(of, overlaid(rows, []))

function lineFrom(of: ProductRow, bins: StockDetail['bins']): StockRow {
  const sum = (figure: 'onHand' | 'allocated' | 'unsentOnHand'): number =>
    bins.reduce((total, bin) => total + bin[figure], 0)
  const [onHand, allocated] = [sum('onHand'), sum('allocated')]
  const withRows = bins.filter((bin) => bin.id !== null)
  return {
    id: of.id,
    sku: of.sku,
    name: of.name,
    unit: of.unit,
    bin: bins.map(({ bin }) => bin).sort(compareNames)[0] ?? '',
    otherBins: bins.length - 1,
    onHand,
    allocated,
    available: availableQuantity(onHand, allocated),
    unsentOnHand: sum('unsentOnHand'),
    reorderPoint: of.reorder_point,
    state: stockState(onHand, allocated, of.reorder_point),
    changedAt: Math.max(...(withRows.length > 0 ? withRows : bins).map(({ changedAt }) => changedAt)),
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
