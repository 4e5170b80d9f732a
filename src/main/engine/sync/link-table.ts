import { unreachable } from '#shared/lib/must.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { WaitReason } from '#shared/protocol/status.ts'
import type { Failure } from '../upstream/upstream.ts'
import { LONGEST_WAIT_MS, waitMs } from './backoff.ts'
import type {
  Effect,
  Link,
  LinkAt,
  LinkEvent,
  LinkEventKind,
  LinkEventOf,
  LinkState,
  Moment,
  Nudge,
  Step,
} from './link.ts'

/** No single step of connecting or pulling may be silent for longer: then we start again. */
export const PATIENCE_MS = MINUTE_MS

/** A connection that held this long is forgiven its earlier failures; a shorter one counts as another failed try. */
export const STEADY_AFTER_MS = MINUTE_MS

const INCOMPATIBLE_RETRY_MS = 5 * MINUTE_MS

type Move<K extends LinkEventKind, L extends Link = Link> = (
  link: L,
  event: LinkEventOf<K>,
  moment: Moment,
) => Step

/** Every event in every state: a missing cell does not compile. */
type Table = { [S in LinkState]: { [K in LinkEventKind]: Move<K, LinkAt<S>> } }

const common = (link: Link): Pick<Link, 'epoch' | 'network'> => ({ epoch: link.epoch, network: link.network })
const to = (link: Link, ...effects: Effect[]): Step => ({ link, effects })

const stay = (link: Link): Step => to(link)

/** A new generation: what the old one still does is void, its feed is closed. */
function connectAfter(link: Link, attempt: number, now: number): Step {
  const epoch = link.epoch + 1
  return to(
    { ...common(link), epoch, at: 'connecting', since: now, until: now + PATIENCE_MS, attempt },
    { do: 'disconnect' },
    { do: 'connect', epoch },
  )
}

const attemptsOf = (link: Link): number => ('attempt' in link ? link.attempt : 0)

const connect = (link: Link, _event: LinkEvent, { now }: Moment): Step =>
  connectAfter(link, attemptsOf(link), now)

const freshConnect = (link: Link, _event: LinkEvent, { now }: Moment): Step => connectAfter(link, 0, now)

function leave(link: Link, state: DistributiveOmit<Link, 'epoch' | 'network'>): Step {
  return to({ ...common(link), epoch: link.epoch + 1, ...state }, { do: 'disconnect' })
}
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** How many tries in a row have failed now, this one included. */
function failedTries(link: Link, now: number): number {
  const steady = link.at === 'live' && now - link.since >= STEADY_AFTER_MS
  return steady ? 1 : attemptsOf(link) + 1
}

function wait(link: Link, because: WaitReason, askedMs: number | null, { now, random }: Moment): Step {
  const attempt = failedTries(link, now)
  const until = now + waitMs(attempt, random, askedMs)
  return leave(link, { at: 'waiting', since: now, until, attempt, because })
}

const signedOutBecause = {
  'no-session': 'never-signed-in',
  'session-ended': 'session-ended',
  revoked: 'revoked',
} as const satisfies Record<Extract<Failure, { kind: 'signed-out' }>['because'], string>

/** The one place that decides what a failure means for the connection. */
const fail: Move<'failed'> = (link, event, moment) => {
  const { failure } = event
  switch (failure.kind) {
    case 'offline':
      return wait(link, link.network === 'down' ? 'no-network' : 'no-answer', null, moment)
    case 'retry':
      return wait(link, failure.because, failure.afterMs, moment)
    case 'not-supabase':
    case 'wrong-key':
      return wait(link, failure.kind, null, moment)
    case 'refused':
      return wait(link, 'server-error', null, moment)
    case 'signed-out':
      return leave(link, { at: 'signed-out', because: signedOutBecause[failure.because] })
    default:
      return unreachable(failure)
  }
}

const noAnswer = (link: Link, _event: LinkEvent, moment: Moment): Step =>
  wait(link, link.network === 'down' ? 'no-network' : 'no-answer', null, moment)

const refuseDisk = (link: Link, _event: LinkEvent, moment: Moment): Step => wait(link, 'disk', null, moment)

const signOut: Move<'signed-out'> = (link, event) => leave(link, { at: 'signed-out', because: event.because })

const stop = (link: Link): Step => leave(link, { at: 'stopped' })

const suspend = (link: Link, _event: LinkEvent, { now }: Moment): Step =>
  // Should the system forget to say that it woke up, the time limit wakes us.
  leave(link, { at: 'offline', since: now, until: now + LONGEST_WAIT_MS })

const endIncompatible: Move<'incompatible'> = (link, event, { now }) =>
  leave(link, { at: 'incompatible', until: now + INCOMPATIBLE_RETRY_MS, because: event.because })

const catchUp = (link: LinkAt<'connecting'>, event: LinkEventOf<'streaming'>, { now }: Moment): Step =>
  to(
    {
      ...common(link),
      at: 'catching-up',
      since: now,
      until: now + PATIENCE_MS,
      attempt: link.attempt,
      done: 0,
      total: 0,
      first: false,
    },
    { do: 'catch-up', epoch: event.epoch },
  )

const progress = (
  link: LinkAt<'catching-up'> | LinkAt<'live'>,
  event: LinkEventOf<'progressed'>,
  { now }: Moment,
): Step =>
  to({
    ...common(link),
    at: 'catching-up',
    // Falling behind while live is told as well: `live` means caught up [L3].
    since: link.at === 'live' ? now : link.since,
    until: now + PATIENCE_MS,
    attempt: link.attempt,
    done: event.done,
    total: event.total,
    first: event.first,
  })

