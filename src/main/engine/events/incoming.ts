import { eventKinds, EventMessage, SiteEvent } from '#shared/domain/events.ts'
import type { IncomingCounts } from '#shared/protocol/activity.ts'
import { z } from 'zod'

/** So many events are remembered, to be known when they come again. */
export const REMEMBERED = 2_000

/** What is heard: looked at, each event once, and counted whatever it was. */
export interface Incoming {
  take(message: unknown): void
  counts(): IncomingCounts
}

const AnyKind = z.object({ kind: z.string() })
const isKnown = (kind: string): boolean => (eventKinds as readonly string[]).includes(kind)

/** @param hear gets every event that is one, and that was not heard before */
export function createIncoming(hear: (event: SiteEvent) => void): Incoming {
  const counts: IncomingCounts = { received: 0, duplicates: 0, unknown: 0, invalid: 0 }
  const known = new Set<string>()

  function remember(mark: string): void {
    known.add(mark)
    if (known.size <= REMEMBERED) return
    const [oldest] = known
    if (oldest !== undefined) known.delete(oldest)
  }

  function takeOne(given: unknown): void {
    const kind = AnyKind.safeParse(given)
    if (kind.success && !isKnown(kind.data.kind)) return void (counts.unknown += 1)
    const event = SiteEvent.safeParse(given)
    if (!event.success) return void (counts.invalid += 1)
    // Ids are made by senders: nobody can take another's word away by using its id before them.
    const mark = `${event.data.from.user_id} ${event.data.id.toLowerCase()}`
    if (known.has(mark)) return void (counts.duplicates += 1)
    remember(mark)
    counts.received += 1
    hear(event.data)
  }

  return {
    take(message) {
      const { data } = EventMessage.safeParse(message)
      if (!data) return void (counts.invalid += 1)
      for (const given of data.events) takeOne(given)
    },
    counts: () => ({ ...counts }),
  }
}
