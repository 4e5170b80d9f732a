import type { Clock } from './engine/ports.ts'

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
}

/** Calls `task` every `intervalMs` until the returned function is called. */
export function every(intervalMs: number, task: () => void): () => void {
  const timer = setInterval(task, intervalMs)
  return () => clearInterval(timer)
}
