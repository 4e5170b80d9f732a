import type { Cancel, Clock, Log } from '../ports.ts'

/** How long something lasts: its timers and callbacks are silent once it is over, and never throw before. */
export interface Lifetime {
  readonly isOver: boolean
  later(delayMs: number, task: () => void): void
  /** Wraps a callback for somebody else's code, to which it may not throw. */
  safely<T>(hear: (message: T) => void): (message: T) => void
  end(): void
}

export function openLifetime(clock: Clock, log: Log): Lifetime {
  const timers = new Set<Cancel>()
  let isOver = false

  const safely =
    <T>(hear: (message: T) => void) =>
    (message: T): void => {
      if (isOver) return
      try {
        hear(message)
      } catch (error) {
        log.error('feed.handler-failed', { error: String(error) })
      }
    }

  return {
    get isOver() {
      return isOver
    },
    later(delayMs, task) {
      if (isOver) return
      const cancel = clock.after(delayMs, () => {
        timers.delete(cancel)
        safely(task)(undefined)
      })
      timers.add(cancel)
    },
    safely,
    end() {
      isOver = true
      for (const cancel of timers) cancel()
      timers.clear()
    },
  }
}
