import type { Cancel, Clock, Log } from '../ports.ts'

/**
 * Does work in the next turn, in its order: what follows from keeping a command (windows to tell, work to send) costs time, and
 * whoever waits for the receipt must not wait for it.
 */
export interface NextTurn {
  then(work: () => void): void
  /** What waits is not done any more. */
  stop(): void
}

export function nextTurn(clock: Clock, log: Log): NextTurn {
  let waiting: (() => void)[] = []
  let cancel: Cancel | null = null
  let stopped = false

  function run(): void {
    cancel = null
    const now = waiting
    waiting = []
    for (const work of now) {
      try {
        work()
      } catch (error) {
        log.error('next-turn.failed', { error: String(error) })
      }
    }
  }

  return {
    then(work) {
      if (stopped) return
      waiting.push(work)
      cancel ??= clock.after(0, run)
    },
    stop() {
      stopped = true
      waiting = []
      cancel?.()
      cancel = null
    },
  }
}
