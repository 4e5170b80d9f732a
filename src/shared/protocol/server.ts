import { z } from 'zod'
import { CommandOutcome } from '../domain/commands.ts'
import { UserId } from '../domain/ids.ts'
import { Scope } from '../domain/scope.ts'

/*
 * What travels between a station and the server's sync functions (supabase/migrations). Rows inside a change are parsed
 * one by one against `rowSchemas`, so that one unreadable row is reported by its id and does not hide the others.
 */

/** Bumped with every change of the tables that an older station could not read. */
export const SCHEMA_VERSION = 3

/** Only looked at, not copied: a page has thousands of them, and each is parsed again by its table's schema. */
const UnreadRow = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'Invalid input: expected an object',
)

/** The newest state of one row at `seq`, or its tombstone (`row: null`): the row was deleted or left the scope. */
export const Change = z.object({
  table: z.string(),
  id: z.guid(),
  seq: z.int().min(1),
  row: UnreadRow.nullable(),
})
export type Change = z.infer<typeof Change>

/**
 * How far our mirror is in one scope. `epoch: null` and `seq: 0` ask for everything.
 * `as_of` is the server's time in the answer (or poke) that brought the mirror to `seq`, handed back unread: it lets the
 * server tell a first download that is still under way from a mirror so old that tombstones it needs are pruned.
 * Without it, a cursor below the pruned point must refetch.
 */
export const Cursor = z.object({
  scope: Scope,
  epoch: z.guid().nullable(),
  seq: z.int().min(0),
  as_of: z.string().nullable().optional(),
})
export type Cursor = z.infer<typeof Cursor>

/**
 * One scope's part of a pull. `changes` are in ascending seq and complete for (from, to]; `to` equals `head` when
 * nothing more waits. `must_refetch`: the cursor's epoch is gone or its tombstones are pruned; the page then starts
 * from 0 and the mirror must drop what it had of the scope when it applies it.
 */
export const ScopePage = z.object({
  scope: Scope,
  epoch: z.guid(),
  from: z.int().min(0),
  to: z.int().min(0),
  head: z.int().min(0),
  has_more: z.boolean(),
  must_refetch: z.boolean(),
  changes: z.array(Change),
})
export type ScopePage = z.infer<typeof ScopePage>

/**
 * Answer of `sync_pull(cursors jsonb, page_limit int, unsure uuid[])`. `granted` lists every scope this user may read, asked for
 * or not. `outcomes`: of those `unsure` commands that the server has decided, in the same snapshot as the pages. One that is not
 * among them was not applied as far as these pages reach.
 */
export const PullAnswer = z.object({
  uid: UserId,
  server_time: z.string(),
  schema_version: z.int(),
  min_client: z.int(),
  granted: z.array(Scope),
  pages: z.array(ScopePage),
  outcomes: z.array(CommandOutcome).default([]),
})
export type PullAnswer = z.infer<typeof PullAnswer>

/**
 * Broadcast event `poke` on the private channel `sync:<scope>`: the head moved over [from, to] (both inclusive).
 * `changes` ride along when they are small; applied in place only if `from` is our cursor + 1 in the same epoch.
 */
export const Poke = z.object({
  scope: Scope,
  epoch: z.guid(),
  from: z.int().min(1),
  to: z.int().min(1),
  /** Server time of the commit's statement. */
  at: z.string(),
  changes: z.array(Change).optional(),
})
export type Poke = z.infer<typeof Poke>

/** Answer of `report_station(report)`: whether it was kept (it may come too soon), and when the next is wanted. */
export const ReportAnswer = z.object({ server_time: z.string(), kept: z.boolean(), next_ms: z.int().min(1) })
export type ReportAnswer = z.infer<typeof ReportAnswer>

/** Answer of `sync_digest(scope)`: per table and first byte of the id (two hex digits), how many rows and the sum of their seq. */
export const Digest = z.object({
  scope: Scope,
  epoch: z.guid(),
  head: z.int().min(0),
  buckets: z.array(z.object({ table: z.string(), bucket: z.string(), count: z.int(), seq_sum: z.int() })),
})
export type Digest = z.infer<typeof Digest>

/** One part of a digest: the rows of a table whose id starts with this byte (two hex digits). */
export const Bucket = z.object({ table: z.string(), bucket: z.string().length(2) })
export type Bucket = z.infer<typeof Bucket>

/**
 * Answer of `sync_buckets(scope, buckets)`: every row these buckets hold at `head`, in one snapshot, tombstones left out.
 * What the mirror holds of them beyond that, up to `head`, is wrong.
 */
export const BucketRows = z.object({
  uid: UserId,
  scope: Scope,
  epoch: z.guid(),
  head: z.int().min(0),
  server_time: z.string(),
  changes: z.array(Change),
})
export type BucketRows = z.infer<typeof BucketRows>
