import { MINUTE_MS } from '#shared/lib/time.ts'
import type { Clock } from '#engine/ports.ts'
import { realClock } from '#engine/platform/real-clock.ts'

export const HOUR_MS = 60 * MINUTE_MS

/** A terminal's clock that runs like any other and shows the wrong time. */
export interface WrongClock extends Clock {
  /** Somebody sets the clock, or the machine slept: from now on it shows this much more than before. */
  set(aheadByMs: number): void
}

/** @param aheadMs how far it is ahead of the true time; negative when it is behind */
export function wrongClock(aheadMs: number): WrongClock {
  let ahead = aheadMs
  return {
    ...realClock,
    now: () => realClock.now() + ahead,
    set: (byMs) => void (ahead += byMs),
  }
}
