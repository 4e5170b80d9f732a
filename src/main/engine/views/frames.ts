import type { Cancel, Clock } from '../ports.ts'

/** One frame of a 60 Hz screen: more often than this nobody can see a change. */
export const FRAME_MS = 16
/** Figures that change without a rest are drawn this often: more often than this nobody can read one. */
export const STREAM_MS = 96

/**
 * Runs `work` at most once a frame: at once after a quiet moment, so that a single change is seen without delay; in a burst, when the
 * frame is over, for all that came meanwhile. A burst that goes on is a stream: its frames become longer, so that drawing it leaves
 * the processor to whoever types, scans and scrolls.
 */
export class Frames {
  private readonly clock: Clock
  private readonly work: () => boolean
  private ranAtMs = -Infinity
  private frameMs = FRAME_MS
  private waiting: Cancel | null = null

  /** @param work tells whether there was anything to draw */
  constructor(clock: Clock, work: () => boolean) {
    this.clock = clock
    this.work = work
  }

  request(): void {
    if (this.waiting) return
    const restMs = this.ranAtMs + this.frameMs - this.clock.monotonicMs()
    if (restMs <= 0) this.run(FRAME_MS)
    else this.waiting = this.clock.after(restMs, () => this.run(Math.min(2 * this.frameMs, STREAM_MS)))
  }

  stop(): void {
    this.waiting?.()
    this.waiting = null
  }

  private run(frameMs: number): void {
    this.waiting = null
    this.ranAtMs = this.clock.monotonicMs()
    this.frameMs = this.work() ? frameMs : FRAME_MS
  }
}
