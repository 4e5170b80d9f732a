import type { MutationId } from '#shared/domain/ids.ts'
import { mayGo } from './lanes.ts'
import type { Entry } from './outbox.ts'

/** Commands in one push. */
export const BATCH_LIMIT = 100

type Going = readonly Entry[]

/**
 * What goes with what. Most work goes together, as it was kept; what the server could not take together goes by halves; what it could
 * not take alone goes alone, now and then. The three take turns, so that none waits for the end of another [O4].
 */
export interface Batches {
  /**
   * What goes next; empty when nothing may go now.
   * @param unsent in the order they were kept
   * @param nowMs monotonic
   */
  next(unsent: readonly Entry[], nowMs: number): Going
  /** The server could not take these together: each half goes by itself. */
  halve(ids: readonly MutationId[]): void
  /** The server could not take it alone either: it goes alone from now on, and not before `dueAt` (monotonic). */
  setAside(id: MutationId, dueAt: number): void
  /** The server has decided on these. */
  decided(ids: readonly MutationId[]): void
  /** When the next of those set aside is due that is not due now (monotonic); null when there is none. */
  nextDueAt(nowMs: number): number | null
}

export function createBatches(): Batches {
  let parts: (readonly MutationId[])[] = []
  const aside = new Map<MutationId, number>()

  function ofTheWhole(unsent: readonly Entry[]): Going {
    const inParts = new Set(parts.flat())
    return mayGo(unsent, ({ id }) => !inParts.has(id) && !aside.has(id), BATCH_LIMIT)
  }

  /** Of a part, what waits for an earlier one of its lane goes with the whole again, when its time has come. */
  function ofAPart(unsent: readonly Entry[]): Going {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      const meant = new Set(part)
      const going = mayGo(unsent, ({ id }) => meant.has(id) && !aside.has(id), BATCH_LIMIT)
      if (going.length > 0) return going
    }
    return []
  }

  function ofThoseAside(unsent: readonly Entry[], nowMs: number): Going {
    for (const { id } of unsent) {
      if ((aside.get(id) ?? Infinity) > nowMs) continue
      const going = mayGo(unsent, (entry) => entry.id === id, 1)
      if (going.length > 0) return going
    }
    return []
  }

  /** The first is the one that has waited longest for its turn. */
  const sources = [ofAPart, ofTheWhole, ofThoseAside]

  return {
    next(unsent, nowMs) {
      for (const source of [...sources]) {
        const going = source(unsent, nowMs)
        if (going.length === 0) continue
        sources.push(...sources.splice(sources.indexOf(source), 1))
        return going
      }
      return []
    },
    halve(ids) {
      const middle = Math.ceil(ids.length / 2)
      parts = [ids.slice(0, middle), ids.slice(middle), ...parts]
    },
    setAside: (id, dueAt) => void aside.set(id, dueAt),
    decided(ids) {
      for (const id of ids) aside.delete(id)
    },
    nextDueAt(nowMs) {
      const later = [...aside.values()].filter((dueAt) => dueAt > nowMs)
      return later.length > 0 ? Math.min(...later) : null
    },
  }
}
