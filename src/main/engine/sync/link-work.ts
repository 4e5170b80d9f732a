import type { CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Fates } from '../mirror/mirror.ts'
import type { Turns } from './turns.ts'

/** Heads that contain what a push has brought to the server. */
export type Heads = ReadonlyMap<Scope, number>

/** The numbers of rows that are a command's own, in (after, to]. */
export interface OwnRows {
  scope: Scope
  after: number
  to: number
}

/** How a push has ended. */
export interface Pushed {
  heads: Heads
  /** It got no answer, and a question would tell what became of it. False also when the server asked to be left alone. */
  isWorthAsking: boolean
}

/**
 * The station's own work, as far as the link has to do with it: what a question about rows must carry, what its answer tells of
 * it, and when a poke may not be applied in place. `createDispatcher` makes the real one.
 */
export interface LinkWork {
  /** Questions about rows and pushes of work take turns. */
  readonly turns: Turns
  /** Commands that the server may have without our knowing. They go with every question until their fate is known. */
  unsure(): readonly MutationId[]
  /** Somebody has given this station work a moment ago, and may be about to give it more. */
  isWorkedAt(): boolean
  /** A push is under way: who can wait for its end is told by `onPushed`. */
  isPushing(): boolean
  /**
   * What an answer told of the unsure commands it was asked about. Kept on disk when this returns, and owed to the mirror.
   * @param begunAnew scopes whose history the same answer begins anew
   * @throws OutboxError when the disk refuses; no row of that answer may be shown then
   */
  learned(
    asked: readonly MutationId[],
    outcomes: readonly CommandOutcome[],
    begunAnew?: ReadonlySet<Scope>,
  ): void
  /** Where the rows are of commands that the server has applied and this station still draws itself. */
  ownRows(): readonly OwnRows[]
  /** What has become of commands and is not drawn yet: to be handed to the mirror with the next batch. */
  owed(): Fates | undefined
  /** A batch has taken along all that was owed. */
  paid(): void
  /**
   * Draws what no batch took along.
   * @throws MirrorError when the disk refuses; it stays owed then
   */
  drawOwed(): void
  /** Whether there is a server that takes work: it has answered a question about rows, and the connection stands. */
  online(is: boolean): void
  /** Whoever is to hear that a push has ended, however it did; null: nobody. */
  onPushed(listener: ((pushed: Pushed) => void) | null): void
}

/** A link beside which nobody works. */
export const noWork: LinkWork = {
  turns: { take: (work) => work() },
  unsure: () => [],
  isWorkedAt: () => false,
  isPushing: () => false,
  learned: () => undefined,
  ownRows: () => [],
  owed: () => undefined,
  paid: () => undefined,
  drawOwed: () => undefined,
  online: () => undefined,
  onPushed: () => undefined,
}
