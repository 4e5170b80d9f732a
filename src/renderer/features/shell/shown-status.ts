import { SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'
import { formatClock } from '../../lib/format.ts'

/** The engine's status as the window shows it: what a lost engine last said is not true any more. */
export type ShownStatus = Omit<Status, 'link'> & {
  readonly link: LinkStatus | { readonly at: 'engine-gone' }
}

export const withoutEngine = (status: Status): ShownStatus => ({ ...status, link: { at: 'engine-gone' } })

/** A station that polls may be late by this many polls before its figures count as old. */
const POLLS_ALLOWED = 2

/**
 * True while the figures may be behind the server by more than the bar says: they are drawn dimmed.
 *
 * A station that polls shows what the server had at its last answer, seconds ago, and the bar names both the rhythm and
 * that moment. Dimming it all day would teach people to overlook dimming, so it is kept for figures that are older than
 * promised: one poll may be on its way and one may be lost, the third is late.
 */
export function isStale(status: ShownStatus | undefined, now: Millis): boolean {
  const link = status?.link
  if (link?.at === 'live') return false
  return link?.at !== 'degraded' || isLate(status, link.pollEveryMs, now)
}

function isLate(status: ShownStatus | undefined, pollEveryMs: number, now: Millis): boolean {
  if (status === undefined || status.asOf === null) return true
  return now - onThisClock(status, status.asOf) > POLLS_ALLOWED * pollEveryMs
}

/** Whatever is not live says from when its figures are, dimmed or not [L3]. */
export const showsAge = (status: ShownStatus): boolean => status.link.at !== 'live' && status.asOf !== null

/** Whether what is kept now is sent at once. */
export const isConnected = ({ link }: ShownStatus): boolean =>
  link.at === 'live' || link.at === 'degraded' || link.at === 'catching-up'

/** The first download runs: lists are still filling. */
export const isFilling = ({ link }: ShownStatus): boolean => link.at === 'catching-up' && link.first

/** A moment of the server on this station's own clock. */
const onThisClock = (status: ShownStatus, serverTime: Millis): Millis =>
  serverTime + (status.clockOffsetMs ?? 0)

/**
 * `asOf` on this station's own clock: the bar also says since when it is offline, and two clocks in one line would
 * invent a gap that never was.
 */
export function asOfText(status: ShownStatus, now: Millis): string {
  return status.asOf === null ? '–' : formatClock(onThisClock(status, status.asOf), now)
}

/** Answers travel for seconds at worst: a clock further off than this is wrong, and so is every time it writes down. */
const CLOCK_TOLERANCE_MS = 30 * SECOND_MS

/** How far this terminal's clock is ahead of the server's (behind when negative); 0 while it is right or not known. */
export function clockErrorMs({ clockOffsetMs }: ShownStatus): number {
  const offsetMs = clockOffsetMs ?? 0
  return Math.abs(offsetMs) > CLOCK_TOLERANCE_MS ? offsetMs : 0
}
