import type { Delta, Snapshot } from '#shared/protocol/delta.ts'
import { applyDelta, takeSnapshot, type Model } from './model.ts'

/*
 * How a window keeps up with one view, as a pure function [D1].
 *
 *   asking ── snapshot ──► following ── seq + 1 ──► following
 *     ▲                        │
 *     └── gap, newer epoch ────┘
 *
 * While asking, deltas are kept: the one that follows the snapshot may overtake it on its way.
 */
export type Following =
  | { readonly at: 'asking'; readonly model: Model | null; readonly early: readonly Delta[] }
  | { readonly at: 'following'; readonly model: Model; readonly epoch: number; readonly seq: number }

/** `ask`: a snapshot has to be asked for (again). */
export interface Step {
  readonly state: Following
  readonly ask: boolean
}

/** More early deltas than this are not worth keeping: the snapshot after the next is cheaper. */
const MAX_EARLY = 256

export const asking = (model: Model | null): Following => ({ at: 'asking', model, early: [] })

/** A question is about to be asked anew; what is shown stays until its answer. */
export const askAgain = (state: Following): Following => ({
  at: 'asking',
  model: state.model,
  early: state.at === 'asking' ? state.early : [],
})

/** The answer to our newest question: true whatever came before it. */
export function onSnapshot(state: Following, snapshot: Snapshot): Step {
  const following: Following = {
    at: 'following',
    model: takeSnapshot(state.model, snapshot.result),
    epoch: snapshot.epoch,
    seq: snapshot.seq,
  }
  const early = state.at === 'asking' ? state.early : []
  return early.reduce<Step>(
    (step, delta) => {
      const next = onDelta(step.state, delta)
      return { state: next.state, ask: step.ask || next.ask }
    },
    { state: following, ask: false },
  )
}

export function onDelta(state: Following, delta: Delta): Step {
  if (state.at === 'asking') return { state: keep(state, delta), ask: false }
  const isPast = delta.epoch < state.epoch || (delta.epoch === state.epoch && delta.seq <= state.seq)
  if (isPast) return { state, ask: false }
  const isNext = delta.epoch === state.epoch && delta.seq === state.seq + 1
  const model = isNext ? applyDelta(state.model, delta.change) : null
  if (model) return { state: { ...state, model, seq: delta.seq }, ask: false }
  return { state: { at: 'asking', model: state.model, early: [delta] }, ask: true }
}

function keep(state: Extract<Following, { at: 'asking' }>, delta: Delta): Following {
  // Dropping the oldest leaves a gap, which `onDelta` notices after the snapshot.
  return { ...state, early: [...state.early, delta].slice(-MAX_EARLY) }
}
