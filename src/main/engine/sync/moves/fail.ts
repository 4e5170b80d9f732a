import { unreachable } from '#shared/lib/must.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { WaitReason } from '#shared/protocol/status.ts'
import type { Failure } from '../../upstream/upstream.ts'
import { LONGEST_WAIT_MS, waitMs } from '../backoff.ts'
import type { Link, LinkEvent, Moment, Step } from '../link.ts'
import { attemptsOf, leave } from './steps.ts'
import type { Move } from './steps.ts'

/** A connection that held this long is forgiven its earlier failures; a shorter one counts as another failed try. */
export const STEADY_AFTER_MS = MINUTE_MS

const INCOMPATIBLE_RETRY_MS = 5 * MINUTE_MS

/** How many tries in a row have failed now, this one included. */
function failedTries(link: Link, now: Millis): number {
  const steady = (link.at === 'live' || link.at === 'degraded') && now - link.since >= STEADY_AFTER_MS
  return steady ? 1 : attemptsOf(link) + 1
}

function wait(link: Link, because: WaitReason, askedMs: number | null, { now, random }: Moment): Step {
  const attempt = failedTries(link, now)
  const until = now + waitMs(attempt, random, askedMs)
  return leave(link, { at: 'waiting', since: now, until, attempt, because })
}

export const unanswered = (link: Link): WaitReason => (link.network === 'down' ? 'no-network' : 'no-answer')

const signedOutBecause = {
  'no-session': 'never-signed-in',
  'session-ended': 'session-ended',
  revoked: 'revoked',
} as const satisfies Record<Extract<Failure, { kind: 'signed-out' }>['because'], string>

/** The one place that decides what a failure means for the whole connection. */
export const fail: Move<'failed'> = (link, event, moment) => {
  const { failure } = event
  switch (failure.kind) {
    case 'offline':
      return wait(link, unanswered(link), null, moment)
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

export const noAnswer = (link: Link, _event: LinkEvent, moment: Moment): Step =>
  wait(link, unanswered(link), null, moment)

export const refuseDisk = (link: Link, _event: LinkEvent, moment: Moment): Step =>
  wait(link, 'disk', null, moment)

export const endIncompatible: Move<'incompatible'> = (link, event, { now }) =>
  leave(link, { at: 'incompatible', until: now + INCOMPATIBLE_RETRY_MS, because: event.because })

export const signOut: Move<'signed-out'> = (link, event) =>
  leave(link, { at: 'signed-out', because: event.because })

export const stop = (link: Link): Step => leave(link, { at: 'stopped' })

export const suspend = (link: Link, _event: LinkEvent, { now }: Moment): Step =>
  // Should the system forget to say that it woke up, the time limit wakes us.
  leave(link, { at: 'offline', since: now, until: now + LONGEST_WAIT_MS })
