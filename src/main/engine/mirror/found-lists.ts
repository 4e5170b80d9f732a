import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import { KeptLists, type Found } from './kept-lists.ts'
import { lineOrder } from './line-order.ts'
import type { Changeset, LineChange, LineKeys } from './mirror.ts'

/** A search without its window. */
export type Search = Omit<ListParams<'stock.list'>, 'offset' | 'limit'>

/**
 * What the newest searches found. A list is kept while no commit puts a line into it, takes one out or moves one: whoever
 * scrolls through a search then does not search again at each turn, nor after figures changed that it is not sorted by.
 */
export class FoundLists {
  private readonly lists = new KeptLists<Search>()

  get(search: Search): Found | null {
    return this.lists.get(keyOf(search))
  }

  put(search: Search, found: Found): void {
    this.lists.put(keyOf(search), search, found)
  }

  /** A commit: lists that are no longer what a search would find are forgotten. */
  changed({ lines, everything }: Pick<Changeset, 'lines' | 'everything'>): void {
    this.lists.forget((search) => everything || touches(lines, search))
  }
}

const keyOf = ({ warehouseId, search, filter, sort, direction }: Search): string =>
  `${warehouseId}/${filter}/${sort}/${direction}/${search}`

function touches(lines: readonly LineChange[], search: Search): boolean {
  const { filter, sort } = search
  const compare = lineOrder(sort, 'asc')
  const listed = (keys: LineKeys | null): keys is LineKeys =>
    keys !== null && (filter === 'all' || keys.state === filter)
  const at: WarehouseId = search.warehouseId
  return lines.some(({ warehouseId, before, after, texts }) => {
    if (warehouseId !== at) return false
    const was = listed(before)
    const is = listed(after)
    if (!was && !is) return false
    return texts || !was || !is || compare(before, after) !== 0
  })
}
