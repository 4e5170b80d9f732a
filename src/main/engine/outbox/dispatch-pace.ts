import type { Cancel, Clock, Random } from '../ports.ts'
import { waitMs } from '../sync/backoff.ts'
import type { Turns } from '../sync/turns.ts'

/** When the next round of sending begins: at once while there is something to send, else when it is nudged, rested or due. */
export interface Pace {
  /** There may be something to send. */
  nudge(): void
  /**
   * Nothing is sent for a while, longer each time until `well`.
   * @param askedMs what the server asked for
   * @returns how long, in ms
   */
  rest(askedMs: number | null): number
  /** The server takes work: no rest goes on but one that it asked for. */
  well(): void
  isOnline(): boolean
  /** What was waited for may be over with the network back, but for what a server asked for. */
  online(is: boolean): void
  stop(): void
}

interface PacePorts {
  clock: Clock
  random: Random
  turns: Turns
  /** @returns whether there was something to send; then the next one follows */
  round: () => Promise<boolean>
  crashed: (error: unknown) => void
  /** When there will be something to send without a nudge (monotonic); null: not by itself. */
  nextDueAt: () => number | null
}

export function createPace({ clock, random, turns, round, crashed, nextDueAt }: PacePorts): Pace {
  let isOnline = false
  let isStopped = false
  let isBusy = false
  let nudgedMeanwhile = false
  let rests = 0
  let until = -Infinity
  let isAsked = false
  let cancelWake: Cancel | null = null

  function nudge(): void {
    nudgedMeanwhile = isBusy
    if (!isOnline || isStopped || isBusy) return
    if (clock.monotonicMs() < until) return wakeAt(until)
    isBusy = true
    void turns.take(round).then(ended, (error: unknown) => {
      crashed(error)
      ended(true)
    })
  }

  function ended(hasSent: boolean): void {
    isBusy = false
    if (hasSent || nudgedMeanwhile) return nudge()
    const dueAt = nextDueAt()
    if (dueAt !== null) wakeAt(dueAt)
  }

  function wakeAt(monotonicMs: number): void {
    cancelWake?.()
    cancelWake = isStopped ? null : clock.after(Math.max(0, monotonicMs - clock.monotonicMs()), nudge)
  }

  return {
    nudge,
    rest(askedMs) {
      rests += 1
      const delayMs = waitMs(rests, random, askedMs)
      until = clock.monotonicMs() + delayMs
      isAsked = askedMs !== null
      return delayMs
    },
    well() {
      rests = 0
      if (!isAsked) until = -Infinity
    },
    isOnline: () => isOnline,
    online(is) {
      isOnline = is
      if (!isAsked) until = -Infinity
      if (is) nudge()
    },
    stop() {
      isStopped = true
      cancelWake?.()
    },
  }
}
