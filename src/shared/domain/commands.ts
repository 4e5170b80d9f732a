import { z } from 'zod'
import { MutationId, OperatorId, OrderId, ProductId, RowId, StationId, UserId, WarehouseId } from './ids.ts'
import { AlertAnswer, OrderStatus, Severity } from './rows.ts'

/*
 * What a person means to do, named and validated. The server applies each at most once, by mutation id
 * (`apply_commands` in supabase/migrations, which holds every field to the same rules); its outcome is kept and given
 * again to a repeat.
 */

const bin = z.string().min(1).max(40)
const positive = z.int().min(1).max(1_000_000)
const reason = z.string().min(1).max(200)
const moment = z.iso.datetime({ offset: true })

const everyCommand = {
  mutation_id: MutationId,
  station_id: StationId.nullable(),
  operator_id: OperatorId.nullable(),
  /** By the terminal's clock, ISO 8601 with offset. */
  happened_at: moment,
}

const stockCommand = {
  ...everyCommand,
  warehouse_id: WarehouseId,
  product_id: ProductId,
  bin,
  reference: z.string().min(1).max(200).nullable(),
}

/** `expected`: what was announced under this reference; beyond it the receipt is refused. */
export const ReceiveCommand = z.object({
  kind: z.literal('receive'),
  ...stockCommand,
  quantity: positive,
  expected: positive.nullable().optional(),
})
/** From one bin to another of the same warehouse. */
export const PutawayCommand = z.object({
  kind: z.literal('putaway'),
  ...stockCommand,
  to_bin: bin,
  quantity: positive,
})
/** Free, or against a line of an open order. */
export const PickCommand = z.object({
  kind: z.literal('pick'),
  ...stockCommand,
  quantity: positive,
  order_item_id: RowId.nullable().optional(),
})
export const TransferCommand = z.object({
  kind: z.literal('transfer'),
  ...stockCommand,
  to_warehouse_id: WarehouseId,
  to_bin: bin,
  quantity: positive,
})
export const AdjustCommand = z.object({
  kind: z.literal('adjust'),
  ...stockCommand,
  /** Signed: what to add to the bin. Never 0. */
  quantity: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .refine((n) => n !== 0),
  reason,
})
/** Where a count begins. */
export const CountBasis = z.object({
  epoch: z.guid(),
  seq: z.int().min(0),
  /** What the books said then, for the station's own expectation. */
  on_hand: z.int().min(-10_000_000).max(10_000_000),
  includes: z.array(MutationId).max(1_000),
})
export type CountBasis = z.infer<typeof CountBasis>
/**
 * A blind count. `basis` is where it began: what the mirror had of the warehouse's scope, and the station's own commands that
 * were not settled then. What others moved after that is kept on top of what was counted.
 */
export const CountCommand = z.object({
  kind: z.literal('count'),
  ...stockCommand,
  counted: z.int().min(0).max(1_000_000),
  basis: CountBasis,
})
/** Goods that come back; of an order line never more than were picked for it. */
export const ReturnCommand = z.object({
  kind: z.literal('return'),
  ...stockCommand,
  quantity: positive,
  order_item_id: RowId.nullable().optional(),
})
export const ScrapCommand = z.object({
  kind: z.literal('scrap'),
  ...stockCommand,
  quantity: positive,
  reason,
})

export const NewOrder = z.object({
  id: OrderId,
  number: z.string().min(1).max(60),
  customer: z.string().min(1).max(200).nullable(),
  priority: z.int().min(1).max(5),
  due_at: moment.nullable(),
  items: z
    .array(z.object({ id: RowId, product_id: ProductId, quantity: positive }))
    .min(1)
    .max(500),
})
export type NewOrder = z.infer<typeof NewOrder>

export const OrderCreateCommand = z.object({
  kind: z.literal('order.create'),
  ...everyCommand,
  warehouse_id: WarehouseId,
  order: NewOrder,
})
/** `from` is the status the person saw: an order that has gone on meanwhile is left alone. */
export const OrderAdvanceCommand = z.object({
  kind: z.literal('order.advance'),
  ...everyCommand,
  warehouse_id: WarehouseId,
  order_id: OrderId,
  from: OrderStatus,
  to: OrderStatus,
})
export const OrderCancelCommand = z.object({
  kind: z.literal('order.cancel'),
  ...everyCommand,
  warehouse_id: WarehouseId,
  order_id: OrderId,
  from: OrderStatus,
  reason,
})
export const NotificationReadCommand = z.object({
  kind: z.literal('notification.read'),
  ...everyCommand,
  notification_ids: z.array(RowId).max(500),
})
/** Everything that had come by a moment, server's time: offline too, and what comes later stays unread. */
export const NotificationReadAllCommand = z.object({
  kind: z.literal('notification.read_all'),
  ...everyCommand,
  up_to: moment,
})
/** Takes back another command, once, by booking the opposite. */
export const UndoCommand = z.object({ kind: z.literal('undo'), ...everyCommand, undoes: MutationId })

/** Hands a refused command over to the supervisors of a warehouse: an alert says what was refused, why, and to whom it matters. */
export const RefusalAssignCommand = z.object({
  kind: z.literal('refusal.assign'),
  ...everyCommand,
  warehouse_id: WarehouseId,
  refused: MutationId,
  refused_kind: z.string().min(1).max(40),
  code: z.string().min(1).max(40),
  facts: z.record(z.string(), z.unknown()),
  product_id: ProductId.nullable(),
  note: z.string().min(1).max(500),
})

const deskCommand = { ...everyCommand, warehouse_id: WarehouseId }
const note = z.string().min(1).max(500).nullable()

