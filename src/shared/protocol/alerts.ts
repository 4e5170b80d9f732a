import { z } from 'zod'
import { MutationId, OrderId, ProductId, RowId, StationId, UserId, WarehouseId } from '../domain/ids.ts'
import { AlertAnswer, Severity } from '../domain/rows.ts'

/*
 * What a station says is wrong or asks of people: computed from its own figures, so that it works in an outage, or told by the
 * server as rows. Both are one list; a person acknowledges either.
 */

const millis = z.number()
const facts = z.record(z.string(), z.unknown())

/** Computed here: from stock (with this station's unsent work in it), from the outbox, from what other stations report. */
export const ComputedAlertKind = z.enum([
  'low',
  'out',
  'oversold',
  /** Work of the signed-in person that the server refused. */
  'refused_here',
  'station_silent',
  'station_behind',
  'clock_wrong',
])
/** Rows of the server. */
export const ToldAlertKind = z.enum([
  'negative_stock',
  'count_task',
  'short_pick',
  'refused_work',
  'unknown_code',
  'message',
  'drill',
  /** A kind that this console does not know yet: shown with the server's own words. */
  'other',
])
export const AlertKind = z.union([ComputedAlertKind, ToldAlertKind])
export type AlertKind = z.infer<typeof AlertKind>

/** Who did something and when. The name is the one the warehouse knows them by. */
const By = z.object({ userId: UserId.nullable(), name: z.string(), at: millis, sent: z.boolean() })

export const AlertListRow = z.object({
  /** Of the row, or the key of a computed alert, such as `out/<product id>`. */
  id: z.string(),
  source: z.enum(['computed', 'told']),
  kind: AlertKind,
  severity: Severity,
  /** The server's words, for kinds this console has no sentence for, and for messages. */
  message: z.string().nullable(),
  product: z.object({ id: ProductId, sku: z.string(), name: z.string(), unit: z.string() }).nullable(),
  order: z.object({ id: OrderId, number: z.string() }).nullable(),
  station: z.object({ id: StationId, name: z.string() }).nullable(),
  bin: z.string().nullable(),
  /** Figures for the sentence: on_hand, available, reorder_point, missing, code, ... */
  facts,
  /** Server time where known; of a computed alert when its figure changed last. */
  raisedAt: millis,
  raisedBy: z.object({ userId: UserId, name: z.string() }).nullable(),
  acknowledged: By.extend({ note: z.string().nullable() }).nullable(),
  /** What was answered to a message or drill, by how many of how many stations. */
  receipts: z.object({ answered: z.int(), stations: z.int() }).nullable(),
  /** What the signed-in person answered to it at this station, sent or not. */
  mine: AlertAnswer.nullable(),
})
export type AlertListRow = z.infer<typeof AlertListRow>

export const AlertFilter = z.enum(['open', 'stock', 'stations', 'messages', 'acknowledged'])
export type AlertFilter = z.infer<typeof AlertFilter>

/** The value of `alerts.summary`: what the rail, the bell and the wall board count. */
export const AlertSummary = z.object({
  low: z.int(),
  out: z.int(),
  oversold: z.int(),
  /** Open alerts that are rows, or about stations; stock is counted above. */
  others: z.int(),
  critical: z.int(),
  /** Exceptions that wait for somebody: see `exceptions.list`. */
  exceptions: z.int(),
  unreadNotifications: z.int(),
})
export type AlertSummary = z.infer<typeof AlertSummary>

export const AlertReceipt = z.object({
  id: z.string(),
  station: z.object({ id: StationId, name: z.string() }).nullable(),
  user: z.object({ id: UserId, name: z.string() }),
  answer: AlertAnswer,
  facts,
  at: millis,
})

/** The value of `alerts.detail`: who has answered, and which stations have not. */
export const AlertDetail = z.object({
  alert: AlertListRow,
  receipts: z.array(AlertReceipt),
  silent: z.array(z.object({ id: StationId, name: z.string(), lastSeenAt: millis.nullable() })),
})
export type AlertDetail = z.infer<typeof AlertDetail>

/** One thing that went otherwise than planned, with what can be done next. */
export const ExceptionKind = z.enum([
  /** Of the signed-in person, at this station. */
  'refused',
  /** Handed over by somebody else. */
  'refused_work',
  'negative_stock',
  'short_pick',
  'unknown_code',
  'count_task',
])
export type ExceptionKind = z.infer<typeof ExceptionKind>

export const ExceptionRow = z.object({
  id: z.string(),
  kind: ExceptionKind,
  /** The alert to acknowledge; null for refused work of this station. */
  alertId: RowId.nullable(),
  /** The refused command, where it is this station's own. */
  workId: MutationId.nullable(),
  product: z.object({ id: ProductId, sku: z.string(), name: z.string(), unit: z.string() }).nullable(),
  order: z.object({ id: OrderId, number: z.string() }).nullable(),
  bin: z.string().nullable(),
  facts,
  raisedAt: millis,
  raisedBy: z.object({ userId: UserId, name: z.string() }).nullable(),
  station: z.object({ id: StationId, name: z.string() }).nullable(),
  /** Whether this station's own unsent work already answers it (a count, an acknowledgement). */
  answered: z.boolean(),
})
export type ExceptionRow = z.infer<typeof ExceptionRow>

/** Messages and drills that ask the person at this station for an answer, newest first: the banner. */
export const AskingAlert = z.object({
  id: RowId,
  kind: z.enum(['message', 'drill']),
  severity: Severity,
  text: z.string(),
  from: z.string(),
  at: millis,
  warehouseId: WarehouseId,
  /** Of a drill. */
  minutes: z.int().nullable(),
})
export type AskingAlert = z.infer<typeof AskingAlert>
