/** Numbers of all that a search found, in order. */
export type Found = Uint32Array

/** The words somebody is typing, and a few windows of others. */
const MOST_LISTS = 8

/** What the newest searches found, by their keys; the one that was asked for longest ago goes first. */
export class KeptLists<Query> {
  private readonly lists = new Map<string, { query: Query; found: Found }>()

  get(key: string): Found | null {
    const list = this.lists.get(key)
    if (!list) return null
    this.lists.delete(key)
    this.lists.set(key, list)
    return list.found
  }

  put(key: string, query: Query, found: Found): void {
    this.lists.set(key, { query, found })
    const [oldest] = this.lists.keys()
    if (this.lists.size > MOST_LISTS && oldest !== undefined) this.lists.delete(oldest)
  }

  /** Puts another list in each one's place; none where that is null. */
  update(listAfter: (query: Query, found: Found) => Found | null): void {
    for (const [key, list] of this.lists) {
      const found = listAfter(list.query, list.found)
      if (found === null) this.lists.delete(key)
      else list.found = found
    }
  }

  /** Forgets those that are no longer what a search would find. */
  forget(isTouched: (query: Query) => boolean): void {
    this.update((query, found) => (isTouched(query) ? null : found))
  }
}
