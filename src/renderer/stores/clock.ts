import { SECOND_MS, type Millis } from '#shared/lib/time.ts'

/** The time for what is drawn: ticks once a second while somebody looks, never otherwise. */
export interface Clock {
  now(): Millis
  /** Calls `tick` at least once a second. @returns stops */
  subscribe(tick: () => void): () => void
}

export const windowClock: Clock = createClock(() => Date.now())

export function createClock(now: () => Millis): Clock {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined

  return {
    now,
    subscribe(tick) {
      listeners.add(tick)
      timer ??= setInterval(() => listeners.forEach((listener) => listener()), SECOND_MS)
      return () => {
        listeners.delete(tick)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
