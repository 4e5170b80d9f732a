import { SECOND_MS } from '#shared/lib/time.ts'
import type { Cancel, Clock } from '../ports.ts'

const LOOK_EVERY_MS = 5 * SECOND_MS
export const JUMP_MS = 10 * SECOND_MS

export interface ClockJumps {
  /** A jump that has happened up to now is known, and not to be told. */
  forgive(): void
  stop(): void
}

/**
 * Notices that this machine slept although nobody said so: timers stand still in a sleep, the wall clock does not. A
 * wall clock set by hand looks the same and costs one reconnect.
 * @param jumped called with how far the wall clock ran away from what we waited for, in ms
 */
export function watchForClockJumps(clock: Clock, jumped: (driftMs: number) => void): ClockJumps {
  let cancel: Cancel
  let stopped = false
  const look = (): void => {
    const expected = clock.now() + LOOK_EVERY_MS
    const expectedMonotonic = clock.monotonicMs() + LOOK_EVERY_MS
    cancel = clock.after(LOOK_EVERY_MS, () => {
      const drift = clock.now() - expected
      const late = clock.monotonicMs() - expectedMonotonic
      look()
      if (Math.abs(drift) > JUMP_MS) jumped(drift)
      else if (late > JUMP_MS) jumped(late)
    })
  }
  look()
  return {
    forgive() {
      if (stopped) return
      cancel()
      look()
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}
