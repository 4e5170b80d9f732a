import type { IntegrityCheck, LinkMove, Proof, ScopeProgress } from '#shared/protocol/diagnostics.ts'

/* What the doctor found: printed in words, or as it is with --json. It names no secret and no row. */

export interface Report {
  /** ISO time of this examination. */
  at: string
  version: string
  /** What the doctor itself runs on. */
  runtime: string
  folder: string
  server: ServerReport | null
  mirrors: MirrorReport[]
  /** Each with what to do about it; empty when all is well. */
  problems: Finding[]
  /** Worth knowing, and nothing to be done. */
  notes: string[]
}

export type Judgement = Pick<Report, 'problems' | 'notes'>

export interface Finding {
  problem: string
  advice: string
}

export interface ServerReport {
  url: string
  /** Where the address was found. */
  from: 'environment' | 'settings' | 'embedded-backend' | 'mirror'
  answer:
    | { kind: 'answers'; latencyMs: number; clockOffsetMs: number | null }
    | { kind: 'no-key' }
    | { kind: 'failed'; because: string; detail: string }
}

/** Milliseconds of the last 24 hours. `unknown`: the console did not run, or its record does not reach back that far. */
export interface LinkTimes {
  live: number
  degraded: number
  offline: number
  unknown: number
}

/** A comparison with the server, made by the doctor. */
export interface LiveComparison {
  scope: string
  cursor: number
  head: number | null
  outcome: 'equal' | 'differs' | 'behind' | 'other-epoch' | 'no-answer'
  differing: string[]
}

export interface MirrorReport {
  file: string
  /** Why nothing more can be said; null when the file could be read. */
  trouble: 'damaged' | 'from-newer-version' | 'unreadable' | null
  detail: string | null
  owner: string | null
  server: string | null
  /** ISO time up to which the mirror was known complete. */
  asOf: string | null
  /** Whether a console has it open now. */
  inUse: boolean
  /** Found damaged in use: it is set aside at the next opening. */
  distrusted: boolean
  fileBytes: number
  logBytes: number
  schemaVersion: number | null
  /** What SQLite said when the doctor asked it. */
  integrity: Omit<IntegrityCheck, 'at'> | null
  /** What it said when the console last asked. */
  lastCheck: IntegrityCheck | null
  unreadableRows: number
  scopes: (ScopeProgress & { lag: number | null })[]
  /** The newest first. */
  history: LinkMove[]
  times: LinkTimes
  proofs: Proof[]
  /** In the last 24 hours: how often realtime was found deaf, and rows put right. */
  misses: number
  rowsRepaired: number
  comparison: LiveComparison[] | null
}
