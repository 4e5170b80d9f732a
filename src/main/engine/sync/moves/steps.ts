import type { Millis } from '#shared/lib/time.ts'
import type { Effect, Link, LinkEventKind, LinkEventOf, Moment, Step } from '../link.ts'

/** What one event makes of one state. */
export type Move<K extends LinkEventKind, L extends Link = Link> = (
  link: L,
  event: LinkEventOf<K>,
  moment: Moment,
) => Step

type CommonPart = Pick<Link, 'epoch' | 'network' | 'connectedAt' | 'rebuiltAt' | 'shun'>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** A state without what all of them have in common. */
type BareState = DistributiveOmit<Link, keyof CommonPart>

export const common = ({ epoch, network, connectedAt, rebuiltAt, shun }: Link): CommonPart => ({
  epoch,
  network,
  connectedAt,
  rebuiltAt,
  shun,
})

export const to = (link: Link, ...effects: Effect[]): Step => ({ link, effects })

export const stay = (link: Link): Step => to(link)

/** Ends the connection: what it still does is void, its feed is closed. */
export const leave = (link: Link, state: BareState): Step =>
  to({ ...common(link), epoch: link.epoch + 1, ...state }, { do: 'disconnect' })

export const attemptsOf = (link: Link): number => ('attempt' in link ? link.attempt : 0)

/** Whether `at` lies less than `ms` back. A wall clock that was set back meanwhile proves nothing: then it does not. */
export const isWithin = (at: Millis | null, ms: number, now: Millis): boolean =>
  at !== null && now >= at && now - at < ms
