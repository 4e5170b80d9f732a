import { performance } from 'node:perf_hooks'
import type { Clock } from '../ports.ts'

/** The machine's clocks and timers: the only ones in the engine. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
}
