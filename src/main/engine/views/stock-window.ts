import type { ProductId } from '#shared/domain/ids.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import { must } from '#shared/lib/must.ts'
import { isListed, lineOrder } from '../mirror/line-order.ts'
import type { LineChange, LineKeys, MirrorReader, StockPage } from '../mirror/mirror.ts'

type Row = StockPage['rows'][number]

/** What is shown is still true; some of its rows are to be read again; or all of it. */
export type Concern = 'none' | 'rows' | 'whole'

interface Entry {
  row: Row
  /** As of the last commit, also while `row` is older. */
  keys: LineKeys
}

type Side = 'before' | 'inside' | 'after'

/**
 * A window of a stock list, as commits leave it: lines that stay within it are put in their new places here, and only their own
 * rows need be read again. It may say `whole` for nothing, never less than what happened: the list is then read and compared.
 */
export class StockWindow {
  private readonly params: ListParams<'stock.list'>
  private readonly compare: ReturnType<typeof lineOrder>
  private readonly total: number
  private readonly order: Entry[]
  private readonly entries: ReadonlyMap<ProductId, Entry>
  private readonly outdated = new Set<Entry>()

  constructor(params: ListParams<'stock.list'>, { rows, keys, total }: StockPage) {
    this.params = params
    this.compare = lineOrder(params.sort, params.direction)
    this.total = total
    this.order = rows.map((row, i) => ({ row, keys: must(keys[i], 'the keys of a row') }))
    this.entries = new Map(this.order.map((entry) => [entry.row.id, entry]))
  }

  /** What a commit does to it. After `whole` it is of no more use. */
  take(lines: readonly LineChange[], mirror: Pick<MirrorReader, 'isFound'>): Concern {
    for (const line of lines) {
      if (line.warehouseId !== this.params.warehouseId) continue
      const entry = this.entries.get(line.productId)
      const untouched = entry ? this.stays(entry, line) : this.passesBy(line, mirror)
      if (!untouched) return 'whole'
    }
    return this.outdated.size === 0 ? 'none' : 'rows'
  }

  /** The window as it is now, or null where that cannot be told without reading all of it. */
  read(mirror: Pick<MirrorReader, 'stockRows'>): StockPage | null {
    const outdated = new Map([...this.outdated].map((entry) => [entry.keys.line, entry]))
    const read = mirror.stockRows([...outdated.keys()])
    if (read.rows.length < outdated.size) return null
    for (const [i, row] of read.rows.entries()) {
      const keys = must(read.keys[i], 'the keys of a row')
      const entry = must(outdated.get(keys.line), 'the line that was asked for')
      if (keys.state !== entry.keys.state || this.compare(keys, entry.keys) !== 0) return null
      entry.row = row
    }
    this.outdated.clear()
    return {
      total: this.total,
      rows: this.order.map(({ row }) => row),
      keys: this.order.map(({ keys }) => keys),
    }
  }

  /** Whether a line of the window stays in it: between its first line and its last there is no other. */
  private stays(entry: Entry, { after, texts }: LineChange): boolean {
    if (!isListed(after, this.params.filter) || this.sideOf(after) !== 'inside') return false
    if (texts && this.params.search !== '') return false
    if (this.compare(after, entry.keys) !== 0) this.place(entry, after)
    entry.keys = after
    this.outdated.add(entry)
    return true
  }

  /** Whether a line outside the window stays where it is, seen from there. */
  private passesBy({ productId, before, after, texts }: LineChange, mirror: Pick<MirrorReader, 'isFound'>) {
    const { search, filter } = this.params
    const was = isListed(before, filter)
    const is = isListed(after, filter)
    if (!was && !is) return true
    if (search !== '' && texts) return false
    const side = was && is ? this.sideOf(after) : 'inside'
    if (was && side !== 'inside' && side === this.sideOf(before)) return true
    return search !== '' && !mirror.isFound(productId, search)
  }

  private place(entry: Entry, keys: LineKeys): void {
    this.order.splice(this.order.indexOf(entry), 1)
    const next = this.order.findIndex((other) => this.compare(keys, other.keys) < 0)
    this.order.splice(next < 0 ? this.order.length : next, 0, entry)
  }

  private sideOf(keys: LineKeys): Side {
    const first = this.order[0]
    const last = this.order.at(-1)
    if (!first || !last || this.compare(keys, first.keys) < 0) return 'before'
    return this.compare(keys, last.keys) > 0 ? 'after' : 'inside'
  }
}
