import type { Cancel, Clock } from '../ports.ts'

/** What was just asked for comes first. */
const REST_MS = 40
/** Between two turns everything else has its own. */
const PAUSE_MS = 4
/** Steps in a turn: well under a millisecond. */
const STEPS = 12

/** Goes on, while there is nothing else to do, with what makes a jump into the middle of a list as quick as its beginning. */
export class WalkAhead {
  private readonly clock: Pick<Clock, 'after'>
  private readonly step: () => boolean
  private waiting: Cancel | null = null

  /** @param step goes one step, and tells whether there are more */
  constructor(clock: Pick<Clock, 'after'>, step: () => boolean) {
    this.clock = clock
    this.step = step
  }

  /** There may be a way to go. */
  start(): void {
    this.stop()
    if (this.step()) this.wait(REST_MS)
  }

  stop(): void {
    this.waiting?.()
    this.waiting = null
  }

  private wait(delayMs: number): void {
    this.waiting = this.clock.after(delayMs, () => this.turn())
  }

  private turn(): void {
    this.waiting = null
    for (let step = 0; step < STEPS; step++) if (!this.step()) return
    this.wait(PAUSE_MS)
  }
}
