import type { MutationId } from '#shared/domain/ids.ts'
import type { Changeset, OpenProblem, Overlay } from '../mirror/mirror.ts'
import type { Clock, Log, Random } from '../ports.ts'
import type { LinkWork } from '../sync/link-work.ts'
import type { Turns } from '../sync/turns.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Outbox } from './outbox.ts'

/**
 * Sends one person's work, and knows what the server may have of it. How it is wired, in a session:
 *
 *     const dispatcher = createDispatcher({ clock, random, log, outbox, push: upstream.push, turns: createTurns(),
 *       overlay: mirror, changed, touched, diskRefused })
 *     const link = runLink({ …, work: dispatcher })     // asks its questions in turns, tells when it is online
 *     const upkeep = openUpkeep({ …, isAtRest: dispatcher.isAtRest })
 *
 * After each `outbox.keep` and the drawing of what was kept, and after whatever else leaves an entry `queued`: `nudge()`. `changed`
 * is the session's own: it also hands `changeset.settled` to `outbox.settled`. On closing: `stop()` before the outbox is closed.
 * Work of a person who is not shown has no mirror and no link: `overlay: null`, and whoever keeps their session calls `online`.
 */
export interface Dispatcher extends LinkWork {
  /** There may be something to send. */
  nudge(): void
  /** Nothing is under way, and the rows show all that the server is known to have. */
  isAtRest(): boolean
  /** Ends it: nothing is sent, recorded or drawn any more; what was under way stays `sending` [L1]. */
  stop(): void
}

export interface DispatcherPorts {
  clock: Clock
  random: Random
  log: Log
  outbox: Pick<Outbox, 'unsent' | 'unsettled' | 'get' | 'sending' | 'answered' | 'unanswered'>
  push: Upstream['push']
  turns: Turns
  /** Where fates are drawn; null when nobody looks. */
  overlay: Pick<Overlay, 'draw'> | null
  /** The mirror's drawing changed. */
  changed: (changeset: Changeset) => void
  /** These entries of the outbox are another than before: views of work look again. */
  touched: (ids: readonly MutationId[]) => void
  diskRefused: (problem: OpenProblem, detail: string) => void
}

export function createDispatcher(ports: DispatcherPorts): Dispatcher {
  // The sending itself follows.
  const { turns } = ports
  return {
    turns,
    nudge: () => undefined,
    isAtRest: () => true,
    stop: () => undefined,
    unsure: () => [],
    isPushing: () => false,
    learned: () => undefined,
    owed: () => undefined,
    paid: () => undefined,
    drawOwed: () => undefined,
    online: () => undefined,
    onPushed: () => undefined,
  }
}
