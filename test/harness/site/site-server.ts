import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Bucket, BucketRows, Change, Cursor, Digest, Poke, PullAnswer } from '#shared/protocol/server.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'
import type { Row, Statement } from './tables.ts'

export interface ScopeHead {
  scope: Scope
  epoch: string
  head: number
}

/** What the server lets a user read now: every mirrored table's rows. */
export type Readable = ReadonlyMap<MirroredTable, readonly Row[]>

/**
 * The port to a site's server, without any network: `memory-server.ts` and `postgres-server.ts` beside this file. What it
 * tells, it tells at once and truly; losing and twisting it is the line's business.
 */
export interface SiteServer {
  readonly kind: 'memory' | 'postgres'

  /** @param unsure commands whose fate is told with the pages, from the same moment */
  pull(
    user: UserId,
    cursors: readonly Cursor[],
    pageLimit: number,
    unsure?: readonly MutationId[],
  ): Promise<PullAnswer>
  /** Does the commands, in their order. Absent where this kind of server takes none. */
  push?(user: UserId, commands: readonly Command[]): Promise<CommandOutcome[]>
  /** Null when the scope is not granted to this user. */
  digest(user: UserId, scope: Scope): Promise<Digest | null>
  buckets(user: UserId, scope: Scope, buckets: readonly Bucket[]): Promise<BucketRows | null>
  granted(user: UserId): Promise<Scope[]>
  /** Every poke of every scope, in commit order. @returns stops hearing */
  hear(listener: (poke: Poke) => void): () => void
  listeners(): number

  addUser(user: UserId, name: string): Promise<void>
  write(statement: Statement): Promise<void>
  /** Keeps a copy of everything, for `restore`. */
  backUp(): Promise<void>
  /** Everything is as it was at the last `backUp`, under new epochs. */
  restore(): Promise<void>
  /** Forgets tombstones older than this. */
  prune(keepMs: number): Promise<void>
  schema(settings: { version: number; minClient: number }): Promise<void>

  heads(): Promise<ScopeHead[]>
  readable(user: UserId): Promise<Readable>
  /** The newest state of every row of a scope, tombstones included; null where asking takes too long to do it often. */
  entries(scope: Scope): readonly Change[] | null
  /** Asks the tables themselves, past every right; absent where there is no SQL. */
  query?<R extends Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]>
  stop(): Promise<void>
}
