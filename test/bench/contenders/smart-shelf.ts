import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { siteScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { Change } from '#shared/protocol/server.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import type { BulkWrite, LocalMirror } from '#engine/mirror/mirror.ts'
import { openMirror } from '#engine/mirror/sqlite-mirror.ts'
import { realClock } from '#engine/platform/real-clock.ts'
import type { Log, WindowId } from '#engine/ports.ts'
import { createViewHost } from '#engine/views/sql-view-host.ts'
import type { ViewHost } from '#engine/views/view-host.ts'
import type { ShownRow, Start, StockKeeper } from './port.ts'
import { openSink } from './sink.ts'
import { lineOf, scatteredId, WINDOW_ROWS, type StockRow } from './stock-rows.ts'

export const warehouseId = '0a0a0a0a-0000-4000-8000-000000000000' as WarehouseId
export const owner = '0b0b0b0b-0000-4000-8000-000000000000' as UserId
export const serverUrl = 'http://localhost'
export const epoch = '0e0e0e0e-0000-4000-8000-000000000000'
export const stockScope = warehouseScope(warehouseId)

/** Whatever goes wrong in the engine ends the bench. */
export const silentLog: Log = {
  ...{ debug: () => undefined, info: () => undefined, warn: () => undefined },
  error(event, facts) {
    throw new Error(`${event}: ${JSON.stringify(facts)}`)
  },
  with: () => silentLog,
}

/** As the intake has it: pages that follow one another share a commit until they hold so many changes. */
const COMMIT_AFTER_CHANGES = 20_000

/** The list that every contender keeps open. */
export const first100: ListParams<'stock.list'> = {
  warehouseId,
  search: '',
  filter: 'all',
  sort: 'sku',
  direction: 'asc',
  offset: 0,
  limit: WINDOW_ROWS,
}

/** A product has its own table and scope, and comes first; what changes afterwards is stock. */
interface Arrival {
  products: readonly Change[]
  inventory: readonly Change[]
}

/** The product of a stock row: of the same number, of another kind. */
const productIdOf = (stockId: string): string => scatteredId(lineOf(stockId), 1)

export const productRow = (row: StockRow) => ({
  id: productIdOf(row.id),
  sku: row.sku,
  name: row.name,
  category: null,
  unit: 'pcs',
  reorder_point: 10,
})

export const inventoryRow = (row: StockRow) => ({
  id: row.id,
  warehouse_id: warehouseId,
  product_id: productIdOf(row.id),
  bin: row.bin,
  quantity_on_hand: row.onHand,
  quantity_allocated: row.allocated,
  changed_at: row.changedAt,
})

/** Opens the mirror in a folder: the real file, with the real pragmas. */
export const openStation = (directory: string): LocalMirror =>
  openMirror({
    ...{ directory, serverUrl, owner, nativeBinding: null },
    ...{ clock: realClock, log: silentLog },
  }).mirror

/** Rows as changes of a table, numbered when they are applied. */
export const changesOf = (table: string, rows: readonly { id: string }[]): Change[] =>
  rows.map((row) => ({ table, id: row.id, seq: 0, row }))

/**
 * The engine's own mirror and view host: rows come in as a pull or a poke brings them, deltas go out as to a window. Lines come for
 * the first time in the order of their numbers.
 */
export class SmartShelf implements StockKeeper<Arrival> {
  readonly mirror: LocalMirror
  readonly host: ViewHost
  readonly sink = openSink()
  private products = 0
  private bulk: BulkWrite | null = null
  private told: ((message: unknown) => void) | null = null

  constructor(directory: string) {
    this.mirror = openStation(directory)
    this.host = createViewHost({
      clock: realClock,
      log: silentLog,
      post: (_window, _channel, message) => {
        this.sink.post(message)
        this.told?.(message)
      },
    })
    this.host.attach(this.mirror)
  }

  arrival(rows: readonly StockRow[]): Arrival {
    const fresh = rows.filter(({ id }) => lineOf(id) >= this.products)
    this.products += fresh.length
    return {
      products: changesOf('products', fresh.map(productRow)),
      inventory: changesOf('inventory', rows.map(inventoryRow)),
    }
  }

  async load({ products, inventory }: Arrival): Promise<void> {
    await this.bulkApply(siteScope, products)
    await this.bulkApply(stockScope, inventory)
  }

  /** What a large page goes through, in a first download and in a catch-up. */
  async bulkApply(scope: Scope, changes: readonly Change[]): Promise<void> {
    this.bulk ??= this.mirror.openBulk()
    const result = await this.bulk.apply(this.batch(scope, changes), realClock.breathe)
    if (result.kind !== 'applied' || result.unreadable.length > 0) throw new Error('Not applied.')
    if (this.bulk.size >= COMMIT_AFTER_CHANGES) this.commit()
  }

  commit(): void {
    const changesets = this.bulk?.end() ?? []
    this.bulk = null
    for (const changeset of changesets) this.host.noted(changeset)
    this.host.show()
    if (this.mirror.logLength() !== 'short') this.mirror.checkpoint()
  }

  loaded(): void {
    this.commit()
  }

  open(): void {
    this.watch(1, first100)
  }

  /** Opens a list in a window. */
  watch(window: number, params: ListParams<'stock.list'>): void {
    const spec = { name: 'stock.list', params } as const
    const reply = this.host.open(window as WindowId, 'list' as ViewId, spec)
    if (!reply.ok) throw new Error('The list did not open.')
    this.sink.post(reply.value)
  }

  /** Opens the totals in a window, as a desk has them beside its list. */
  watchTotals(window: number): void {
    const spec = { name: 'summary', params: { warehouseId } } as const
    if (!this.host.open(window as WindowId, 'totals' as ViewId, spec).ok)
      throw new Error('The totals did not open.')
  }

  async apply({ products, inventory }: Arrival): Promise<void> {
    if (products.length > 0) this.applyNow(siteScope, products)
    const told = this.nextDelta(() => true)
    this.applyNow(stockScope, inventory)
    await told
  }

  /** @returns when such a message has been posted */
  nextDelta(isIt: (message: unknown) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.told = (message) => {
        if (isIt(message)) resolve()
      }
    })
  }

  /** One transaction of the mirror, and its windows told. */
  applyNow(scope: Scope, changes: readonly Change[]): void {
    const result = this.mirror.apply(this.batch(scope, changes))
    if (result.kind !== 'applied' || result.unreadable.length > 0) throw new Error('Not applied.')
    this.host.noted(result.changeset)
    this.host.show()
  }

  shown(): readonly ShownRow[] {
    return this.mirror
      .stockList(first100)
      .rows.map(({ sku, name, bin, onHand, allocated }) => ({ sku, name, bin: bin ?? '', onHand, allocated }))
  }

  close(): void {
    this.host.stop()
    this.sink.close()
    this.mirror.close()
  }

  private batch(scope: Scope, changes: readonly Change[]) {
    const { seq } = this.mirror.cursor(scope)
    const numbered = changes.map((change, at) => ({ ...change, seq: seq + at + 1 }))
    const at = { scope, epoch, from: seq, to: seq + numbered.length }
    return { ...at, startOver: false, changes: numbered, serverTime: Date.now() }
  }
}

export const start: Start<Arrival> = (folder) => Promise.resolve(new SmartShelf(folder))
