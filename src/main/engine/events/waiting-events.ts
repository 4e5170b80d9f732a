import { MAX_MERGED } from '#shared/domain/events.ts'
import type { EventDraft } from '#shared/domain/events.ts'

/** What was not sent in the end, by its reason. */
export interface Lost {
  merged: number
  stale: number
  crowdedOut: number
}

/**
 * Events that wait to be sent, one for each key: a newer one takes the place of the older, and counts it. They go in the order
 * in which their keys began to wait, so that a key that changes all the time is not put off for ever.
 */
export interface WaitingEvents {
  readonly lost: Readonly<Lost>
  /** How many wait, those under way included. */
  size(): number
  /** How many could go now. */
  ready(): number
  offer(event: EventDraft): void
  /** Takes those that have waited longest under way; the others are what `sent` and `giveBack` are about. */
  take(most: number): EventDraft[]
  /** These are off our hands. */
  sent(events: readonly EventDraft[]): void
  /** These wait again, unless a newer one of their key does. */
  giveBack(events: readonly EventDraft[]): void
  /** Forgets those that are too old to be worth sending. */
  expire(): void
  /** When the next one is too old, on the same clock; null when none waits. */
  nextExpiryAt(): number | null
}

interface Held {
  event: EventDraft
  /** Since when what it says is known. */
  since: number
}

export interface WaitingLimits {
  capacity: number
  staleAfterMs: number
  /** A clock that never jumps backwards, in ms. */
  nowMs: () => number
}

export function createWaitingEvents({ capacity, staleAfterMs, nowMs }: WaitingLimits): WaitingEvents {
  let waiting = new Map<string, Held>()
  const underWay = new Map<EventDraft, Held>()
  const lost: Lost = { merged: 0, stale: 0, crowdedOut: 0 }

  function merge(older: EventDraft, newer: EventDraft): EventDraft {
    lost.merged += 1
    return { ...newer, merged: Math.min(MAX_MERGED, older.merged + 1 + newer.merged) }
  }

  function makeRoom(): void {
    while (waiting.size > capacity) {
      const [oldest] = waiting.keys()
      if (oldest === undefined) return
      waiting.delete(oldest)
      lost.crowdedOut += 1
    }
  }

  return {
    lost,
    size: () => waiting.size + underWay.size,
    ready: () => waiting.size,
    offer(event) {
      const place = placeOf(event)
      const older = waiting.get(place)
      // Writing to a key that is there keeps its place in the row.
      waiting.set(place, { event: older ? merge(older.event, event) : event, since: nowMs() })
      makeRoom()
    },
    take(most) {
      const going = [...waiting].slice(0, most)
      for (const [place, held] of going) {
        waiting.delete(place)
        underWay.set(held.event, held)
      }
      return going.map(([, { event }]) => event)
    },
    sent(events) {
      for (const event of events) underWay.delete(event)
    },
    giveBack(events) {
      const back = new Map<string, Held>()
      for (const event of events) {
        const held = underWay.get(event)
        if (!held) continue
        underWay.delete(event)
        const newer = waiting.get(placeOf(event))
        back.set(placeOf(event), newer ? { ...newer, event: merge(event, newer.event) } : held)
      }
      waiting = new Map([...back, ...[...waiting].filter(([place]) => !back.has(place))])
      makeRoom()
    },
    expire() {
      const until = nowMs() - staleAfterMs
      for (const [place, { since }] of waiting) {
        if (since > until) continue
        waiting.delete(place)
        lost.stale += 1
      }
    },
    nextExpiryAt() {
      if (waiting.size === 0) return null
      return Math.min(...[...waiting.values()].map(({ since }) => since)) + staleAfterMs
    },
  }
}

const placeOf = ({ to, key }: EventDraft): string => `${to} ${key}`
