/** Numbers of all that a search found, in order. */
export type Found = Uint32Array

/** So many searches' lists are kept: the words somebody is typing, and a few windows of others. */
export const FOUND_LISTS = 8

/** What is known of the newest lists, by their keys; that of the list that was asked for longest ago goes first. */
export class KeptLists<Query, Known> {
  private readonly most: number
  private readonly lists = new Map<string, { query: Query; known: Known }>()

  /** @param most lists that are kept */
  constructor(most: number) {
    this.most = most
  }

  get(key: string): Known | null {
    const list = this.lists.get(key)
    if (!list) return null
    this.lists.delete(key)
    this.lists.set(key, list)
    return list.known
  }

  put(key: string, query: Query, known: Known): void {
    this.lists.set(key, { query, known })
    const [oldest] = this.lists.keys()
    if (this.lists.size > this.most && oldest !== undefined) this.lists.delete(oldest)
  }

  all(): Iterable<{ readonly query: Query; readonly known: Known }> {
    return this.lists.values()
  }

  /** Puts something else in each one's place; nothing where that is null. */
  update(after: (query: Query, known: Known) => Known | null): void {
    for (const [key, list] of this.lists) {
      const known = after(list.query, list.known)
      if (known === null) this.lists.delete(key)
      else list.known = known
    }
  }

  /** Forgets those of which something else is true now. */
  forget(isTouched: (query: Query) => boolean): void {
    this.update((query, known) => (isTouched(query) ? null : known))
  }
}
