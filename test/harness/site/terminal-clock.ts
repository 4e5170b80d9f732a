import type { Cancel, Clock } from '#engine/ports.ts'

/**
 * The clock of one terminal: it may be wrong, it may be set by hand, and it stands still for timers while the machine
 * sleeps (the wall goes on).
 */
export interface TerminalClock extends Clock {
  /** Somebody or something sets the wall clock by this much. */
  jump(ms: number): void
  fallAsleep(): void
  wake(): void
  isAsleep(): boolean
  /** The process is gone: none of its timers ever runs again. */
  die(): void
  /** Timers that are still set. */
  pending(): number
}

interface Timer {
  dueAt: number
  task: () => void
  disarm: Cancel
}

/** @param base the time of the whole site */
export function terminalClock(base: Clock): TerminalClock {
  let wallOffset = 0
  let sleptMs = 0
  let asleepSince: number | null = null
  let dead = false
  const timers = new Set<Timer>()

  const monotonicMs = (): number => (asleepSince ?? base.monotonicMs()) - sleptMs
  const arm = (timer: Timer): void => {
    timer.disarm = base.after(Math.max(0, timer.dueAt - monotonicMs()), () => {
      timers.delete(timer)
      timer.task()
    })
  }
  const disarmAll = (): void => {
    for (const timer of timers) timer.disarm()
  }

  return {
    now: () => base.now() + wallOffset,
    monotonicMs,
    after(delayMs, task) {
      if (dead) return () => undefined
      const timer: Timer = { dueAt: monotonicMs() + Math.max(0, delayMs), task, disarm: () => undefined }
      timers.add(timer)
      if (asleepSince === null) arm(timer)
      return () => {
        timer.disarm()
        timers.delete(timer)
      }
    },
    breathe: () => base.breathe(),
    jump: (ms) => {
      wallOffset += ms
    },
    fallAsleep() {
      if (asleepSince !== null) return
      asleepSince = base.monotonicMs()
      disarmAll()
    },
    wake() {
      if (asleepSince === null) return
      sleptMs += base.monotonicMs() - asleepSince
      asleepSince = null
      for (const timer of timers) arm(timer)
    },
    isAsleep: () => asleepSince !== null,
    die() {
      dead = true
      disarmAll()
      timers.clear()
    },
    pending: () => timers.size,
  }
}
