import type { RealtimeChannel } from '@supabase/supabase-js'
import { z } from 'zod'
import { EventTarget } from '#shared/domain/events.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Clock, Log } from '../ports.ts'
import type { FeedClient } from './feed-client.ts'
import { judgeJoin, SystemMessage } from './realtime-failures.ts'

/*
 * Beside the channels of a feed, on the same socket: those on which people's events come. They are hints, so whatever becomes
 * of them is no trouble of the feed. It opens them when it streams, and closes them when it ends; in between they look after
 * themselves, one join at a time, for all stations come back at once and a project has so many joins a second.
 *
 *   waiting -> joining -> joined -> over -> waiting (10 s and longer) ...
 */

/** The server lets the whole socket wait for so long before it answers a refused join. */
export const REFUSAL_PAUSE_MS = 6 * SECOND_MS
const REJOIN_FIRST_MS = 10 * SECOND_MS
const REJOIN_MOST_MS = 10 * MINUTE_MS
/** A refusal makes the feed wait, and seldom passes by itself. */
const REJOIN_REFUSED_MS = 5 * MINUTE_MS
/** What stood for so long was no failure. */
const STOOD_MS = MINUTE_MS

export interface EventChannelsHost {
  readonly client: FeedClient
  readonly clock: Clock
  readonly log: Log
  /** Wraps a callback for supabase-js: silent when the feed is over, and never throws. */
  safely<T>(hear: (message: T) => void): (message: T) => void
  later(delayMs: number, task: () => void): void
  /** A message came; what is in it nobody has looked at. */
  heard(message: unknown): void
}

export interface EventChannels {
  /** A join is under way: until it is answered, the socket may be silent without being dead. */
  isJoining(): boolean
  /** Leaves no timer or handler of a channel behind. */
  close(): void
}

const Broadcast = z.object({ payload: z.unknown() })

interface Place {
  readonly topic: EventTarget
  failures: number
}

/** One channel, from its join to its first trouble. */
interface Stay {
  readonly place: Place
  readonly channel: RealtimeChannel
  joinedAt: number | null
}

export function openEventChannels(host: EventChannelsHost, scopes: readonly Scope[]): EventChannels {
  const { client, clock, log } = host
  const waiting: Place[] = scopes.flatMap((scope) => {
    const topic = EventTarget.safeParse(scope)
    return topic.success ? [{ topic: topic.data, failures: 0 }] : []
  })
  const stays = new Set<Stay>()
  let joining: Stay | null = null

  function joinNext(): void {
    if (joining) return
    const place = waiting.shift()
    if (!place) return
    const channel = client.channel(place.topic, {
      config: { private: true, broadcast: { self: false, ack: false } },
    })
    const stay: Stay = { place, channel, joinedAt: null }
    const stillHere = <T>(hear: (message: T) => void) =>
      host.safely<T>((message) => {
        if (stays.has(stay)) hear(message)
      })
    stays.add(stay)
    joining = stay
    channel
      .on(
        'broadcast',
        { event: 'events' },
        stillHere((message) => host.heard(Broadcast.safeParse(message).data?.payload)),
      )
      .on(
        'system',
        {},
        stillHere((message) => hearSystem(stay, message)),
      )
      .subscribe((status, error) => stillHere(() => hearStatus(stay, status, error))(null))
  }

  function hearStatus(stay: Stay, status: string, error: Error | undefined): void {
    if (status !== 'SUBSCRIBED') return end(stay, status, error?.cause)
    stay.joinedAt = clock.monotonicMs()
    joining = null
    joinNext()
  }

  /** A `system` error says why the channel is closed right after it. */
  function hearSystem(stay: Stay, message: unknown): void {
    const system = SystemMessage.safeParse(message)
    if (system.success && system.data.status === 'error') end(stay, 'CLOSED', undefined)
  }

  function end(stay: Stay, status: string, cause: unknown): void {
    const { place, channel, joinedAt } = stay
    stays.delete(stay)
    if (joining === stay) joining = null
    // The client keeps one channel for each topic: it must forget this one before another can be made.
    client
      .removeChannel(channel)
      .catch((error: unknown) => log.warn('events.not-left', { error: String(error) }))
    if (joinedAt !== null && clock.monotonicMs() - joinedAt > STOOD_MS) place.failures = 0
    place.failures += 1
    const { failure } = judgeJoin(cause)
    const first = failure.kind === 'refused' ? REJOIN_REFUSED_MS : REJOIN_FIRST_MS
    const delayMs = Math.min(REJOIN_MOST_MS, first * 2 ** (place.failures - 1))
    log.info('events.channel-over', { topic: place.topic, status, failure, delayMs })
    host.later(delayMs, () => {
      waiting.push(place)
      joinNext()
    })
    joinNext()
  }

  joinNext()

  return {
    isJoining: () => joining !== null,
    close() {
      for (const { channel } of stays) channel.teardown()
      stays.clear()
      waiting.length = 0
      joining = null
    },
  }
}
