import type { Cancel, Clock } from '../ports.ts'
import { PATIENCE_MS } from './link.ts'
import type { PullResult } from './pull.ts'

export type PullReason = 'catch-up' | 'gap' | 'look-again' | 'pushed' | 'timer'

/** One pull at a time: what is asked for while one runs is one more after it. */
export interface PullQueue {
  request(why: PullReason): void
  /** The pull that runs has got a page, or has its turn to ask only now: from here on its patience counts. */
  heardFrom(): void
  /** Nothing is begun or reported any more. */
  stop(): void
}

interface PullQueuePorts<Mark> {
  clock: Clock
  /** What is to be known of the moment at which a pull begins. */
  mark: () => Mark
  pull: () => Promise<PullResult>
  concluded: (result: PullResult, why: PullReason, begunAt: Mark) => void
  /** No page came for so long that none is to be expected. */
  silent: () => void
  crashed: (error: unknown) => void
}

export function createPullQueue<Mark>(ports: PullQueuePorts<Mark>): PullQueue {
  let running = false
  let next: PullReason | null = null
  let cancelPatience: Cancel | null = null
  let stopped = false

  const heardFrom = (): void => {
    cancelPatience?.()
    cancelPatience = running && !stopped ? ports.clock.after(PATIENCE_MS, ports.silent) : null
  }

  function request(why: PullReason): void {
    if (stopped) return
    if (running) {
      // What the timer asks for is also a test of the feed, which nothing else may replace.
      next = next === 'timer' ? next : why
      return
    }
    running = true
    heardFrom()
    void run(why).catch(ports.crashed)
  }

  async function run(why: PullReason): Promise<void> {
    const begunAt = ports.mark()
    try {
      const result = await ports.pull()
      if (!stopped) ports.concluded(result, why, begunAt)
    } finally {
      running = false
      heardFrom()
    }
    const again = next
    next = null
    if (again !== null) request(again)
  }

  return {
    request,
    heardFrom,
    stop() {
      stopped = true
      cancelPatience?.()
    },
  }
}
