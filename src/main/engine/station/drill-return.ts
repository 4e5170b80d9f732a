import type { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import type { DrillReport } from '#shared/protocol/fleet.ts'
import { unsentStates, type WorkState } from '#shared/protocol/work.ts'

/** What a drill looks at in the station around it. */
export interface DrillSubject {
  isCaughtUp(): boolean
  unsent(): readonly { id: MutationId; keptAt: Millis }[]
  stateOf(id: MutationId): WorkState | null
  /** Every scope the mirror holds. */
  scopes(): readonly Scope[]
}

type Figures = DrillReport['figures']

/** What the way back takes: from the network to live, to everything sent, to figures that are proved. */
export interface DrillReturn {
  /** Something happened that may be a step of it. */
  look(): void
  proved(proof: Proof): void
  isComplete(): boolean
  measured(): Pick<DrillReport, 'liveAfterMs' | 'sentAfterMs' | 'refused' | 'figures'>
}

/** @param done commands that were done while the station was offline */
export function measureReturn(
  done: readonly MutationId[],
  station: DrillSubject,
  monotonicMs: () => number,
): DrillReturn {
  const openedAt = monotonicMs()
  const passed = (): number => Math.round(monotonicMs() - openedAt)
  let liveAfterMs: number | null = null
  let sentAfterMs: number | null = null
  const proofs = new Map<Scope, Proof['outcome']>()

  const isUnsent = (id: MutationId): boolean => {
    const state = station.stateOf(id)
    return state !== null && unsentStates.includes(state)
  }

  function look(): void {
    if (liveAfterMs === null && station.isCaughtUp()) liveAfterMs = passed()
    if (liveAfterMs !== null && sentAfterMs === null && !done.some(isUnsent)) sentAfterMs = passed()
  }

  function figures(): Figures {
    const outcomes = station.scopes().map((scope) => proofs.get(scope) ?? 'unproven')
    // The worst of them, for one scope that differs is enough.
    return worstFirst.find((outcome) => outcomes.includes(outcome)) ?? 'equal'
  }

  return {
    look,
    proved({ scope, outcome }) {
      look()
      if (sentAfterMs !== null) proofs.set(scope, outcome)
    },
    isComplete: () => sentAfterMs !== null && station.scopes().every((scope) => proofs.has(scope)),
    measured: () => ({
      liveAfterMs,
      sentAfterMs,
      refused: done.filter((id) => station.stateOf(id) === 'refused').length,
      figures: sentAfterMs === null ? 'unproven' : figures(),
    }),
  }
}

const worstFirst: readonly Figures[] = ['differs', 'unproven', 'repaired', 'equal']
