import type { MutationId } from '#shared/domain/ids.ts'

/**
 * The mutation ids of what is done without a form, by what it means: asked for again, the same intent has the same id, so that a
 * double click or another try never makes two commands. A form keeps its own.
 */
export interface MutationIds {
  of(intent: string): MutationId
  /** It is kept: the next time the same is meant, it is something new. */
  done(intent: string): void
}

export const newMutationId = (): MutationId => crypto.randomUUID() as MutationId

export function createMutationIds(make: () => MutationId = newMutationId): MutationIds {
  const ids = new Map<string, MutationId>()
  return {
    of(intent) {
      const known = ids.get(intent) ?? make()
      ids.set(intent, known)
      return known
    },
    done: (intent) => void ids.delete(intent),
  }
}
