import type { FileProblem, ImportCheck } from '#shared/protocol/import.ts'
import type { PlanPart } from './plan.ts'

/* What passes between the main thread and the thread that reads a file to import. Plain data only. */

export interface ImportThreadBoot {
  file: string
  warehouseCode: string
}

/** A file that was read: what is in it, and how it is told from another. */
export interface ReadFacts {
  check: ImportCheck
  /** SHA-256 of the file. */
  hash: string
}

export interface ProblemFacts {
  kind: FileProblem
  line: number | null
  found: string[]
}

/** Asks for some rows of the plan. */
export interface RowsWanted {
  id: number
  part: PlanPart
  from: number
  to: number
}

export type FromImportThread =
  | { kind: 'progress'; readBytes: number; totalBytes: number; lines: number }
  | ({ kind: 'read' } & ReadFacts)
  | { kind: 'problem'; problem: ProblemFacts }
  | { kind: 'rows'; id: number; rows: unknown[] }
