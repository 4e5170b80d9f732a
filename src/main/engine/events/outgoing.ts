import { MAX_EVENTS_PER_CALL } from '#shared/domain/events.ts'
import type { EventDraft, EventsTaken } from '#shared/domain/events.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import { createTokenBucket } from '#shared/lib/token-bucket.ts'
import type { OutgoingCounts } from '#shared/protocol/activity.ts'
import type { Cancel, Clock, Log } from '../ports.ts'
import type { Failure, Outcome } from '../upstream/upstream.ts'
import { createWaitingEvents } from './waiting-events.ts'

/** An event is a hint: older than this it is not worth sending. */
export const STALE_AFTER_MS = 10 * SECOND_MS
export const MAX_WAITING = 500
/** Calls at once, and a second in the long run; with so many events each they stay within what the server takes of a person. */
const CALL_BURST = 4
const CALLS_PER_SECOND = 2
export const EVENTS_PER_CALL = MAX_EVENTS_PER_CALL / 2
const REST_FIRST_MS = SECOND_MS
const REST_MOST_MS = 30 * SECOND_MS
/** A server that does not know events, or does not want ours. */
const REFUSED_REST_MS = 5 * MINUTE_MS

/** What this station tells others: at once while it is little, coalesced and in batches when it is much. Never kept for later. */
export interface Outgoing {
  offer(event: EventDraft): void
  /** Whether there is a server that takes events. */
  online(is: boolean): void
  counts(): OutgoingCounts
  /** Resolves when nothing waits any more, or after so long. */
  flushed(deadlineMs: number): Promise<void>
  stop(): void
}

export interface OutgoingPorts {
  clock: Clock
  log: Log
  send: (events: readonly EventDraft[]) => Promise<Outcome<EventsTaken>>
  /** The counts are others than before. */
  counted: () => void
}

export function createOutgoing({ clock, log, send, counted }: OutgoingPorts): Outgoing {
  const nowMs = (): number => clock.monotonicMs()
  const waiting = createWaitingEvents({ capacity: MAX_WAITING, staleAfterMs: STALE_AFTER_MS, nowMs })
  const calls = createTokenBucket(CALL_BURST, CALLS_PER_SECOND, nowMs)
  const tally = { offered: 0, sent: 0, turnedAway: 0 }
  const empty = new Set<() => void>()
  let isOnline = false
  let isStopped = false
  let isUnderWay = false
  let failures = 0
  let restUntil = -Infinity
  let alarm: Cancel | null = null

  /** Sends what may go now, and comes again when more may, or when something is too old. */
  function go(): void {
    alarm?.()
    alarm = null
    if (isStopped) return
    waiting.expire()
    if (waiting.size() === 0) for (const tell of empty) tell()
    const waitMs = Math.max(restUntil - nowMs(), calls.readyInMs())
    if (isOnline && !isUnderWay && waiting.ready() > 0 && waitMs <= 0) {
      calls.take()
      void call(waiting.take(EVENTS_PER_CALL))
    }
    const expiryAt = waiting.nextExpiryAt()
    if (expiryAt === null) return
    const untilStaleMs = expiryAt - nowMs()
    const again = isOnline && !isUnderWay ? Math.min(waitMs, untilStaleMs) : untilStaleMs
    alarm = clock.after(Math.max(1, again), () => {
      go()
      counted()
    })
  }

  async function call(events: readonly EventDraft[]): Promise<void> {
    isUnderWay = true
    try {
      const outcome = await send(events)
      if (outcome.kind === 'settled') settle(events, outcome.value)
      else fail(events, outcome)
    } catch (error) {
      fail(events, { kind: 'offline', detail: String(error) })
    } finally {
      isUnderWay = false
      if (!isStopped) {
        counted()
        go()
      }
    }
  }

  function settle(events: readonly EventDraft[], { turned_away }: EventsTaken): void {
    failures = 0
    const turned = new Map(turned_away.map(({ index, ...why }) => [index, why]))
    const late = events.filter((_event, index) => turned.get(index)?.because === 'rate')
    const wrong = events.filter((_event, index) => (turned.get(index)?.because ?? 'rate') !== 'rate')
    const taken = events.filter((_event, index) => !turned.has(index))
    for (const { because } of turned.values()) {
      if (because !== 'rate') log.warn('events.turned-away', { because })
    }
    tally.sent += taken.length
    tally.turnedAway += wrong.length
    waiting.sent([...taken, ...wrong])
    waiting.giveBack(late)
    if (late.length > 0) rest(Math.max(0, ...turned_away.map(({ retry_after_ms }) => retry_after_ms ?? 0)))
  }

  /** An answer that was lost may have been a yes: what is sent again has the same id, and is heard once. */
  function fail(events: readonly EventDraft[], failure: Failure): void {
    failures += 1
    log.info('events.not-sent', { failure, events: events.length })
    if (failure.kind === 'refused') {
      tally.turnedAway += events.length
      waiting.sent(events)
      return rest(REFUSED_REST_MS)
    }
    waiting.giveBack(events)
    const asked = failure.kind === 'retry' ? failure.afterMs : null
    rest(asked ?? Math.min(REST_MOST_MS, REST_FIRST_MS * 2 ** (failures - 1)))
  }

  function rest(forMs: number): void {
    restUntil = nowMs() + forMs
  }

  return {
    offer(event) {
      if (isStopped) return
      tally.offered += 1
      waiting.offer(event)
      if (isOnline || alarm === null) go()
    },
    online(is) {
      if (is === isOnline) return
      isOnline = is
      // A network that came back has nothing to do with why it failed before.
      if (is && failures > 0) {
        failures = 0
        restUntil = -Infinity
      }
      go()
    },
    counts() {
      const { merged, stale, crowdedOut } = waiting.lost
      return { ...tally, merged, stale, crowdedOut, waiting: waiting.size() }
    },
    flushed: (deadlineMs) =>
      new Promise((resolve) => {
        // What cannot go now would not go in time either.
        const isBlocked = isStopped || !isOnline || restUntil > nowMs()
        if (isBlocked || waiting.size() === 0) return resolve()
        const done = (): void => {
          cancel()
          empty.delete(done)
          resolve()
        }
        const cancel = clock.after(deadlineMs, done)
        empty.add(done)
      }),
    stop() {
      isStopped = true
      alarm?.()
      for (const tell of empty) tell()
    },
  }
}
