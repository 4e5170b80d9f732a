import type { Scope } from '#shared/domain/scope.ts'
import type { Poke } from '#shared/protocol/server.ts'
import type { Cancel, Clock } from '../ports.ts'
import type { Intake } from './intake.ts'

/** After a poke the server may have held others back (its poke budget): we look once more when it has become quiet. */
export const LOOK_AGAIN_MS = 250
/** Under an unbroken stream of pokes we look this often, and no less seldom while looking brings something. */
export const LOOK_AGAIN_AT_MOST_MS = 2_000

export interface PokeDesk {
  poke(poke: Poke): void
  /** A head moved, to `head` if that is known; what changed is not known. */
  moved(scope: Scope, head: number | null): void
  /** A pull has ended; whether it brought anything decides if we look again. */
  pulled(broughtSomething: boolean): void
  /** Whether realtime has told that this scope reached `seq`, or at least hinted at it since `sinceMs` (monotonic). */
  hasTold(scope: Scope, seq: number, sinceMs: number): boolean
  /** Ends the timer: the feed these pokes came from is over. */
  stop(): void
}

interface PokeDeskPorts {
  clock: Clock
  intake: Intake
  /** Asks for a pull; several requests while one runs are one. */
  requestPull: (why: 'gap' | 'look-again') => void
}

/**
 * Takes pokes: contiguous ones are applied in place, any other costs one pull. A lost, doubled or reordered poke can
 * therefore delay a figure but never make it wrong.
 */
export function createPokeDesk({ clock, intake, requestPull }: PokeDeskPorts): PokeDesk {
  const toldUpTo = new Map<Scope, number>()
  const hintedAt = new Map<Scope, number>()
  let cancel: Cancel | null = null
  let firstPokeAt: number | null = null
  let pauseMs = LOOK_AGAIN_MS

  const lookAgainIn = (delayMs: number): void => {
    cancel?.()
    cancel = clock.after(delayMs, () => {
      cancel = null
      firstPokeAt = null
      requestPull('look-again')
    })
  }

  /** Waits for quiet, but never longer than the limit after the first poke of a stream. */
  const lookAgainWhenQuiet = (): void => {
    const now = clock.monotonicMs()
    firstPokeAt ??= now
    lookAgainIn(Math.max(0, Math.min(LOOK_AGAIN_MS, firstPokeAt + LOOK_AGAIN_AT_MOST_MS - now)))
  }

  return {
    poke(poke) {
      toldUpTo.set(poke.scope, Math.max(poke.to, toldUpTo.get(poke.scope) ?? 0))
      if (intake.poke(poke) === 'gap') requestPull('gap')
      lookAgainWhenQuiet()
    },
    moved(scope, head) {
      if (head !== null) toldUpTo.set(scope, Math.max(head, toldUpTo.get(scope) ?? 0))
      hintedAt.set(scope, clock.monotonicMs())
      requestPull('gap')
      lookAgainWhenQuiet()
    },
    pulled(broughtSomething) {
      if (cancel !== null) return
      if (!broughtSomething) {
        pauseMs = LOOK_AGAIN_MS
        return
      }
      lookAgainIn(pauseMs)
      pauseMs = Math.min(pauseMs * 2, LOOK_AGAIN_AT_MOST_MS)
    },
    hasTold: (scope, seq, sinceMs) =>
      (toldUpTo.get(scope) ?? 0) >= seq || (hintedAt.get(scope) ?? -Infinity) >= sinceMs,
    stop: () => cancel?.(),
  }
}
