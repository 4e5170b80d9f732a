import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import { lineOrder } from './line-order.ts'
import type { Changeset, LineChange, LineKeys } from './mirror.ts'

/** A search without its window. */
export type Search = Omit<ListParams<'stock.list'>, 'offset' | 'limit'>

/** Line numbers of all that a search found, in order. */
export type Found = Uint32Array

/** The words somebody is typing, and a few windows of others. */
const MOST_LISTS = 8

/**
 * What the newest searches found. A list is kept while no commit puts a line into it, takes one out or moves one: whoever
 * scrolls through a search then does not search again at each turn, nor after figures changed that it is not sorted by.
 */
export class FoundLists {
  /** The one that was asked for longest ago comes first. */
  private readonly lists = new Map<string, { search: Search; found: Found }>()

  get(search: Search): Found | null {
    const key = keyOf(search)
    const list = this.lists.get(key)
    if (!list) return null
    this.lists.delete(key)
    this.lists.set(key, list)
    return list.found
  }

  put(search: Search, found: Found): void {
    this.lists.set(keyOf(search), { search, found })
    const [oldest] = this.lists.keys()
    if (this.lists.size > MOST_LISTS && oldest !== undefined) this.lists.delete(oldest)
  }

  /** A commit: lists that are no longer what a search would find are forgotten. */
  changed({ lines, everything }: Pick<Changeset, 'lines' | 'everything'>): void {
    for (const [key, { search }] of this.lists) {
      if (everything || touches(lines, search)) this.lists.delete(key)
    }
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
