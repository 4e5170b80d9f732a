import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { LinkTimes } from './report.ts'

export const DAY_MS = 86_400_000

/**
 * How the last 24 hours were spent.
 * @param history the newest first
 * @param inUse a console runs: the newest state goes on until now
 */
export function linkTimes(history: readonly LinkMove[], inUse: boolean, now: Millis): LinkTimes {
  const from = now - DAY_MS
  const times: LinkTimes = { live: 0, degraded: 0, offline: 0, unknown: 0 }
  const add = (kind: keyof LinkTimes, start: Millis, end: Millis): void => {
    times[kind] += Math.max(0, Math.min(end, now) - Math.max(start, from))
  }
  let reached = from
  const moves = [...history].reverse()
  for (const [n, move] of moves.entries()) {
    add('unknown', reached, move.at)
    const next = moves[n + 1]
    const end = next?.at ?? now
    // A console that ended without a word goes on in its next life from `offline`.
    const wentOn = next ? next.from === move.to : inUse
    add(wentOn ? kindOf(move.to) : 'unknown', move.at, end)
    reached = end
  }
  if (moves.length === 0) add('unknown', from, now)
  return times
}

function kindOf(state: LinkMove['to']): keyof LinkTimes {
  if (state === 'live' || state === 'degraded') return state
  return state === 'stopped' ? 'unknown' : 'offline'
}
