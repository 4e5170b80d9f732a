import type { Scope } from '#shared/domain/scope.ts'
import type { Digest } from '#shared/protocol/server.ts'
import type { OpenProblem, Soundness } from './mirror.ts'

/* What passes between the engine thread and the inspector's. */

/** What the thread is started with (`workerData`). */
export interface InspectorBoot {
  path: string
  nativeBinding: string | null
}

export type Question = { ask: 'digest'; scope: Scope } | { ask: 'quick-check' } | { ask: 'checkpoint' }

/** The answer to each question. */
export interface Inspection {
  digest: Digest
  'quick-check': Soundness
  checkpoint: null
}

export type Asked = Question & { id: number }

export type Inspected =
  | { id: number; kind: 'answer'; value: Inspection[keyof Inspection] }
  /** `problem` is null when it is a mistake of ours. */
  | { id: number; kind: 'failed'; problem: OpenProblem | null; message: string }
