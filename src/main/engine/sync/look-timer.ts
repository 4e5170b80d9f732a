import type { Cancel, Clock, Random } from '../ports.ts'
import { spread } from './backoff.ts'

/** Looks again and again, at times that are not those of the other stations. */
export interface LookTimer {
  /** Begins, or takes up another pace. What keeps its pace keeps its time: the next look is never put off. */
  adjust(): void
  stop(): void
}

interface LookTimerPorts {
  clock: Clock
  random: Random
  /** The pace that is right now; spread by a fifth either way. */
  everyMs: () => number
  look: () => void
}

export function createLookTimer({ clock, random, everyMs, look }: LookTimerPorts): LookTimer {
  let cancel: Cancel | null = null
  let pace: number | null = null

  const lookLater = (): void => {
    pace = everyMs()
    cancel = clock.after(spread(pace, random), () => {
      lookLater()
      look()
    })
  }

  return {
    adjust() {
      if (everyMs() === pace) return
      cancel?.()
      lookLater()
    },
    stop: () => cancel?.(),
  }
}
