import type { DegradedReason } from '#shared/protocol/status.ts'
import { PATIENCE_MS } from '../link.ts'
import type { Effect, LinkAt, LinkEvent, Moment, Step } from '../link.ts'
import { degrade } from './degraded.ts'
import { common, stay, to } from './steps.ts'
import type { Move } from './steps.ts'

type Connected = LinkAt<'connecting'> | LinkAt<'catching-up'> | LinkAt<'live'> | LinkAt<'degraded'>

/** With a feed (`without: null`) this leads to `live`, else to `degraded`; never by itself, but by a pull that ends. */
function catchUp(link: Connected, without: DegradedReason | null, { now }: Moment, effects: Effect[]): Step {
  return to(
    {
      ...common(link),
      at: 'catching-up',
      since: now,
      until: now + PATIENCE_MS,
      attempt: link.attempt,
      done: 0,
      total: 0,
      first: false,
      without,
    },
    ...effects,
  )
}

/** Only a pull that begins now proves that nothing was missed before the feed streamed. */
export const hearStreaming: Move<'streaming', Connected> = (link, event, moment) =>
  catchUp(link, null, moment, [{ do: 'catch-up', epoch: event.epoch, afterMs: 0 }])

/** A feed came although we had settled for none. */
export const hearLateStreaming: Move<'streaming', LinkAt<'catching-up'>> = (link, event, { now }) =>
  link.without === null
    ? stay(link)
    : to(
        { ...link, without: null, until: now + PATIENCE_MS },
        { do: 'catch-up', epoch: event.epoch, afterMs: 0 },
      )

/** The pull that follows decides whether the server answers at all. */
export const goWithoutFeed = (
  link: Connected,
  because: DegradedReason,
  moment: Moment,
  { hangUp = false, afterMs = 0 } = {},
): Step =>
  catchUp(link, because, moment, [
    ...(hangUp ? [{ do: 'hang-up', epoch: link.epoch } as const] : []),
    { do: 'catch-up', epoch: link.epoch, afterMs },
  ])

export const hearFeedless: Move<'feedless', LinkAt<'connecting'>> = (link, event, moment) =>
  goWithoutFeed(link, event.because, moment)

/** Falling behind is told, from `live` and `degraded` as well: both mean caught up [L3]. */
export const progress: Move<'progressed', LinkAt<'catching-up'> | LinkAt<'live'> | LinkAt<'degraded'>> = (
  link,
  { done, total, first },
  { now },
) =>
  to({
    ...common(link),
    at: 'catching-up',
    since: link.at === 'catching-up' ? link.since : now,
    until: now + PATIENCE_MS,
    attempt: link.attempt,
    done,
    total,
    first,
    without: link.at === 'live' ? null : link.at === 'degraded' ? link.because : link.without,
  })

/** The one way into `live`, and into `degraded` [L3]. */
export const arrive = (link: LinkAt<'catching-up'>, _event: LinkEvent, moment: Moment): Step =>
  link.without === null
    ? to({ ...common(link), at: 'live', since: moment.now, attempt: link.attempt })
    : degrade(link, link.without, moment)
