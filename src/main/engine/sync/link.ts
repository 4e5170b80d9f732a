import type { DegradedReason, LinkStatus, WaitReason } from '#shared/protocol/status.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Random } from '../ports.ts'
import type { Failure } from '../upstream/upstream.ts'

/*
 * The words of the link: its states, what may happen to it, and what it then wants done. The decisions are in
 * `link-table.ts` and `moves/`, the deeds in `run-link.ts`. Nothing here reads a clock or throws a die.
 */

interface Common {
  /** Generation of the connection. Whatever an older one still reports is void [L1]. */
  epoch: number
  /** What the system says of the network: a rumour that words a wait, never a reason to stop trying. */
  network: 'up' | 'down'
  /** When connecting was last begun; null before the first time. */
  connectedAt: Millis | null
  /** When the feed was last built anew because it had missed something; null when it never had. */
  rebuiltAt: Millis | null
  /** Realtime is left alone until then, whatever becomes of the connection meanwhile. */
  shun: { because: 'rate-limited' | 'deaf'; until: Millis } | null
}

type State =
  /** Not trying: not started yet, or the system is going to sleep. */
  | { at: 'offline'; since: Millis; until: Millis }
  | { at: 'connecting'; since: Millis; until: Millis; attempt: number }
  | {
      at: 'catching-up'
      since: Millis
      until: Millis
      attempt: number
      done: number
      total: number
      first: boolean
      /** Null while a feed streams; else why there is none: then the pull leads to `degraded`. */
      without: DegradedReason | null
    }
  | { at: 'live'; since: Millis; attempt: number }
  /** Caught up by asking again and again. `until`: the next try for a feed, or how long the one under way may take. */
  | {
      at: 'degraded'
      since: Millis
      until: Millis | null
      attempt: number
      because: DegradedReason
      trying: boolean
      /** When a feed was last tried for from here. */
      triedAt: Millis | null
    }
  | { at: 'waiting'; since: Millis; until: Millis; attempt: number; because: WaitReason }
  | { at: 'signed-out'; because: 'never-signed-in' | 'asked' | 'session-ended' | 'revoked' }
  | { at: 'incompatible'; until: Millis; because: 'server-newer' | 'server-older' }
  | { at: 'stopped' }

export type Link = Common & State
export type LinkState = Link['at']
export type LinkAt<S extends LinkState> = Extract<Link, { at: S }>

/** A reason to try at once, or to doubt the socket. `asked`: a person clicked. `clock-jumped`: we slept unnoticed. */
export type Nudge = 'resumed' | 'clock-jumped' | 'network-up' | 'unlocked' | 'focused' | 'asked'

/** Events with an epoch come from work that the link started; the others from the world. */
export type LinkEvent =
  | { kind: 'started' }
  | { kind: 'nudged'; by: Nudge }
  | { kind: 'network-down' }
  | { kind: 'suspending' }
  | { kind: 'signed-in' }
  | { kind: 'signed-out'; because: LinkAt<'signed-out'>['because'] }
  | { kind: 'stopped' }
  /** The moment in `until` has come. */
  | { kind: 'woke'; epoch: number }
  /** Every channel streams: a pull from here on misses nothing that is not also poked. */
  | { kind: 'streaming'; epoch: number }
  /** There will be no feed for now, although nobody tried to have one. */
  | { kind: 'feedless'; epoch: number; because: DegradedReason }
  /** A pull that needs more than one page has come so far. */
  | { kind: 'progressed'; epoch: number; done: number; total: number; first: boolean }
  | { kind: 'caught-up'; epoch: number }
  | { kind: 'failed'; epoch: number; failure: Failure; in: 'request' | 'feed' }
  /** A pull brought what realtime should have brought long before. */
  | { kind: 'missed'; epoch: number }
  /** The user may read other scopes than the feed listens to. */
  | { kind: 'regranted'; epoch: number }
  | { kind: 'incompatible'; epoch: number; because: LinkAt<'incompatible'>['because'] }
  | { kind: 'disk-refused'; epoch: number }

export type LinkEventKind = LinkEvent['kind']
export type LinkEventOf<K extends LinkEventKind> = Extract<LinkEvent, { kind: K }>

export type Effect =
  /** Make sure of the session, learn the granted scopes, open the feed unless there is a reason to go without. */
  | { do: 'connect'; epoch: number; without: DegradedReason | null }
  /** Open a feed beside the pulls, in place of the one before. */
  | { do: 'listen'; epoch: number }
  /** Close the feed; pulls go on. */
  | { do: 'hang-up'; epoch: number }
  /** Pull until nothing more waits, after this long. */
  | { do: 'catch-up'; epoch: number; afterMs: number }
  /** Ask the socket for a sign of life with a short deadline. */
  | { do: 'doubt'; epoch: number }
  /** Close the feed and forget what still runs. */
  | { do: 'disconnect' }

export interface Step {
  link: Link
  effects: Effect[]
}

export interface Moment {
  now: Millis
  random: Random
}

/** No single step of connecting or pulling may be silent for longer: then we start again. */
export const PATIENCE_MS = MINUTE_MS

/** Without a feed we ask this often, spread by a fifth either way. */
export const POLL_EVERY_MS = 10 * SECOND_MS

/** The state before anything was tried; `started` sets it going. */
export const initialLink = (now: Millis): Link => ({
  at: 'offline',
  epoch: 0,
  network: 'up',
  connectedAt: null,
  rebuiltAt: null,
  shun: null,
  since: now,
  until: now,
})

/** When the link wants to be woken, or null when only an event can move it. */
export const wakeAt = (link: Link): Millis | null => ('until' in link ? link.until : null)

/** The link as a person is told of it. */
export function linkStatus(link: Link): LinkStatus {
  switch (link.at) {
    case 'offline':
      return { at: link.at, since: link.since }
    case 'connecting':
      return { at: link.at, since: link.since, attempt: link.attempt }
    case 'catching-up':
      return { at: link.at, since: link.since, done: link.done, total: link.total, first: link.first }
    case 'live':
      return { at: link.at, since: link.since }
    case 'degraded':
      return {
        at: link.at,
        since: link.since,
        because: link.because,
        pollEveryMs: POLL_EVERY_MS,
        // While the try is under way, when it began: the moment has come.
        until: link.trying ? link.triedAt : link.until,
      }
    case 'waiting':
      return {
        at: link.at,
        since: link.since,
        until: link.until,
        attempt: link.attempt,
        because: link.because,
      }
    case 'signed-out':
    case 'incompatible':
      return { at: link.at, because: link.because } as LinkStatus
    case 'stopped':
      return { at: link.at }
  }
}
