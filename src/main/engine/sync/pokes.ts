import type { Scope } from '#shared/domain/scope.ts'
import type { Poke } from '#shared/protocol/server.ts'
import type { Cancel, Clock, Random } from '../ports.ts'
import { spread } from './backoff.ts'
import type { Intake } from './intake.ts'
import type { LinkWork } from './link-work.ts'

/*
 * After a poke the server may have held others back (its poke budget): we look once more when it has become quiet. All these
 * times are spread by a fifth either way: a hall that was poked at once does not look at once.
 */

export const LOOK_AGAIN_MS = 250
/** Under an unbroken stream of pokes we look this often, and no less seldom while looking brings something. */
export const LOOK_AGAIN_AT_MOST_MS = 2_000
/** Pokes kept while a push is under way. What comes beyond them is pulled. */
export const HELD_AT_MOST = 50

export interface PokeDesk {
  poke(poke: Poke): void
  /** A push has ended: what was held back for it is looked at now. */
  pushed(): void
  /** A head moved, to `head` if that is known; what changed is not known. */
  moved(scope: Scope, head: number | null): void
  /** A pull has ended; whether it brought anything decides if we look again. */
  pulled(broughtSomething: boolean): void
  /** Whether realtime has told that this scope reached `seq`, or told anything of it since `sinceMs` (monotonic). */
  hasTold(scope: Scope, seq: number, sinceMs: number): boolean
  /** Ends the timer: the feed these pokes came from is over. */
  stop(): void
}

interface PokeDeskPorts {
  clock: Clock
  random: Random
  intake: Pick<Intake, 'poke'>
  work: Pick<LinkWork, 'unsure' | 'isPushing'>
  /** Where our cursor stands. */
  reached: (scope: Scope) => number
  /** Asks for a pull; several requests while one runs are one. */
  requestPull: (why: 'gap' | 'look-again') => void
}

/** What realtime said of a scope. Numbers of another epoch count anew. */
interface Told {
  epoch: string | null
  upTo: number
  at: number
}

/**
 * Takes pokes: contiguous ones are applied in place, any other costs one pull. A lost, doubled or reordered poke can
 * therefore delay a figure but never make it wrong.
 *
 * A poke may carry the effect of work of our own whose answer has not come, and would show it twice. So while a push is under way
 * pokes are held: most often it is our own push that was poked, and its answer comes the next moment. While it is not known whether
 * the server has some of our work, a poke is worth a pull and no more, for the pull's answer tells of both.
 */
export function createPokeDesk({
  clock,
  random,
  intake,
  work,
  reached,
  requestPull,
}: PokeDeskPorts): PokeDesk {
  const told = new Map<Scope, Told>()
  let held: Poke[] = []
  let cancel: Cancel | null = null
  let lookBy: number | null = null
  let pauseMs = LOOK_AGAIN_MS

  function remember(scope: Scope, epoch: string | null, head: number): void {
    const before = told.get(scope)
    const sameHistory = before?.epoch === epoch || epoch === null
    const upTo = Math.max(head, sameHistory ? (before?.upTo ?? 0) : 0)
    told.set(scope, { epoch: epoch ?? before?.epoch ?? null, upTo, at: clock.monotonicMs() })
  }

  const lookAgainIn = (delayMs: number): void => {
    cancel?.()
    cancel = clock.after(delayMs, () => {
      cancel = null
      lookBy = null
      requestPull('look-again')
    })
  }

  /** Waits for quiet, but never longer than the limit after the first poke of a stream. */
  const lookAgainWhenQuiet = (): void => {
    const now = clock.monotonicMs()
    lookBy ??= now + spread(LOOK_AGAIN_AT_MOST_MS, random)
    lookAgainIn(Math.max(0, Math.min(spread(LOOK_AGAIN_MS, random), lookBy - now)))
  }

  /** @returns false when that needs a pull */
  const take = (poke: Poke): boolean => work.unsure().length === 0 && intake.poke(poke) !== 'gap'

  return {
    poke(poke) {
      remember(poke.scope, poke.epoch, poke.to)
      if (work.isPushing() && held.length < HELD_AT_MOST) held.push(poke)
      else if (!take(poke)) requestPull('gap')
      lookAgainWhenQuiet()
    },
    pushed() {
      const waiting = held
      held = []
      if (!waiting.every(take)) requestPull('gap')
    },
    moved(scope, head) {
      const before = told.get(scope)?.upTo ?? null
      remember(scope, null, head ?? 0)
      const stands = reached(scope)
      // A head below what was told before, or below ours with nothing told, may be that of a new history.
      if (head === stands || (head !== null && before !== null && before <= head && head <= stands)) return
      requestPull('gap')
      lookAgainWhenQuiet()
    },
    pulled(broughtSomething) {
      if (cancel !== null) return
      if (!broughtSomething) {
        pauseMs = LOOK_AGAIN_MS
        return
      }
      lookAgainIn(spread(pauseMs, random))
      pauseMs = Math.min(pauseMs * 2, LOOK_AGAIN_AT_MOST_MS)
    },
    hasTold(scope, seq, sinceMs) {
      const { upTo, at } = told.get(scope) ?? { upTo: 0, at: -Infinity }
      return upTo >= seq || at >= sinceMs
    },
    stop: () => cancel?.(),
  }
}
