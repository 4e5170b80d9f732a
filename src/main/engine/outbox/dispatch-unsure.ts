import type { MutationId } from '#shared/domain/ids.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { Clock } from '../ports.ts'

/** What does not show at the server this long after its last push without an answer will not be delivered any more. */
export const LATE_DELIVERY_MS = MINUTE_MS

/**
 * The commands that the server may have without our knowing. They stay that until an outcome tells, even when a pull did not find
 * them: their push may still be on its way, and to send them again is harmless [O2].
 */
export interface Unsure {
  ids(): MutationId[]
  has(id: MutationId): boolean
  /** They are being sent. */
  add(ids: readonly MutationId[]): void
  /** A push of them got no answer: from now on it is on its way. */
  unanswered(ids: readonly MutationId[]): void
  delete(id: MutationId): void
  /** A pull was asked about these and told nothing of them. */
  notFound(ids: readonly MutationId[]): void
  /** Whether an earlier push may have brought it to the server: false when a pull that came late enough did not find it. */
  mayBeThere(id: MutationId): boolean
}

export function createUnsure(clock: Pick<Clock, 'monotonicMs'>): Unsure {
  const pushedAt = new Map<MutationId, number>()
  const absent = new Set<MutationId>()
  return {
    ids: () => [...pushedAt.keys()],
    has: (id) => pushedAt.has(id),
    add(ids) {
      for (const id of ids) if (!pushedAt.has(id)) pushedAt.set(id, clock.monotonicMs())
    },
    unanswered(ids) {
      for (const id of ids) {
        pushedAt.set(id, clock.monotonicMs())
        absent.delete(id)
      }
    },
    delete(id) {
      pushedAt.delete(id)
      absent.delete(id)
    },
    notFound(ids) {
      for (const id of ids) {
        const since = pushedAt.get(id)
        if (since !== undefined && clock.monotonicMs() - since >= LATE_DELIVERY_MS) absent.add(id)
      }
    },
    mayBeThere: (id) => pushedAt.has(id) && !absent.has(id),
  }
}
