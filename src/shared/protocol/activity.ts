import { z } from 'zod'
import { EventId, StockWork } from '../domain/events.ts'
import { OrderId, ProductId, RowId, StationId, UserId } from '../domain/ids.ts'
import { OrderStatus, Severity } from '../domain/rows.ts'

/*
 * What happens in a warehouse, as events tell it: hints, kept in memory since the start of the session and shown with the names
 * this station knows. A list that is empty says nothing but that nothing was heard; no figure is read from it.
 */

/** What it is about, by the event's kind. */
export const ActivityAbout = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('inventory_updated'),
    productId: ProductId,
    /** Null when this station does not have the product (yet). */
    product: z.object({ sku: z.string(), name: z.string() }).nullable(),
    bin: z.string().nullable(),
    work: StockWork,
  }),
  z.object({
    kind: z.literal('order_status_changed'),
    orderId: OrderId,
    /** The order's number; null when this station does not have it (yet). */
    number: z.string().nullable(),
    status: OrderStatus,
  }),
  z.object({ kind: z.literal('user_activity'), what: z.enum(['arrived', 'left', 'back']) }),
  z.object({
    kind: z.literal('system_alert'),
    severity: Severity,
    text: z.string(),
    /** The alert it announces; null when somebody just said so. */
    alertId: RowId.nullable(),
  }),
  z.object({
    kind: z.literal('notification'),
    severity: Severity,
    title: z.string(),
    notificationId: RowId.nullable(),
  }),
])
export type ActivityAbout = z.infer<typeof ActivityAbout>

export const ActivityItem = z.object({
  id: EventId,
  /** Server time. */
  at: z.number(),
  /** Who, and where, as the server vouches for it. Names are null when this station does not know them. */
  from: z.object({
    userId: UserId.nullable(),
    name: z.string().nullable(),
    stationId: StationId.nullable(),
    station: z.string().nullable(),
  }),
  /** Whom it was for: this warehouse, the whole site, or the signed-in person alone. */
  to: z.enum(['warehouse', 'site', 'user']),
  /** Whether it came from this station. */
  sentBy: z.enum(['this-station', 'another']),
  /** How many older ones of the same matter it stands for as well. */
  merged: z.int(),
  about: ActivityAbout,
})
export type ActivityItem = z.infer<typeof ActivityItem>

/** Since the start of the session. offered = sent + merged + turnedAway + stale + crowdedOut + waiting. */
export const OutgoingCounts = z.object({
  /** Events this station had to tell. */
  offered: z.int(),
  sent: z.int(),
  /** Overtaken by a newer one of the same key before they were sent. */
  merged: z.int(),
  /** Not taken by the server, for good. */
  turnedAway: z.int(),
  /** Too old to be worth telling, mostly after an outage. */
  stale: z.int(),
  /** Given up because too many others waited. */
  crowdedOut: z.int(),
  waiting: z.int(),
})
export type OutgoingCounts = z.infer<typeof OutgoingCounts>

/** Since the start of the session. Everything heard is one of the four. */
export const IncomingCounts = z.object({
  received: z.int(),
  duplicates: z.int(),
  /** Of a kind this console does not know. */
  unknown: z.int(),
  invalid: z.int(),
})
export type IncomingCounts = z.infer<typeof IncomingCounts>

/** No more items are kept for a warehouse. */
export const MAX_ACTIVITY = 200

/** The value of the `activity` view: newest first. */
export const Activity = z.object({
  events: z.array(ActivityItem),
  outgoing: OutgoingCounts,
  incoming: IncomingCounts,
})
export type Activity = z.infer<typeof Activity>

/** Nothing heard, nothing said. */
export const noActivity: Activity = {
  events: [],
  outgoing: { offered: 0, sent: 0, merged: 0, turnedAway: 0, stale: 0, crowdedOut: 0, waiting: 0 },
  incoming: { received: 0, duplicates: 0, unknown: 0, invalid: 0 },
}
