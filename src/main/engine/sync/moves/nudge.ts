import { SECOND_MS } from '#shared/lib/time.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Effect, Link, LinkAt, Moment, Nudge } from '../link.ts'
import { freshConnect, pardon, shunned } from './connect.ts'
import { tryFeed } from './degraded.ts'
import { unanswered } from './fail.ts'
import { isWithin, leave, stay, to } from './steps.ts'
import type { Move } from './steps.ts'

/*
 * Nudges are reasons to try at once. A network that comes back comes back for a whole hall: its stations try within a
 * second, each at its own moment. And nothing begins more than one try a second, neither a flapping network nor a finger.
 */

const HALL_SPREAD_MS = SECOND_MS
export const TRY_AT_MOST_EVERY_MS = SECOND_MS

/** After a sleep nothing is known of socket or requests: only a new connection is honest. */
const sleptThrough: readonly Nudge[] = ['resumed', 'clock-jumped']
const mayHaveCutWires: readonly Nudge[] = [...sleptThrough, 'network-up']

/** What a person asks for, or a sleep calls for, is not held up by what was known before. */
const startsAfresh: readonly Nudge[] = [...sleptThrough, 'asked']

const hear = <L extends Link>(link: L, by: Nudge, now: Millis): L => {
  const heard: L = by === 'network-up' ? { ...link, network: 'up' } : link
  return startsAfresh.includes(by) ? pardon(heard, now) : heard
}

const connectedJustNow = (link: Link, now: Millis): boolean =>
  isWithin(link.connectedAt, TRY_AT_MOST_EVERY_MS, now)

/** When this nudge may begin a try: now, or a moment later if there was one just now, at `last`. */
function tryAt(last: Millis | null, by: Nudge, { now, random }: Moment): Millis {
  const own = by === 'network-up' ? now + random() * HALL_SPREAD_MS : now
  return last !== null && isWithin(last, TRY_AT_MOST_EVERY_MS, now)
    ? Math.max(own, last + TRY_AT_MOST_EVERY_MS)
    : own
}

/** A wait may be cut short, never made longer: a network that flaps would put the try off for ever. */
const sooner = (until: Millis, at: Millis, now: Millis): Millis => (until > now ? Math.min(until, at) : at)

/** Nothing is under way. */
export const nudgeIdle: Move<'nudged', LinkAt<'offline'> | LinkAt<'waiting'> | LinkAt<'incompatible'>> = (
  before,
  event,
  moment,
) => {
  const { now } = moment
  const link = hear(before, event.by, now)
  const at = tryAt(link.connectedAt, event.by, moment)
  if (at <= now) return freshConnect(link, event, moment)
  if (link.at === 'waiting') return to({ ...link, until: sooner(link.until, at, now), attempt: 0 })
  if (link.at === 'incompatible') return to({ ...link, until: sooner(link.until, at, now) })
  return leave(link, { at: 'waiting', since: now, until: at, attempt: 0, because: unanswered(before) })
}

/** A server that asked us to stay away is left alone, unless a person insists. */
export const nudgeWaiting: Move<'nudged', LinkAt<'waiting'>> = (link, event, moment) =>
  link.because === 'rate-limited' && event.by !== 'asked'
    ? stay(hear(link, event.by, moment.now))
    : nudgeIdle(link, event, moment)

/** A try is under way; only cut wires make a new one better. One that began just now began over the new wires. */
export const nudgeBusy: Move<'nudged', LinkAt<'connecting'> | LinkAt<'catching-up'>> = (
  before,
  event,
  moment,
) => {
  const { now } = moment
  if (!mayHaveCutWires.includes(event.by)) return stay(before)
  const link = hear(before, event.by, now)
  if (connectedJustNow(link, now)) return stay(link)
  const at = tryAt(link.connectedAt, event.by, moment)
  if (at <= now) return freshConnect(link, event, moment)
  return leave(link, { at: 'waiting', since: now, until: at, attempt: 0, because: unanswered(before) })
}

const look = (link: Link, by: Nudge, { random }: Moment): Effect => ({
  do: 'catch-up',
  epoch: link.epoch,
  afterMs: by === 'network-up' ? random() * HALL_SPREAD_MS : 0,
})

export const nudgeLive: Move<'nudged', LinkAt<'live'>> = (before, event, moment) => {
  const link = hear(before, event.by, moment.now)
  return sleptThrough.includes(event.by) && !connectedJustNow(link, moment.now)
    ? freshConnect(link, event, moment)
    : to(link, { do: 'doubt', epoch: link.epoch }, look(link, event.by, moment))
}

/** Pulls at once, and tries for a feed at once; but for one that is shunned only when a person insists. */
export const nudgeDegraded: Move<'nudged', LinkAt<'degraded'>> = (before, event, moment) => {
  const { now } = moment
  const { by } = event
  const link = hear(before, by, now)
  if (sleptThrough.includes(by) && !connectedJustNow(link, now)) return freshConnect(link, event, moment)
  const pull = look(link, by, moment)
  if (link.until === null || link.trying || shunned(link, now) !== null) return to(link, pull)
  const at = tryAt(link.triedAt, by, moment)
  if (at > now) return to({ ...link, until: sooner(link.until, at, now) }, pull)
  const tried = tryFeed(link, now)
  return to(tried.link, ...tried.effects, pull)
}

export const nudgeQuiet: Move<'nudged'> = (link, event, { now }) => stay(hear(link, event.by, now))
