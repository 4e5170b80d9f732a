import type { SendTrouble } from '#shared/protocol/work.ts'
import type { Failure } from '../upstream/upstream.ts'

/** What a push that brought no answer says of the commands in it. */
export interface Verdict {
  because: SendTrouble['because']
  /** Whether the server may have done them all the same. */
  fate: 'unsure' | 'surely-not'
  /** Whether their contents may be the reason: as like as not, when it happens to them again, or not at all. */
  suspect: 'at-once' | 'second-time' | 'never'
  /** Whether a question would tell what became of them. */
  isWorthAsking: boolean
  /** How long the server asked us to stay away. */
  afterMs: number | null
}

export function verdictOf(failure: Failure): Verdict {
  const unsure = { fate: 'unsure', isWorthAsking: true, afterMs: null } as const
  const surelyNot = { fate: 'surely-not', isWorthAsking: false, afterMs: null } as const
  switch (failure.kind) {
    // The server may hang on one command until nobody waits any more.
    case 'offline':
      return { ...unsure, because: 'no-answer', suspect: 'second-time' }
    case 'retry':
      return {
        ...unsure,
        because: failure.because,
        suspect: failure.because === 'rate-limited' ? 'never' : 'second-time',
        isWorthAsking: failure.because !== 'rate-limited' && failure.afterMs === null,
        afterMs: failure.afterMs,
      }
    // An answer in words that we do not know, which may be about one command alone.
    case 'not-supabase':
      return { ...unsure, because: 'not-supabase', suspect: 'second-time' }
    case 'wrong-key':
      return { ...unsure, because: 'wrong-key', suspect: 'never' }
    // Nothing is done without a valid session, and nothing of a call that was refused as a whole.
    case 'signed-out':
      return { ...surelyNot, because: 'signed-out', suspect: 'never' }
    case 'refused':
      return { ...surelyNot, because: 'server-error', suspect: 'at-once' }
  }
}
