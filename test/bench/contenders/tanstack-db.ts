import {
  BTreeIndex,
  createCollection,
  createLiveQueryCollection,
  type Collection,
  type SyncConfig,
} from '@tanstack/db'
import type { ShownRow, Start, StockKeeper } from './port.ts'
import { WINDOW_ROWS, type StockRow } from './stock-rows.ts'

type Feed = Parameters<SyncConfig<StockRow, string>['sync']>[0]

/** A collection that is fed as its sync adapters are, with the index its live query asks for, in plain order of characters. */
class TanstackDb implements StockKeeper<readonly StockRow[]> {
  private feed: Feed | null = null
  private readonly stock: Collection<StockRow, string>
  private list: { toArray: readonly ShownRow[]; cleanup(): Promise<void> } | null = null
  private heard = 0

  constructor() {
    this.stock = createCollection<StockRow, string>({
      id: 'stock',
      getKey: ({ id }) => id,
      autoIndex: 'eager',
      defaultIndexType: BTreeIndex,
      defaultStringCollation: { stringSort: 'lexical' },
      sync: { sync: (feed) => void (this.feed = feed), rowUpdateMode: 'full' },
    })
    this.stock.startSyncImmediate()
  }

  arrival(rows: readonly StockRow[]): readonly StockRow[] {
    return rows
  }

  load(page: readonly StockRow[]): void {
    this.write(page)
  }

  loaded(): void {
    this.feed?.markReady()
  }

  async open(): Promise<void> {
    const list = createLiveQueryCollection((query) =>
      query
        .from({ stock: this.stock })
        .orderBy(({ stock }) => stock.sku, { direction: 'asc', stringSort: 'lexical' })
        .limit(WINDOW_ROWS),
    )
    await list.preload()
    list.subscribeChanges(() => (this.heard += 1))
    this.list = list
  }

  apply(changed: readonly StockRow[]): void {
    const before = this.heard
    this.write(changed)
    // Its live queries are told within the commit; were that to change, this would measure nothing.
    if (this.heard === before) throw new Error('The live query was not told.')
  }

  shown(): readonly ShownRow[] {
    return this.list?.toArray ?? []
  }

  async close(): Promise<void> {
    await this.list?.cleanup()
    await this.stock.cleanup()
  }

  private write(rows: readonly StockRow[]): void {
    if (this.feed === null) throw new Error('Not started.')
    const { begin, write, commit } = this.feed
    begin()
    for (const value of rows) write({ type: this.stock.has(value.id) ? 'update' : 'insert', value })
    if (commit() !== true) throw new Error('What was written is not visible yet.')
  }
}

export const start: Start<readonly StockRow[]> = () => Promise.resolve(new TanstackDb())
