import type { Millis } from '../lib/time.ts'

/**
 * Whether a station is there: heard of in time, overdue, gone with a goodbye, or never heard of. Nobody is `here` longer than
 * the server's word for it lasts.
 */
export const presences = ['here', 'silent', 'closed', 'never'] as const
export type Presence = (typeof presences)[number]

/** @param at server time: now while this station is caught up, else the moment up to which its figures are complete */
export function presenceOf(
  { seenAt, expectedBy }: { seenAt: Millis | null; expectedBy: Millis | null },
  at: Millis,
): Presence {
  if (seenAt === null) return 'never'
  if (expectedBy === null) return 'closed'
  return at > expectedBy ? 'silent' : 'here'
}
