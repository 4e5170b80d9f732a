import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { SendTrouble, WorkFilter, WorkState } from '#shared/protocol/work.ts'
import type { BinFigures } from '../commands/look.ts'
import type { Effect } from '../commands/effects.ts'
import type { Lane, Objection } from '../commands/spec.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'

/*
 * The port to the station's own work: durable commands of one person that the server has not settled, and what became of those
 * it has. A SQLite file of its own beside the mirror, and a journal that can rebuild it; `sqlite-outbox.ts` beside this file is the
 * real one. Every call that changes something returns when it is on disk.
 */

/** What the station saw when a command was kept, for the desk. */
export interface SeenThen {
  bins: readonly BinFigures[]
  order: OrderStatus | null
}

/** A command on its way in. */
export interface NewWork {
  command: Command
  lanes: readonly Lane[]
  effects: readonly Effect[]
  doubt: Objection | null
  seen: SeenThen
}

/** One command and where it stands. */
export interface Entry extends NewWork {
  /** The order in which commands were kept; never given twice. */
  no: number
  id: MutationId
  state: WorkState
  keptAt: Millis
  trouble: SendTrouble | null
  attempts: number
  /** Not sent before this moment of the terminal's clock. */
  notBefore: Millis | null
  outcome: CommandOutcome | null
  assigned: { note: string; at: Millis } | null
  /** The command that undoes it, or that took its place. */
  undoneBy: MutationId | null
  amendedBy: MutationId | null
  history: readonly { at: Millis; event: WorkState; note: string | null }[]
}

export interface Outbox {
  /**
   * Keeps a command. A mutation id that is known gets the entry it has, as it is now.
   * @throws OutboxError when the disk refuses; nothing of it is kept then
   */
  keep(work: NewWork): { entry: Entry; isNew: boolean }
  get(id: MutationId): Entry | null
  /** `queued` and `sending`, in the order they were kept. */
  unsent(): readonly Entry[]
  /** What is not settled: `queued`, `sending` and `applied`, in the order they were kept. What the overlay draws. */
  unsettled(): readonly Entry[]
  /** Newest first. */
  page(filter: WorkFilter, offset: number, limit: number): { total: number; rows: Entry[] }
  counts(): { unsent: number; oldestUnsentAt: Millis | null; refused: number }
  /** They are about to be sent: from now on the server may have them, also when this process dies. Counts an attempt. */
  sending(ids: readonly MutationId[]): void
  /** The server has said. An outcome of a command that is not `sending` changes nothing. */
  answered(outcomes: readonly CommandOutcome[]): void
  /** No answer to use came. `unsure` stays `sending` (the server may have them), `surely` go back to `queued`. */
  unanswered(ids: readonly MutationId[], fate: 'unsure' | 'surely-not', trouble: SendTrouble): void
  /** The rows show them. */
  settled(ids: readonly MutationId[]): void
  /** Undo of a command that is `queued` and was never sent. @returns false when it may have been sent: it is left as it is */
  takeBack(id: MutationId): boolean
  /** Notes which command undoes it. */
  undone(id: MutationId, by: MutationId): void
  /** The desk. Each is for `refused` entries alone. @returns false when it is not refused (any more) */
  amended(id: MutationId, by: MutationId): boolean
  discard(id: MutationId, reason: string): boolean
  assign(id: MutationId, note: string): boolean
  close(): void
}

/** Disk trouble of the outbox, by kind. */
export type OutboxProblem = 'disk-full' | 'read-only' | 'in-use' | 'io-error' | 'from-newer-version'

export class OutboxError extends Error {
  readonly problem: OutboxProblem

  constructor(problem: OutboxProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'OutboxError'
    this.problem = problem
  }
}
