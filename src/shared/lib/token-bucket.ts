/** Allows bursts up to `burst`, and `perSecond` in the long run. */
export interface TokenBucket {
  /** Takes one, or none when there is none. */
  take(): boolean
  /** How long until there is one; 0 when there is. */
  readyInMs(): number
}

/** @param nowMs a clock that never jumps backwards, in ms */
export function createTokenBucket(burst: number, perSecond: number, nowMs: () => number): TokenBucket {
  const tokenMs = 1_000 / perSecond
  // Kept as the moment at which the bucket was empty last, so that no fraction of a token is ever lost by rounding.
  let emptyAt = nowMs() - burst * tokenMs

  const settle = (): void => {
    emptyAt = Math.max(emptyAt, nowMs() - burst * tokenMs)
  }

  return {
    take() {
      settle()
      if (nowMs() - emptyAt < tokenMs) return false
      emptyAt += tokenMs
      return true
    },
    readyInMs() {
      settle()
      return Math.max(0, emptyAt + tokenMs - nowMs())
    },
  }
}
