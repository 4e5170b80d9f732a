import { Milestones } from './milestones.ts'
import type { Place } from './places.ts'

/** Both ends of what somebody looks at, in a few windows. */
const MOST_LISTS = 16

interface KeptMilestones<Query> {
  query: Query
  milestones: Milestones<Place>
}

/** The milestones of the lists that were read last, by their keys; those of the list that was read longest ago go first. */
export class MilestonesOfLists<Query> {
  private readonly lists = new Map<string, KeptMilestones<Query>>()

  of(key: string, query: Query, make: () => Milestones<Place>): Milestones<Place> {
    const kept = this.lists.get(key) ?? { query, milestones: make() }
    this.lists.delete(key)
    this.lists.set(key, kept)
    const [oldest] = this.lists.keys()
    if (this.lists.size > MOST_LISTS && oldest !== undefined) this.lists.delete(oldest)
    return kept.milestones
  }

  all(): Iterable<KeptMilestones<Query>> {
    return this.lists.values()
  }

  forget(): void {
    this.lists.clear()
  }
}
