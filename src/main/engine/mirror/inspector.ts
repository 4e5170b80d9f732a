import type { Scope } from '#shared/domain/scope.ts'
import type { Digest } from '#shared/protocol/server.ts'
import type { Mirror, MirrorUpkeep, Soundness } from './mirror.ts'

/*
 * The port to questions that read the whole mirror. `sqlite-inspector.ts` asks them on a thread of its own, so that
 * neither windows nor pulls wait for the answer.
 */

export interface Inspector {
  /** What the mirror holds of a scope; `head` is the cursor of the same snapshot. Rejects with MirrorError `damaged` on damage. */
  digest(scope: Scope): Promise<Digest>
  /** Takes as much of the write-ahead log into the file as nobody is reading, while others read and write. */
  checkpoint(): Promise<void>
  /** Whether SQLite finds the file sound. */
  quickCheck(): Promise<Soundness>
  /** Ends it; what is still asked is rejected. Call before the mirror is closed. */
  stop(): Promise<void>
}

/** Asks an open mirror on this very thread: for small mirrors, and where time stands still while it works. */
export function inspectHere(
  mirror: Pick<Mirror & MirrorUpkeep, 'checkpoint' | 'digest' | 'quickCheck'>,
): Inspector {
  let stopped = false
  const ask = async <T>(question: () => T): Promise<T> => {
    if (stopped) throw inspectorStopped()
    return question()
  }
  return {
    digest: (scope) => ask(() => mirror.digest(scope)),
    checkpoint: () =>
      ask(() => {
        mirror.checkpoint()
      }),
    quickCheck: () => ask(() => mirror.quickCheck()),
    stop: async () => {
      stopped = true
    },
  }
}

export const inspectorStopped = (): Error => new Error('The inspector was stopped.')
