import type { z } from 'zod'
import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import type { MutationId, UserId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Bucket, BucketRows, Cursor, Digest, Poke, PullAnswer } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'

/*
 * The port to the server: what the engine needs of Supabase, and nothing more. `supabase.ts` beside this file is the only
 * importer of supabase-js. Every failure comes back as a kind, never as a text to be searched.
 */

export type Failure =
  /** No answer: refused, timed out, name not found, cable out. */
  (
    | { kind: 'offline'; detail: string }
    /** The server answered that it cannot now. `afterMs`: as long as it asked for, as it asked for it. */
    | { kind: 'retry'; afterMs: number | null; because: 'server-error' | 'rate-limited'; detail: string }
    /** There is no valid user session (any more); only a person can help. */
    | { kind: 'signed-out'; because: 'no-session' | 'session-ended' | 'revoked'; detail: string }
    /** Something answered that is not a Supabase project with our migrations. */
    | { kind: 'not-supabase'; detail: string }
    | { kind: 'wrong-key'; detail: string }
    /** The server understood and said no. */
    | { kind: 'refused'; code: string; detail: string }
  ) &
    FeedFailure

/**
 * What only the failure of a feed may carry. How a feed fails, and what it means once a question over HTTP was answered:
 *
 * | `lost` with                                  | what happened                                                         |
 * |----------------------------------------------|-----------------------------------------------------------------------|
 * | `websocket: 'unopened'`, any kind            | no websocket could be opened: a proxy or firewall answered the        |
 * |                                              | handshake (`refused`, code `websocket-<HTTP status>`, or `retry` for  |
 * |                                              | 429 and 5xx) or let it go unanswered (`offline`)                      |
 * | `retry`, `because: 'rate-limited'`           | Realtime's own limits, at the handshake, at a join or in the middle   |
 * | `refused`, code `websocket-<HTTP status>`    | Realtime itself refused the handshake, without the mark above         |
 * | `refused`, any other code                    | a join or subscription refused: `realtime-refused` when Realtime gave |
 * |                                              | no code of its own, else its code, such as `Unauthorized`             |
 * | `retry`, `because: 'server-error'`           | a restart, a channel closed, a token refused (renewed by then)        |
 * | `offline` without the mark                   | an open socket was lost or fell silent                                |
 * | `signed-out`, `wrong-key`, `not-supabase`    | the session could not be renewed, as for any question                 |
 */
interface FeedFailure {
  websocket?: 'unopened'
}

export type Outcome<T> = { kind: 'settled'; value: T } | Failure

export interface UpstreamUser {
  id: UserId
  email: string
}

/** What the realtime feed says. Each call only enqueues: a handler never throws back into the socket. */
export interface FeedEvents {
  /** All channels joined and streaming: a pull from here on misses nothing that is not also poked. */
  streaming(): void
  poke(poke: Poke): void
  /**
   * A head moved, but not what changed (the postgres_changes feed, or a poke that we cannot read).
   * @param head the scope's new head, or null when that is not known either
   */
  moved(scope: Scope, head: number | null): void
  /** The feed is over and will not recover by itself. */
  lost(failure: Failure): void
}

export interface Feed {
  /** Asks the socket for a sign of life; resolves to false when none came within `deadlineMs`. */
  heartbeat(deadlineMs: number): Promise<boolean>
  close(): Promise<void>
}

export interface Upstream {
  /** The user whose session rests on this station, read from disk, never from the network; null when there is none. */
  restUser(): Promise<UpstreamUser | null>
  signIn(email: string, password: string): Promise<Outcome<UpstreamUser>>
  /** Forgets the session on this station, and tells the server when it can be reached. */
  signOut(): Promise<void>
  /**
   * Lets the session rest apart, under its user's name, so that the next person's does not take its place; or again as the
   * station's own. It goes on as it is: this is for work that its user left unsent.
   * @throws what the store of secrets throws
   */
  setApart(apart: boolean): Promise<void>
  /** Makes sure of a valid user token (refreshing it when needed) before a connection is tried. */
  authenticate(): Promise<Outcome<UpstreamUser>>
  /** Answers whether a Supabase project with our functions is at this address, without a session. */
  probe(): Promise<Outcome<{ serverTime: Millis | null }>>
  /** @param unsure commands that were sent and never answered: their fate comes with the pages, from the same moment */
  pull(
    cursors: readonly Cursor[],
    pageLimit: number,
    unsure?: readonly MutationId[],
  ): Promise<Outcome<PullAnswer>>
  digest(scope: Scope): Promise<Outcome<Digest>>
  /** Every row of these buckets as the server has it now. */
  buckets(scope: Scope, buckets: readonly Bucket[]): Promise<Outcome<BucketRows>>
  /** One outcome for each command, in their order; an answer with more or fewer is none. */
  push(commands: readonly Command[]): Promise<Outcome<CommandOutcome[]>>
  /**
   * Asks one of our own functions that is neither sync nor work: the ledger, a station's report, events.
   * @param name of a function in supabase/migrations
   * @param answer its shape; another one is `not-supabase`
   */
  call<T>(name: string, args: Record<string, unknown>, answer: z.ZodType<T>): Promise<Outcome<T>>
  /** Opens the realtime feed for these scopes. Events of a closed feed are silent [L1]. */
  listen(scopes: readonly Scope[], events: FeedEvents): Feed
  /**
   * Who hears the messages of the event channels from the next feed on, as they come: nobody has looked at what is in them. They
   * come beside the feed, and what becomes of their channels is no trouble of it. There are none where private channels are off.
   * @returns takes the listener away
   */
  hearEvents(heard: (message: unknown) => void): () => void
  /** Ends timers and sockets. */
  stop(): Promise<void>
}
