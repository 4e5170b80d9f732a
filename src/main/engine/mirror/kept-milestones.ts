import type { SortDirection } from '#shared/protocol/views.ts'
import type { Milestones } from './milestones.ts'
import type { Place } from './places.ts'

/** What somebody looks at, in a few windows. */
const MOST_LISTS = 12

/** Of a list as it is read from its beginning, and from its end. */
type BothEnds = Record<SortDirection, Milestones<Place>>

interface KeptMilestones<Query> {
  query: Query
  ends: BothEnds
}

/** The milestones of the lists that were read last, by their keys; those of the list that was read longest ago go first. */
export class MilestonesOfLists<Query> {
  private readonly lists = new Map<string, KeptMilestones<Query>>()

  /** A list is read. */
  of(key: string, query: Query, make: () => BothEnds): BothEnds {
    const kept = this.lists.get(key) ?? { query, ends: make() }
    this.lists.delete(key)
    this.lists.set(key, kept)
    const [oldest] = this.lists.keys()
    if (this.lists.size > MOST_LISTS && oldest !== undefined) this.lists.delete(oldest)
    return kept.ends
  }

  all(): Iterable<KeptMilestones<Query>> {
    return this.lists.values()
  }

  forget(): void {
    this.lists.clear()
  }
}
