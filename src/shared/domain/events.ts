import { z } from 'zod'
import { OrderId, ProductId, RowId, StationId, UserId } from './ids.ts'
import { OrderStatus, Severity } from './rows.ts'
import { Scope } from './scope.ts'

/*
 * What consoles tell each other at once: hints, at most seconds old. Nothing that must not be missed is only an event: rows are
 * the truth, and whoever hears an event knows no more than that something has happened. So no event carries a figure.
 * `send_events` in supabase/migrations holds every field to the same rules, and stamps who sent it and when.
 */

/** Made by the sender; says the same thing when it is sent again. */
export const EventId = z.guid().brand<'EventId'>()
export type EventId = z.infer<typeof EventId>

/** Whom it is for, which is also the name of the private channel it goes over: `site`, `warehouse:<id>` or `user:<id>`. */
export const EventTarget = Scope.refine((scope) => !scope.startsWith('ledger:'))
export type EventTarget = z.infer<typeof EventTarget>

/** The work that moved stock. A newer console's reads as `other`. */
export const StockWork = z
  .enum(['receive', 'putaway', 'pick', 'transfer', 'adjust', 'count', 'return', 'scrap', 'undo', 'other'])
  .catch('other')
export type StockWork = z.infer<typeof StockWork>

/** To a warehouse, by pickers and above. */
export const InventoryUpdated = z.object({
  product_id: ProductId,
  bin: z.string().min(1).max(40).nullable(),
  work: StockWork,
})
/** To a warehouse, by pickers and above. */
export const OrderStatusChanged = z.object({ order_id: OrderId, status: OrderStatus })
/** To a warehouse or the site. `back`: the console is live again after an outage. */
export const UserActivity = z.object({ what: z.enum(['arrived', 'left', 'back']) })
/** By supervisors and above, to anybody; and by the server for each critical alert, with the row's id. */
export const SystemAlert = z.object({
  severity: Severity,
  text: z.string().max(500),
  alert_id: RowId.nullable(),
})
/** To one person: oneself, or somebody of one's warehouse by its supervisors; and by the server for each row. */
export const NotificationTold = z.object({
  severity: Severity,
  title: z.string().max(200),
  notification_id: RowId.nullable(),
})

export const eventBodies = {
  inventory_updated: InventoryUpdated,
  order_status_changed: OrderStatusChanged,
  user_activity: UserActivity,
  system_alert: SystemAlert,
  notification: NotificationTold,
} as const
export type EventKind = keyof typeof eventBodies
export const eventKinds = Object.keys(eventBodies) as [EventKind, ...EventKind[]]
export type EventBody<K extends EventKind> = z.infer<(typeof eventBodies)[K]>

/** Largest event, as JSON in bytes, and how many may go in one call. */
export const MAX_EVENT_BYTES = 4_096
export const MAX_EVENTS_PER_CALL = 50

export const MAX_MERGED = 99_999_999

const envelope = {
  id: EventId,
  to: EventTarget,
  /** Of two events of one sender with the same key the older says nothing any more. */
  key: z.string().min(1).max(120),
  /** How many older ones of its key it took the place of. */
  merged: z.int().min(0).max(MAX_MERGED),
}

/** What a console hands to `send_events`. */
const drafted = { ...envelope, station_id: StationId.nullable() }
/** What the server made of it. */
const stamped = {
  ...envelope,
  /** Server time, ISO 8601. */
  at: z.string(),
  /** Stamped by the server. No user: the system said it. No station: the server does not know the user to be at one. */
  from: z.object({ user_id: UserId.nullable(), station_id: StationId.nullable() }),
}

const kinds = <E extends z.core.$ZodLooseShape>(fields: E) =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('inventory_updated'), ...fields, body: InventoryUpdated }),
    z.object({ kind: z.literal('order_status_changed'), ...fields, body: OrderStatusChanged }),
    z.object({ kind: z.literal('user_activity'), ...fields, body: UserActivity }),
    z.object({ kind: z.literal('system_alert'), ...fields, body: SystemAlert }),
    z.object({ kind: z.literal('notification'), ...fields, body: NotificationTold }),
  ])

export const EventDraft = kinds(drafted)
export type EventDraft = z.infer<typeof EventDraft>
export const SiteEvent = kinds(stamped)
export type SiteEvent = z.infer<typeof SiteEvent>

/** One message of an event channel: what one call had for it. */
export const EventMessage = z.object({ events: z.array(z.unknown()).max(MAX_EVENTS_PER_CALL) })

/** `rate`: too many, may be sent again after so long. The others never will be taken. */
export const TurnedAwayReason = z.enum(['invalid', 'too_large', 'not_allowed', 'rate'])
export type TurnedAwayReason = z.infer<typeof TurnedAwayReason>

/** What `send_events` answers: events by their place in the call. */
export const EventsTaken = z.object({
  taken: z.int().min(0),
  turned_away: z.array(
    z.object({
      index: z.int().min(0),
      because: TurnedAwayReason.catch('invalid'),
      retry_after_ms: z.int().min(0).nullable(),
    }),
  ),
})
export type EventsTaken = z.infer<typeof EventsTaken>
