import type { Scope } from '#shared/domain/scope.ts'
import type { Cancel, Clock } from '../ports.ts'
import type { LinkWork } from './link-work.ts'

/** A poke for what we pushed comes with the answer, or a moment later. After this long we ask. */
export const POKE_DUE_MS = 250

/**
 * Sees to it that what this station pushed comes back to it as rows: by a poke, and if none comes, by a pull. A push without an
 * answer is worth a pull at once: that tells what the server has of it, and whether there is a server at all.
 */
export interface PushedWatch {
  stop(): void
}

interface PushedWatchPorts {
  clock: Clock
  work: Pick<LinkWork, 'onPushed'>
  /** Whether a feed streams that would poke. */
  isPoked: () => boolean
  /** Where our cursor stands. */
  reached: (scope: Scope) => number
  /** Does what reads the mirror, and tells whoever must know that the disk refused. */
  onDisk: (work: () => void) => void
  /** A push has ended, however it did. */
  ended: () => void
  requestPull: () => void
}

export function watchForPushed(ports: PushedWatchPorts): PushedWatch {
  const { clock, work, isPoked, reached, onDisk, ended, requestPull } = ports
  const awaited = new Map<Scope, number>()
  let cancel: Cancel | null = null

  const look = (): void => {
    cancel = null
    const wanted = [...awaited]
    awaited.clear()
    onDisk(() => {
      if (wanted.some(([scope, seq]) => reached(scope) < seq)) requestPull()
    })
  }

  work.onPushed(({ heads, isWorthAsking }) => {
    onDisk(ended)
    if (isWorthAsking) requestPull()
    for (const [scope, seq] of heads) awaited.set(scope, Math.max(seq, awaited.get(scope) ?? 0))
    if (awaited.size > 0) cancel ??= clock.after(isPoked() ? POKE_DUE_MS : 0, look)
  })

  return {
    stop() {
      work.onPushed(null)
      cancel?.()
    },
  }
}
