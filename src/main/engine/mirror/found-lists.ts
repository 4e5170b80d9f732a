import type { ProductId } from '#shared/domain/ids.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import { FOUND_LISTS, KeptLists, type Found } from './kept-lists.ts'
import { isListed, lineOrder } from './line-order.ts'
import type { Changeset, LineChange, LineKeys } from './mirror.ts'

/** A search without its window. */
export type Search = Omit<ListParams<'stock.list'>, 'offset' | 'limit'>

/** Lines and products as they are now. */
export interface Lines {
  keys(line: number): LineKeys | null
  /** Of a product's line in a warehouse. */
  keysOf(product: ProductId, warehouse: number): LineKeys | null
  isFound(product: ProductId, search: string): boolean
}

/** Putting this many lines in their new places costs less than to search again, whatever is searched for. */
const MOST_MOVED = 16

/**
 * What the newest searches found. A commit that puts a few lines into a list, takes some out or moves them does so in what is kept;
 * after one of many the list is forgotten. So whoever scrolls through a search does not search again at each turn, nor after each
 * change.
 */
export class FoundLists {
  private readonly lines: Lines
  private readonly lists = new KeptLists<Search & { warehouse: number }, Found>(FOUND_LISTS)

  constructor(lines: Lines) {
    this.lines = lines
  }

  get(search: Search): Found | null {
    return this.lists.get(keyOf(search))
  }

  /** @param warehouse the number of the search's warehouse */
  put(search: Search, warehouse: number, found: Found): void {
    this.lists.put(keyOf(search), { ...search, warehouse }, found)
  }

  /** A commit, with all that it changed. */
  changed({ lines, everything }: Pick<Changeset, 'lines' | 'everything'>): void {
    this.lists.update((search, found) => {
      if (everything) return null
      const moved = movedIn(lines, search)
      if (moved === null) return null
      return moved.length === 0 ? found : this.moved(search, found, moved)
    })
  }

  /** What a search finds now. What a commit says of the order of its own changes is not relied upon: the file knows. */
  private moved(search: Search & { warehouse: number }, found: Found, moved: LineChange[]): Found | null {
    const gone = new Set(moved.flatMap(({ before, after }) => [before?.line, after?.line]))
    const products = new Set(moved.map(({ productId }) => productId))
    const put = [...products]
      .filter((product) => this.lines.isFound(product, search.search))
      .map((product) => this.lines.keysOf(product, search.warehouse))
      .filter((keys) => isListed(keys, search.filter))
    let list = found
    for (const line of gone) if (line !== undefined) list = without(list, line)
    for (const keys of put) {
      const at = this.placeFor(keys, list, search)
      if (at === null) return null
      list = withLine(list, at, keys.line)
    }
    return list
  }

  /** Null where a line of the list is not where it was: then nothing can be said of the others either. */
  private placeFor(keys: LineKeys, list: Found, { sort, direction }: Search): number | null {
    const compare = lineOrder(sort, direction)
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >> 1
      const there = this.lines.keys(list[middle] ?? 0)
      if (there === null) return null
      if (compare(there, keys) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

const keyOf = ({ warehouseId, search, filter, sort, direction }: Search): string =>
  `${warehouseId}/${filter}/${sort}/${direction}/${search}`

/** Changes of lines that may come into a list, go, or stand elsewhere in it; null when they are too many to put them in one by one. */
function movedIn(lines: readonly LineChange[], { warehouseId, filter, sort }: Search): LineChange[] | null {
  const compare = lineOrder(sort, 'asc')
  const moved: LineChange[] = []
  for (const line of lines) {
    if (line.warehouseId !== warehouseId) continue
    const { before, after, texts } = line
    const was = isListed(before, filter)
    const is = isListed(after, filter)
    if ((!was && !is) || (was && is && !texts && compare(before, after) === 0)) continue
    if (moved.push(line) > MOST_MOVED) return null
  }
  return moved
}

/** In place: a list of a million lines is not copied for one. */
function without(list: Found, line: number): Found {
  const at = list.indexOf(line)
  if (at < 0) return list
  list.copyWithin(at, at + 1)
  return list.subarray(0, list.length - 1)
}

/** In place where a line has just been taken out. */
function withLine(list: Found, at: number, line: number): Found {
  const { length, byteOffset, buffer } = list
  const hasRoom = buffer.byteLength >= byteOffset + (length + 1) * list.BYTES_PER_ELEMENT
  const next = new Uint32Array(
    hasRoom ? buffer : new ArrayBuffer((length + 1) * list.BYTES_PER_ELEMENT),
    hasRoom ? byteOffset : 0,
    length + 1,
  )
  if (!hasRoom) next.set(list)
  next.copyWithin(at + 1, at, length)
  next[at] = line
  return next
}
