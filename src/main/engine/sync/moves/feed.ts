import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { LinkAt, LinkEvent, Moment, Step } from '../link.ts'
import { goWithoutFeed } from './catch-up.ts'
import { connect } from './connect.ts'
import { degradedReason, shunWhenLimited } from './degraded.ts'
import { fail } from './fail.ts'
import { isWithin, stay, to } from './steps.ts'
import type { Move } from './steps.ts'

/** A feed that misses something again so soon after it was built anew is deaf. */
export const DEAF_WITHIN_MS = 10 * MINUTE_MS
/** How long a deaf feed is left alone, and a little longer, so that a hall does not try it again in step. */
export const DEAF_FOR_MS = 5 * MINUTE_MS
const DEAF_SPREAD_MS = 30 * SECOND_MS

/** A limit is met by all stations at once: they look for what they missed within this time, not together. */
const LIMITED_SPREAD_MS = SECOND_MS

/** The server answers questions, as far as we know; a pull shows whether realtime alone is not to be had. */
export const failConnecting: Move<'failed', LinkAt<'connecting'>> = (link, event, moment) => {
  const { failure } = event
  if (event.in === 'request' || failure.kind === 'signed-out') return fail(link, event, moment)
  return goWithoutFeed(shunWhenLimited(link, failure, moment), degradedReason(failure), moment)
}

/**
 * A lost feed ends the connection, whose next try finds out how things stand; but for a limit, which the server has told us
 * itself, and which connecting again would only strain.
 */
export const failListening: Move<'failed', LinkAt<'live'> | LinkAt<'catching-up'>> = (
  link,
  event,
  moment,
) => {
  const { failure } = event
  const limited = failure.kind === 'retry' && failure.because === 'rate-limited'
  if (event.in === 'request' || !limited) return fail(link, event, moment)
  const afterMs = moment.random() * LIMITED_SPREAD_MS
  return goWithoutFeed(shunWhenLimited(link, failure, moment), 'rate-limited', moment, { afterMs })
}

export const failCatchingUp: Move<'failed', LinkAt<'catching-up'>> = (link, event, moment) => {
  const { failure } = event
  const settledForNone = link.without !== null && event.in === 'feed' && failure.kind !== 'signed-out'
  if (!settledForNone) return failListening(link, event, moment)
  return to({ ...shunWhenLimited(link, failure, moment), without: degradedReason(failure) })
}

/** Once may be chance: the feed is built anew. Twice is a feed over which `live` would be a lie [L3]. */
export const hearMissed = (
  link: LinkAt<'live'> | LinkAt<'catching-up'>,
  event: LinkEvent,
  moment: Moment,
): Step => {
  if (link.at === 'catching-up' && link.without !== null) return stay(link)
  const { now, random } = moment
  const doubted = { ...link, rebuiltAt: now }
  if (!isWithin(link.rebuiltAt, DEAF_WITHIN_MS, now)) return connect(doubted, event, moment)
  const until = now + DEAF_FOR_MS + random() * DEAF_SPREAD_MS
  return goWithoutFeed({ ...doubted, shun: { because: 'deaf', until } }, 'deaf', moment, { hangUp: true })
}
