import { SECOND_MS } from '#shared/lib/time.ts'
import type { Cancel, Clock, Log } from '../ports.ts'

/** Nothing moved for this long: what is done now holds up nobody. */
export const QUIET_MS = 3 * SECOND_MS

/** Hands out moments in which nothing else happens, to one work at a time. */
export interface QuietMoments {
  /** Something moved: it is not quiet now. */
  moved(): void
  /**
   * Runs `work` once `delayMs` have passed and it is quiet.
   * @param patienceMs after the delay it waits for quiet this long and then runs in spite of the traffic; null: it never does
   * @param isAtRest whether what this work looks at is at rest; while it is not, that counts as traffic
   */
  after(
    delayMs: number,
    patienceMs: number | null,
    work: () => Promise<void>,
    isAtRest?: () => boolean,
  ): Cancel
  /** Forgets all that waits. What runs is left to end by itself. */
  stop(): void
}

interface Waiting {
  work: () => Promise<void>
  isAtRest: () => boolean
  /** Null while its delay runs; then when it goes on in spite of traffic (monotonic). */
  latestAt: number | null
  cancel: Cancel
}

export function createQuietMoments(clock: Clock, log: Log): QuietMoments {
  const waiting = new Set<Waiting>()
  let movedAt = clock.monotonicMs()
  let isRunning = false

  function runIfQuiet(turn: Waiting): void {
    if (isRunning || turn.latestAt === null) return
    const now = clock.monotonicMs()
    turn.cancel()
    const quietSince = turn.isAtRest() ? movedAt : now
    const startAt = Math.min(quietSince + QUIET_MS, turn.latestAt)
    if (now >= startAt) void run(turn)
    else turn.cancel = clock.after(startAt - now, () => runIfQuiet(turn))
  }

  async function run(turn: Waiting): Promise<void> {
    forget(turn)
    isRunning = true
    try {
      await turn.work()
    } catch (error) {
      log.error('upkeep.failed', { error: String(error) })
    } finally {
      isRunning = false
    }
    for (const next of [...waiting]) runIfQuiet(next)
  }

  function forget(turn: Waiting): void {
    turn.cancel()
    waiting.delete(turn)
  }

  return {
    moved() {
      movedAt = clock.monotonicMs()
    },
    after(delayMs, patienceMs, work, isAtRest = () => true) {
      const turn: Waiting = { work, isAtRest, latestAt: null, cancel: () => undefined }
      waiting.add(turn)
      turn.cancel = clock.after(delayMs, () => {
        turn.latestAt = clock.monotonicMs() + (patienceMs ?? Infinity)
        runIfQuiet(turn)
      })
      return () => forget(turn)
    },
    stop() {
      for (const turn of [...waiting]) forget(turn)
    },
  }
}
