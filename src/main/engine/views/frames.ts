import type { Cancel, Clock } from '../ports.ts'

/** One frame of a 60 Hz screen: more often than this nobody can see a change. */
export const FRAME_MS = 16

/**
 * Runs `work` at most once a frame: at once after a quiet moment, so that a single change is seen without delay; in a
 * burst, when the frame is over, for all that came meanwhile.
 */
export class Frames {
  private readonly clock: Clock
  private readonly work: () => void
  private ranAtMs = -Infinity
  private waiting: Cancel | null = null

  constructor(clock: Clock, work: () => void) {
    this.clock = clock
    this.work = work
  }

  request(): void {
    if (this.waiting) return
    const restMs = this.ranAtMs + FRAME_MS - this.clock.monotonicMs()
    if (restMs <= 0) this.run()
    else this.waiting = this.clock.after(restMs, () => this.run())
  }

  stop(): void {
    this.waiting?.()
    this.waiting = null
  }

  private run(): void {
    this.waiting = null
    this.ranAtMs = this.clock.monotonicMs()
    this.work()
  }
}
