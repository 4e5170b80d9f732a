import { z } from 'zod'
import { MemberRole } from '../domain/rows.ts'
import { UserId, WarehouseId } from '../domain/ids.ts'

const millis = z.number()

/** Why we wait before the next try. */
export const WaitReason = z.enum([
  'no-network',
  'no-answer',
  'server-error',
  'not-supabase',
  'wrong-key',
  'rate-limited',
  'disk',
])
export type WaitReason = z.infer<typeof WaitReason>

/** How the station hears that something moved. `polling`: it does not, it asks again and again. */
export const FeedKind = z.enum(['broadcast', 'postgres-changes', 'polling'])
export type FeedKind = z.infer<typeof FeedKind>

/**
 * Why there is no live connection although the server answers questions. `deaf`: it looked open, and brought nothing of
 * what a pull found. `chosen`: the station is set to poll.
 */
export const DegradedReason = z.enum([
  'realtime-refused',
  'websocket-blocked',
  'rate-limited',
  'deaf',
  'chosen',
])
export type DegradedReason = z.infer<typeof DegradedReason>

/** The connection, as a person is told of it. `live` means caught up and listening, never just "socket open". */
export const LinkStatus = z.discriminatedUnion('at', [
  z.object({ at: z.literal('offline'), since: millis }),
  z.object({ at: z.literal('connecting'), since: millis, attempt: z.int() }),
  z.object({
    at: z.literal('catching-up'),
    since: millis,
    /** Changes applied and changes known to be missing in this catch-up; `first` while the first download runs. */
    done: z.int(),
    total: z.int(),
    first: z.boolean(),
  }),
  z.object({ at: z.literal('live'), since: millis }),
  /** Caught up by asking every `pollEveryMs` (about): right as of the last answer, never instantly. */
  z.object({
    at: z.literal('degraded'),
    since: millis,
    because: DegradedReason,
    pollEveryMs: z.int(),
    /** When the live connection is tried again; null when polling was chosen. */
    until: millis.nullable(),
  }),
  z.object({
    at: z.literal('waiting'),
    since: millis,
    until: millis,
    attempt: z.int(),
    because: WaitReason,
  }),
  z.object({
    at: z.literal('signed-out'),
    because: z.enum(['never-signed-in', 'asked', 'session-ended', 'revoked']),
  }),
  z.object({ at: z.literal('incompatible'), because: z.enum(['server-newer', 'server-older']) }),
  z.object({ at: z.literal('stopped') }),
])
export type LinkStatus = z.infer<typeof LinkStatus>

/** `in-use`: another console has this user's file. `failing`: the disk gave an error that says nothing of the file. */
export const DiskStatus = z.enum([
  'ok',
  'full',
  'read-only',
  'damaged-rebuilt',
  'from-newer-version',
  'in-use',
  'failing',
])
export type DiskStatus = z.infer<typeof DiskStatus>

/** The value of the `status` view: everything the freshness bar says. */
export const Status = z.object({
  link: LinkStatus,
  /** Server time up to which the shown figures are known to be complete; null before the first download. */
  asOf: millis.nullable(),
  /** When it was last caught up (terminal clock); null while it is live or degraded. "Offline since 14:02". */
  lostAt: millis.nullable(),
  /** Terminal clock minus server clock, once measured. */
  clockOffsetMs: z.number().nullable(),
  user: z.object({ id: UserId, email: z.string(), displayName: z.string() }).nullable(),
  server: z.object({ url: z.string(), embedded: z.boolean() }).nullable(),
  memberships: z.array(z.object({ warehouseId: WarehouseId, role: MemberRole })),
  disk: DiskStatus,
  /** Set while this station plays an outage: it is offline on purpose until then (terminal clock). */
  drill: z.object({ since: millis, until: millis, calledBy: z.string().nullable() }).nullable(),
})
export type Status = z.infer<typeof Status>
