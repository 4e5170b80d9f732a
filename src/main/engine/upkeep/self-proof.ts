import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import type { Mirror } from '../mirror/mirror.ts'
import type { Cancel, Random } from '../ports.ts'
import { spread } from '../sync/backoff.ts'
import { proveScope } from './prove-scope.ts'
import type { ProvePorts } from './prove-scope.ts'
import type { QuietMoments } from './quiet-moments.ts'

/** After a catch-up: not at once, and not all stations of a site at the same time. */
export const AFTER_CATCH_UP_MS = 2 * SECOND_MS
const SPREAD_AFTER_CATCH_UP_MS = 8 * SECOND_MS
/** A link that comes and goes does not make the server compute a digest each time. */
export const PAUSE_BETWEEN_MS = MINUTE_MS
/** At idle; spread by a fifth either way. */
export const AT_IDLE_EVERY_MS = 15 * MINUTE_MS
/** What could not be proved or repaired is tried again this soon, then less and less often. */
const FIRST_RETRY_MS = MINUTE_MS
/** Under unbroken traffic it goes ahead after this long, and leaves out what is changing. */
const PATIENCE_MS = 2 * MINUTE_MS

export interface SelfProof {
  /** The link is caught up: live, or polling. */
  caughtUp(): void
  /** It is not any more: what runs is void. */
  interrupted(): void
}

export interface SelfProofPorts extends Omit<ProvePorts, 'signal' | 'mirror'> {
  random: Random
  mirror: Pick<Mirror, 'cursor' | 'cursors' | 'repair' | 'owner'>
  quiet: QuietMoments
  /** This station's own work is at rest: what the server has of it, the rows show. */
  isAtRest: () => boolean
  proved: (proof: Proof) => void
  /** Every scope has had its turn. */
  ended: () => void
  /** The disk refused, or damage was met. */
  failed: (error: unknown) => void
}

/**
 * Proves by digest that the mirror is what the server has [M3], one scope after the other: after each catch-up, and every
 * now and then at idle. A question that fails changes nothing for the link.
 */
export function createSelfProof(ports: SelfProofPorts): SelfProof {
  const { clock, random, quiet, mirror, isAtRest, proved, ended, failed } = ports
  let run: AbortController | null = null
  let cancelNext: Cancel | null = null
  let endedAt = -Infinity
  let isCaughtUp = false
  let failures = 0

  function schedule(delayMs: number): void {
    cancelNext?.()
    cancelNext = quiet.after(delayMs, PATIENCE_MS, round, isAtRest)
  }

  async function round(): Promise<void> {
    cancelNext = null
    const mine = new AbortController()
    run = mine
    try {
      const isProved = await proveAll(mine.signal)
      if (mine.signal.aborted) return
      failures = isProved ? 0 : failures + 1
      ended()
    } catch (error) {
      if (mine.signal.aborted) return
      failures += 1
      failed(error)
    } finally {
      if (run === mine) run = null
      endedAt = clock.monotonicMs()
    }
    if (mine.signal.aborted || !isCaughtUp) return
    const retryMs = failures === 0 ? Infinity : FIRST_RETRY_MS * 2 ** (failures - 1)
    schedule(spread(Math.min(retryMs, AT_IDLE_EVERY_MS), random))
  }

  async function proveAll(signal: AbortSignal): Promise<boolean> {
    let isProved = true
    for (const { scope, epoch } of mirror.cursors()) {
      if (epoch === null) continue
      const proof = await proveScope({ ...ports, signal }, scope)
      if (proof === null) return false
      proved(proof)
      isProved &&= proof.outcome === 'equal' || proof.outcome === 'repaired'
    }
    return isProved
  }

  return {
    caughtUp() {
      isCaughtUp = true
      failures = 0
      const soonMs = AFTER_CATCH_UP_MS + SPREAD_AFTER_CATCH_UP_MS * random()
      schedule(Math.max(soonMs, endedAt + PAUSE_BETWEEN_MS - clock.monotonicMs()))
    },
    interrupted() {
      isCaughtUp = false
      run?.abort()
      run = null
      cancelNext?.()
      cancelNext = null
    },
  }
}
