import type { Clock } from '#engine/ports.ts'

/** A clock that a test moves by hand: an hour of retries takes a millisecond, the same way twice. */
export interface ManualClock extends Clock {
  /** Lets this much time pass: every timer that falls due runs in its turn, and what it awaits as well. */
  advance(ms: number): Promise<void>
  /** Runs what is ready without letting time pass. */
  settle(): Promise<void>
  /** The wall clock jumps, timers do not notice: a sleep of the machine, or someone setting the clock. */
  jumpWallClock(ms: number): void
  /** Timers that are still set. */
  pending(): number
}

interface Timer {
  dueAt: number
  order: number
  task: () => void
}

/**
 * @param startAt wall-clock start, epoch ms
 * @param isBusy tells that work is under way which no timer of this clock waits for (a database in this process): time
 *   stands still until it is done, so that the same run comes twice
 */
export function manualClock(
  startAt = Date.parse('2026-11-22T08:00:00Z'),
  isBusy: () => boolean = () => false,
): ManualClock {
  let monotonic = 0
  let wallOffset = startAt
  let order = 0
  const timers = new Set<Timer>()

  const nextDue = (until: number): Timer | null => {
    let next: Timer | null = null
    for (const timer of timers) {
      if (timer.dueAt > until) continue
      if (!next || timer.dueAt < next.dueAt || (timer.dueAt === next.dueAt && timer.order < next.order))
        next = timer
    }
    return next
  }
  // A turn of the event loop lets every chain of settled promises run to its end.
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const settle = async (): Promise<void> => {
    do await turn()
    while (isBusy())
  }

  return {
    now: () => wallOffset + monotonic,
    monotonicMs: () => monotonic,
    after(delayMs, task) {
      const timer: Timer = { dueAt: monotonic + Math.max(0, delayMs), order: order++, task }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    breathe: turn,
    async advance(ms) {
      const until = monotonic + ms
      await settle()
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer)
        monotonic = Math.max(monotonic, timer.dueAt)
        timer.task()
        await settle()
      }
      monotonic = until
      await settle()
    },
    settle,
    jumpWallClock: (ms) => {
      wallOffset += ms
    },
    pending: () => timers.size,
  }
}
