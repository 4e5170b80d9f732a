import type { Cancel, Clock } from '../ports.ts'

/** One frame of a 60 Hz screen: more often than this nobody can see a change. */
export const FRAME_MS = 16
/** Figures that change without a rest are drawn this often: more often than this nobody can read one. */
export const STREAM_MS = 96

/** A list in which hundreds of lines moved is drawn anew from top to bottom, which nobody follows more often than this. */
export const BULK_MS = 480

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
  private waiting: { cancel: Cancel; dueMs: number } | null = null

  /** @param work tells whether there was anything to draw */
  constructor(clock: Clock, work: () => boolean) {
    this.clock = clock
    this.work = work
  }

  /** @param leastMs so long after the last time at least, whatever was asked for before */
  request(leastMs = FRAME_MS): void {
    const nowMs = this.clock.monotonicMs()
    const dueMs = this.ranAtMs + Math.max(this.frameMs, leastMs)
    if (this.waiting?.dueMs === dueMs) return
    this.stop()
    if (dueMs <= nowMs) return this.run(FRAME_MS)
    // Who waited for more than a frame has not met a stream of single changes.
    const next = leastMs > this.frameMs ? FRAME_MS : Math.min(2 * this.frameMs, STREAM_MS)
    this.waiting = { cancel: this.clock.after(dueMs - nowMs, () => this.run(next)), dueMs }
  }

  stop(): void {
    this.waiting?.cancel()
    this.waiting = null
  }

  private run(frameMs: number): void {
    this.waiting = null
    this.ranAtMs = this.clock.monotonicMs()
    this.frameMs = this.work() ? frameMs : FRAME_MS
  }
}
