import type { Millis } from '#shared/lib/time.ts'
import { LONGEST_RESPECTED_WAIT_MS } from '../backoff.ts'
import { PATIENCE_MS } from '../link.ts'
import type { Link, LinkEvent, Moment, Step } from '../link.ts'
import { attemptsOf, common, to } from './steps.ts'

/** The longest that realtime is ever shunned. What seems to go on for longer is a wall clock that was set back. */
const LONGEST_SHUN_MS = 2 * LONGEST_RESPECTED_WAIT_MS

/** Why realtime is still to be left alone, or null. */
export const shunned = ({ shun }: Link, now: Millis): Link['shun'] =>
  shun !== null && now < shun.until && shun.until - now <= LONGEST_SHUN_MS ? shun : null

/** Realtime may be tried again. After having been deaf it is on probation, as if it had just been built anew. */
export const pardon = <L extends Link>(link: L, now: Millis): L =>
  link.shun === null
    ? link
    : { ...link, shun: null, rebuiltAt: link.shun.because === 'deaf' ? now : link.rebuiltAt }

/** A new generation: what the old one still does is void, its feed is closed. */
function connectAfter(before: Link, attempt: number, now: Millis): Step {
  const shun = shunned(before, now)
  const link = shun === null ? pardon(before, now) : before
  const epoch = link.epoch + 1
  return to(
    {
      ...common(link),
      epoch,
      connectedAt: now,
      at: 'connecting',
      since: now,
      until: now + PATIENCE_MS,
      attempt,
    },
    { do: 'disconnect' },
    { do: 'connect', epoch, without: shun?.because ?? null },
  )
}

/** The next try in a row. */
export const connect = (link: Link, _event: LinkEvent, { now }: Moment): Step =>
  connectAfter(link, attemptsOf(link), now)

/** Earlier failures are forgiven. */
export const freshConnect = (link: Link, _event: LinkEvent, { now }: Moment): Step =>
  connectAfter(link, 0, now)

/** A person, or a sleep, makes all that was known void. */
export const connectAnew = (link: Link, event: LinkEvent, moment: Moment): Step =>
  freshConnect(pardon(link, moment.now), event, moment)
