/** Says whether one more may pass. */
export type TakeToken = () => boolean

/**
 * Allows bursts up to `burst`, and `perSecond` in the long run.
 * @param nowMs a clock that never jumps backwards, in ms
 */
export function tokenBucket(burst: number, perSecond: number, nowMs: () => number): TakeToken {
  let tokens = burst
  let filledAt = nowMs()
  return () => {
    const now = nowMs()
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond)
    filledAt = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
