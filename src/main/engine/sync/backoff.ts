import type { Random } from '../ports.ts'

export const SHORTEST_WAIT_MS = 1_000
export const LONGEST_WAIT_MS = 30_000

/** A server may ask us to stay away longer than our own longest wait, but not for ever. */
export const LONGEST_RESPECTED_WAIT_MS = 5 * 60_000

/** What a server asks for it asks of a whole hall at once: by this part of it the stations spread. */
const SPREAD_OF_ASKED = 0.2

/**
 * How long to wait before the next try, in ms: uniform between 1 s and twice as much with each failed try, up to 30 s.
 * The spread is over the whole range, so that a hall of stations does not come back in step. There is no last try.
 * @param attempt tries that have failed in a row, 1 or more
 * @param askedMs what the server asked for (Retry-After), in ms; respected up to five minutes, and spread as well
 */
export function waitMs(attempt: number, random: Random, askedMs: number | null = null): number {
  // 2 ** 5 is beyond the ceiling already; the bound keeps endless attempts from overflowing.
  const ceiling = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** Math.min(attempt, 5))
  const ours = SHORTEST_WAIT_MS + random() * (ceiling - SHORTEST_WAIT_MS)
  const asked = Math.min(askedMs ?? 0, LONGEST_RESPECTED_WAIT_MS)
  if (asked <= ours) return Math.round(ours)
  return Math.round(asked + random() * Math.max(SHORTEST_WAIT_MS, asked * SPREAD_OF_ASKED))
}

/** A time between four and six fifths of this: what stations do again and again they do not do in step. */
export const spread = (ms: number, random: Random): number => Math.round(ms * (0.8 + 0.4 * random()))
