import { inboxLane } from '../commands/spec.ts'
import type { Lane } from '../commands/spec.ts'
import type { Entry } from './outbox.ts'

/**
 * Which of the unsent entries may be sent together now. Order is kept within a lane alone: an entry waits for every earlier one of
 * its lanes that does not go with it, and all others flow past.
 * @param unsent in the order they were kept
 * @param isMeant whether an entry is to go now, as far as it is up to itself
 */
export function mayGo<E extends Pick<Entry, 'lanes'>>(
  unsent: readonly E[],
  isMeant: (entry: E) => boolean,
  limit: number,
): E[] {
  const blocked = new Set<Lane>()
  const going: E[] = []
  for (const entry of unsent) {
    if (going.length === limit) break
    if (isMeant(entry) && !entry.lanes.some((lane) => blocked.has(lane))) going.push(entry)
    else for (const lane of entry.lanes) if (lane !== inboxLane) blocked.add(lane)
  }
  return going
}