const arrive = (link: LinkAt<'catching-up'>, _event: LinkEvent, { now }: Moment): Step =>
  to({ ...common(link), at: 'live', since: now, attempt: link.attempt })

/** After a sleep nothing is known of socket or requests: only a new connection is honest. */
const sleptThrough: readonly Nudge[] = ['resumed', 'clock-jumped']
const mayHaveCutWires: readonly Nudge[] = [...sleptThrough, 'network-up']

const nudgeBusy: Move<'nudged'> = (link, event, moment) =>
  mayHaveCutWires.includes(event.by) ? freshConnect(markNetwork(link, event.by), event, moment) : stay(link)

const nudgeLive: Move<'nudged', LinkAt<'live'>> = (link, event, moment) =>
  sleptThrough.includes(event.by)
    ? freshConnect(link, event, moment)
    : to(
        markNetwork(link, event.by),
        { do: 'doubt', epoch: link.epoch },
        { do: 'catch-up', epoch: link.epoch },
      )

/** A server that asked us to stay away is left alone, unless a person insists. */
const nudgeWaiting: Move<'nudged', LinkAt<'waiting'>> = (link, event, moment) =>
  link.because === 'rate-limited' && event.by !== 'asked'
    ? stay(markNetwork(link, event.by))
    : freshConnect(markNetwork(link, event.by), event, moment)

const nudgeIdle: Move<'nudged'> = (link, event, moment) =>
  freshConnect(markNetwork(link, event.by), event, moment)

const nudgeQuiet: Move<'nudged'> = (link, event) => stay(markNetwork(link, event.by))

const markNetwork = <L extends Link>(link: L, by: Nudge): L =>
  by === 'network-up' ? { ...link, network: 'up' } : link

const hearDown = (link: Link): Step => stay({ ...link, network: 'down' })

/** The system may be wrong, and a server on this very machine needs no network: the socket is asked, not the rumour. */
const doubtDown = (link: LinkAt<'live'> | LinkAt<'catching-up'>): Step =>
  to({ ...link, network: 'down' }, { do: 'doubt', epoch: link.epoch })

// prettier-ignore
const table: Table = {
  offline: {
    started: freshConnect, nudged: nudgeIdle, 'network-down': hearDown, suspending: suspend,
    'signed-in': freshConnect, 'signed-out': signOut, stopped: stop, woke: freshConnect,
    streaming: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay, regranted: stay,
    incompatible: stay, 'disk-refused': stay,
  },
  connecting: {
    started: stay, nudged: nudgeBusy, 'network-down': hearDown, suspending: suspend,
    'signed-in': freshConnect, 'signed-out': signOut, stopped: stop, woke: noAnswer,
    streaming: catchUp, progressed: stay, 'caught-up': stay, failed: fail, missed: stay, regranted: connect,
    incompatible: endIncompatible, 'disk-refused': refuseDisk,
  },
  'catching-up': {
    started: stay, nudged: nudgeBusy, 'network-down': doubtDown, suspending: suspend,
    'signed-in': freshConnect, 'signed-out': signOut, stopped: stop, woke: noAnswer,
    streaming: stay, progressed: progress, 'caught-up': arrive, failed: fail, missed: connect, regranted: connect,
    incompatible: endIncompatible, 'disk-refused': refuseDisk,
  },
  live: {
    started: stay, nudged: nudgeLive, 'network-down': doubtDown, suspending: suspend,
    'signed-in': freshConnect, 'signed-out': signOut, stopped: stop, woke: stay,
    streaming: stay, progressed: progress, 'caught-up': stay, failed: fail, missed: connect, regranted: connect,
    incompatible: endIncompatible, 'disk-refused': refuseDisk,
  },
  waiting: {
    started: stay, nudged: nudgeWaiting, 'network-down': hearDown, suspending: suspend,
    'signed-in': freshConnect, 'signed-out': signOut, stopped: stop, woke: connect,
    streaming: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay, regranted: stay,
    incompatible: stay, 'disk-refused': stay,
  },
  'signed-out': {
    started: stay, nudged: nudgeQuiet, 'network-down': hearDown, suspending: stay,
    'signed-in': freshConnect, 'signed-out': signOut, stopped: stop, woke: stay,
    streaming: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay, regranted: stay,
    incompatible: stay, 'disk-refused': stay,
  },
  incompatible: {
    started: stay, nudged: nudgeIdle, 'network-down': hearDown, suspending: stay,
    'signed-in': freshConnect, 'signed-out': signOut, stopped: stop, woke: connect,
    streaming: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay, regranted: stay,
    incompatible: stay, 'disk-refused': stay,
  },
  stopped: {
    started: stay, nudged: stay, 'network-down': stay, suspending: stay,
    'signed-in': stay, 'signed-out': stay, stopped: stay, woke: stay,
    streaming: stay, progressed: stay, 'caught-up': stay, failed: stay, missed: stay, regranted: stay,
    incompatible: stay, 'disk-refused': stay,
  },
}

/**
 * One step of the connection's state machine. Pure: the same link, event and moment give the same answer.
 * @returns the next link, and what it wants done, in order
 */
export function step(link: Link, event: LinkEvent, moment: Moment): Step {
  if ('epoch' in event && event.epoch !== link.epoch) return stay(link)
  // The table's type proves that the cell takes this state and this event; TypeScript cannot follow both indexes at once.
  const move = table[link.at][event.kind] as Move<LinkEventKind>
  return move(link, event, moment)
}