/** "I have seen to it": an alert that is a row, or one that stations compute and know by its key, such as `out/<product id>`. */
export const AlertAcknowledgeCommand = z.object({
  kind: z.literal('alert.acknowledge'),
  ...deskCommand,
  alert_id: RowId.nullable(),
  key: z.string().min(1).max(120).nullable(),
  product_id: ProductId.nullable(),
  note,
})
/** What somebody at a station answers to a message or a drill; a later answer takes the place of the first. */
export const AlertConfirmCommand = z.object({
  kind: z.literal('alert.confirm'),
  ...deskCommand,
  alert_id: RowId,
  answer: AlertAnswer,
  facts: z.record(z.string(), z.unknown()).nullable(),
})
/** To every station of a warehouse (`to_user` null), which answer for it; or to one person of it. */
export const MessageSendCommand = z.object({
  kind: z.literal('message.send'),
  ...deskCommand,
  /** Of the alert or notification that this becomes. */
  alert_id: RowId,
  severity: Severity,
  text: z.string().min(1).max(1_000),
  to_user: UserId.nullable(),
})
/** Asks stations to go offline for a while and see what happens; each must accept. */
export const DrillCallCommand = z.object({
  kind: z.literal('drill.call'),
  ...deskCommand,
  alert_id: RowId,
  minutes: z.int().min(1).max(480),
  stations: z.array(StationId).max(200),
})
/** A scanner read a code that no product has. */
export const CodeReportCommand = z.object({
  kind: z.literal('code.report'),
  ...deskCommand,
  code: z.string().min(1).max(200),
  bin: bin.nullable(),
  note,
})
/** Gives a code to a product; whoever reported it as unknown is answered by that. */
export const BarcodeAssignCommand = z.object({
  kind: z.literal('barcode.assign'),
  ...deskCommand,
  product_id: ProductId,
  code: z.string().min(1).max(200),
  pack_quantity: positive,
})

export const Command = z.discriminatedUnion('kind', [
  ReceiveCommand,
  PutawayCommand,
  PickCommand,
  TransferCommand,
  AdjustCommand,
  CountCommand,
  ReturnCommand,
  ScrapCommand,
  OrderCreateCommand,
  OrderAdvanceCommand,
  OrderCancelCommand,
  NotificationReadCommand,
  UndoCommand,
  RefusalAssignCommand,
  NotificationReadAllCommand,
  AlertAcknowledgeCommand,
  AlertConfirmCommand,
  MessageSendCommand,
  DrillCallCommand,
  CodeReportCommand,
  BarcodeAssignCommand,
])
export type Command = z.infer<typeof Command>
export type CommandKind = Command['kind']

/** Kinds that say something and change no figure: there is nothing to undo. */
const words = [
  'undo',
  'refusal.assign',
  'notification.read_all',
  'alert.acknowledge',
  'alert.confirm',
  'message.send',
  'drill.call',
  'code.report',
  'barcode.assign',
] as const satisfies readonly CommandKind[]

type Word = (typeof words)[number]

export const isWord = <C extends { kind: CommandKind }>(command: C): command is Extract<C, { kind: Word }> =>
  words.some((word) => word === command.kind)

const stamped = { station_id: true, operator_id: true, happened_at: true } as const

/** A command as a window asks for it: the station adds where, by whom and when. `undo` has a question of its own. */
export const CommandIntent = z.discriminatedUnion('kind', [
  ReceiveCommand.omit(stamped),
  PutawayCommand.omit(stamped),
  PickCommand.omit(stamped),
  TransferCommand.omit(stamped),
  AdjustCommand.omit(stamped),
  CountCommand.omit(stamped),
  ReturnCommand.omit(stamped),
  ScrapCommand.omit(stamped),
  OrderCreateCommand.omit(stamped),
  OrderAdvanceCommand.omit(stamped),
  OrderCancelCommand.omit(stamped),
  NotificationReadCommand.omit(stamped),
  NotificationReadAllCommand.omit(stamped),
  AlertAcknowledgeCommand.omit(stamped),
  AlertConfirmCommand.omit(stamped),
  MessageSendCommand.omit(stamped),
  DrillCallCommand.omit(stamped),
  CodeReportCommand.omit(stamped),
  BarcodeAssignCommand.omit(stamped),
])
export type CommandIntent = z.infer<typeof CommandIntent>

/** Why the server refused a command. The message is for logs; the console words it from code and facts. */
export const RefusalCode = z.enum([
  'invalid',
  'not_allowed',
  'unknown_product',
  'unknown_warehouse',
  'unknown_order',
  'insufficient_stock',
  'over_receipt',
  'over_pick',
  'over_return',
  'order_exists',
  'order_closed',
  'illegal_transition',
  'stale_version',
  'not_undoable',
  'already_undone',
  'unknown_alert',
  'unknown_user',
  'barcode_taken',
])
export type RefusalCode = z.infer<typeof RefusalCode>

/**
 * A head that contains a command's effect: a mirror whose cursor has reached it shows the effect. The rows after `since` up to
 * `seq` are the command's own; older servers do not tell.
 */
const settledAt = { scope: z.string(), seq: z.int(), since: z.int().optional() }

export const CommandOutcome = z.discriminatedUnion('outcome', [
  z.object({
    mutation_id: MutationId,
    outcome: z.literal('applied'),
    ...settledAt,
    /** Where the effect is as well: the warehouse that a transfer went to. */
    also: z.array(z.object(settledAt)).optional(),
    facts: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({
    mutation_id: z.string(),
    outcome: z.literal('refused'),
    /** A newer server's reason reads as `invalid`: the answer to a whole push must not go unread for one of them. */
    code: RefusalCode.catch('invalid'),
    message: z.string(),
    facts: z.record(z.string(), z.unknown()),
  }),
])
export type CommandOutcome = z.infer<typeof CommandOutcome>
