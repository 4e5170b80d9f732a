import { unreachable } from '#shared/lib/must.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { DegradedReason } from '#shared/protocol/status.ts'
import type { Failure } from '../../upstream/upstream.ts'
import { waitMs } from '../backoff.ts'
import { PATIENCE_MS } from '../link.ts'
import type { Link, LinkAt, LinkEvent, Moment, Step } from '../link.ts'
import { pardon, shunned } from './connect.ts'
import { fail } from './fail.ts'
import { attemptsOf, common, stay, to } from './steps.ts'
import type { Move } from './steps.ts'

/*
 * Realtime is not to be had, but questions are answered. The connection polls by itself for as long as no feed streams;
 * here it is decided when a feed is tried for again. That happens beside the polls and is not seen in the state.
 */

/** The first failed tries of a limit that all stations of a project meet at once are spread over 15 s already. */
const RATE_LIMITED_LEAST_ATTEMPT = 4

/** What the failure of a feed means once questions are answered; see FeedFailure in upstream.ts. */
export function degradedReason(failure: Exclude<Failure, { kind: 'signed-out' }>): DegradedReason {
  if (failure.kind === 'retry' && failure.because === 'rate-limited') return 'rate-limited'
  if (failure.websocket === 'unopened') return 'websocket-blocked'
  switch (failure.kind) {
    // It opened, then nothing came through, or not for long.
    case 'offline':
    case 'not-supabase':
      return 'websocket-blocked'
    case 'retry':
    case 'wrong-key':
    case 'refused':
      return 'realtime-refused'
    default:
      return unreachable(failure)
  }
}

/** A feed that failed for a limit is left alone for as long as the server asks, or a while of our own. */
export function shunWhenLimited<L extends Link>(link: L, failure: Failure, { now, random }: Moment): L {
  if (failure.kind !== 'retry' || failure.because !== 'rate-limited') return link
  const attempt = Math.max(attemptsOf(link) + 1, RATE_LIMITED_LEAST_ATTEMPT)
  const until = now + waitMs(attempt, random, failure.afterMs)
  return { ...link, shun: { because: failure.because, until } }
}

const nextTry = (link: Link, attempt: number, { now, random }: Moment): Millis =>
  shunned(link, now)?.until ?? now + waitMs(attempt, random)

/** A pull without a feed has come to its end. */
export function degrade(link: LinkAt<'catching-up'>, because: DegradedReason, moment: Moment): Step {
  const attempt = link.attempt + 1
  const until = because === 'chosen' ? null : nextTry(link, attempt, moment)
  return to({
    ...common(link),
    at: 'degraded',
    since: moment.now,
    until,
    attempt,
    because,
    trying: false,
    triedAt: null,
  })
}

/** Another feed is tried for while the polls go on. */
export function tryFeed(degraded: LinkAt<'degraded'>, now: Millis): Step {
  const link = pardon(degraded, now)
  return to(
    { ...link, trying: true, triedAt: now, until: now + PATIENCE_MS },
    { do: 'listen', epoch: link.epoch },
  )
}

/** The try has failed: the next one is due later, for the reason that this one has shown. */
function tryLater(link: LinkAt<'degraded'>, because: DegradedReason, moment: Moment): LinkAt<'degraded'> {
  const attempt = link.attempt + 1
  return { ...link, because, attempt, trying: false, until: nextTry(link, attempt, moment) }
}

/** A failed question means that not even polling works; a failed feed changes nothing but when it is tried again. */
export const failDegraded: Move<'failed', LinkAt<'degraded'>> = (link, event, moment) => {
  if (event.in === 'request' || event.failure.kind === 'signed-out') return fail(link, event, moment)
  return to(tryLater(shunWhenLimited(link, event.failure, moment), degradedReason(event.failure), moment))
}

export const wakeDegraded = (link: LinkAt<'degraded'>, _event: LinkEvent, moment: Moment): Step => {
  if (link.until === null) return stay(link)
  if (!link.trying) return tryFeed(link, moment.now)
  return to(tryLater(link, 'websocket-blocked', moment), { do: 'hang-up', epoch: link.epoch })
}

/** A feed that is being opened would not listen to what was granted just now. */
export const regrantDegraded = (link: LinkAt<'degraded'>): Step =>
  link.trying ? to(link, { do: 'listen', epoch: link.epoch }) : stay(link)

/** Polling is asked for an answer at once: the rumour may be wrong. */
export const doubtDegraded = (link: LinkAt<'degraded'>): Step =>
  to({ ...link, network: 'down' }, { do: 'catch-up', epoch: link.epoch, afterMs: 0 })
