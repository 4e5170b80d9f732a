import { z } from 'zod'
import { Scope } from '../domain/scope.ts'
import { FeedKind, LinkStatus } from './status.ts'

/*
 * What a station knows of its own health: shown by the diagnostics screen, printed by `npm run doctor`, and kept beside
 * the mirror so that it outlives a restart.
 */

const millis = z.number()

const LinkState = z.enum(LinkStatus.options.map((option) => option.shape.at.value))

/** One move of the link, e.g. from `live` to `waiting`, and what caused it. */
export const LinkMove = z.object({
  /** This terminal's clock. */
  at: millis,
  from: LinkState,
  to: LinkState,
  /** The event that moved it, and its reason by kind where it has one. */
  by: z.string(),
  because: z.string().nullable(),
})
export type LinkMove = z.infer<typeof LinkMove>

/**
 * One comparison of a scope with the server, by digest.
 * `equal`: every bucket compared was the same. `repaired`: some were not, and are now. `differs`: some still are not.
 * `unproven`: it could not be carried out (no answer, or the scope moved all the time).
 */
export const Proof = z.object({
  /** This terminal's clock. */
  at: millis,
  scope: Scope,
  outcome: z.enum(['equal', 'repaired', 'differs', 'unproven']),
  /** The head at which both were compared; null when there was no answer. */
  head: z.int().nullable(),
  /** Buckets (a table's rows by the first byte of their id) compared, left out because they were changing, and found different. */
  compared: z.int(),
  changing: z.int(),
  differing: z.int(),
  rowsRepaired: z.int(),
})
export type Proof = z.infer<typeof Proof>

/** What SQLite says of its own file. `problems` are its words, at most a few. */
export const IntegrityCheck = z.object({ at: millis, sound: z.boolean(), problems: z.array(z.string()) })
export type IntegrityCheck = z.infer<typeof IntegrityCheck>

/** How far a scope is: `head` is the server's newest number as last heard of, at `headAt` (server time). */
export const ScopeProgress = z.object({
  scope: Scope,
  epoch: z.string().nullable(),
  cursor: z.int(),
  head: z.int().nullable(),
  headAt: millis.nullable(),
  /** The newest comparison with the server. */
  proof: Proof.nullable(),
})
export type ScopeProgress = z.infer<typeof ScopeProgress>

export const MirrorHealth = z.object({
  schemaVersion: z.int(),
  fileBytes: z.int(),
  logBytes: z.int(),
  /** Rows the server sent that this version cannot read. */
  unreadableRows: z.int(),
  integrity: IntegrityCheck.nullable(),
})
export type MirrorHealth = z.infer<typeof MirrorHealth>

/** The value of the `diagnostics` view. Lists are newest first. */
export const Diagnostics = z.object({
  feed: FeedKind,
  history: z.array(LinkMove),
  scopes: z.array(ScopeProgress),
  proofs: z.array(Proof),
  /** Times since the start that realtime was found deaf, and rows put right by a comparison with the server. */
  misses: z.int(),
  rowsRepaired: z.int(),
  /** Null while no user's mirror is open. */
  mirror: MirrorHealth.nullable(),
})
export type Diagnostics = z.infer<typeof Diagnostics>
