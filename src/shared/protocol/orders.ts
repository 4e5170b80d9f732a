import { z } from 'zod'
import { OrderId, ProductId, RowId, WarehouseId } from '../domain/ids.ts'
import { OrderStatus } from '../domain/rows.ts'
import { WorkItem } from './work.ts'

/* What windows watch of sales orders: lists, counts by status, and one order with its lines. */

const millis = z.number()

/** `urgency`: by priority, then by when it is due, then the oldest. `progress`: by the share that is picked. */
export const OrderSort = z.enum(['urgency', 'due', 'changed', 'number', 'progress'])
export type OrderSort = z.infer<typeof OrderSort>

/**
 * What of the orders is listed, and in which order. What is absent leaves nothing out. Time is the asker's to say: a list is then
 * the same for whoever asks the same, and is read again when the asker's minute has passed.
 */
export const orderListParams = {
  warehouseId: WarehouseId.nullable(),
  status: OrderStatus.nullable(),
  /** Every word must stand somewhere in the number or the customer. */
  search: z.string().max(200).optional(),
  priority: z.int().min(1).max(5).optional(),
  /** Only those still to be shipped that were due before this moment. */
  overdueAt: millis.optional(),
  /** Only those that came to their status at this moment or later. */
  changedSince: millis.optional(),
  sort: OrderSort.optional(),
  direction: z.enum(['asc', 'desc']).optional(),
}

export const OrderListRow = z.object({
  id: OrderId,
  number: z.string(),
  customer: z.string().nullable(),
  status: OrderStatus,
  priority: z.int(),
  dueAt: millis.nullable(),
  createdAt: millis,
  /** When it came to its status: by the server's clock, or by this station's while that is not sent. */
  changedAt: millis,
  lines: z.int(),
  unitsOrdered: z.int(),
  unitsPicked: z.int(),
  /** Whether work on it was not sent yet. */
  unsent: z.boolean(),
})
export type OrderListRow = z.infer<typeof OrderListRow>

/** The orders of one status. */
export const OrderCount = z.object({
  status: OrderStatus,
  orders: z.int(),
  /** Due before the moment that was asked for; always 0 where nothing is to be done any more. */
  overdue: z.int(),
  /** When the one that is longest in this status came to it. */
  oldestChangedAt: millis.nullable(),
  /** Ordered and not picked. */
  unitsOpen: z.int(),
})
export type OrderCount = z.infer<typeof OrderCount>

/** Every status, in the order in which orders go through them. */
export const OrdersSummary = z.array(OrderCount)
export type OrdersSummary = z.infer<typeof OrdersSummary>

export const OrderLine = z.object({
  id: RowId,
  lineNo: z.int(),
  /** What the mirror has no row of yet is known by its id alone. */
  product: z.object({ id: ProductId, sku: z.string(), name: z.string(), unit: z.string() }),
  ordered: z.int(),
  /** With this station's own work. */
  picked: z.int(),
  /** How much of `picked` was not sent. */
  unsentPicked: z.int(),
  /** How much of what is still to be picked is in no bin of the warehouse; 0 where nothing is to be picked any more. */
  missing: z.int(),
  /** Bins that have any of it, in the order in which they are walked past; the first 40. */
  bins: z.array(z.object({ bin: z.string(), onHand: z.int() })),
})
export type OrderLine = z.infer<typeof OrderLine>

export const OrderDetail = z.object({
  warehouseId: WarehouseId,
  order: OrderListRow,
  lines: z.array(OrderLine),
  /** What this person did to it at this station, newest first; the newest 100. */
  history: z.array(WorkItem),
})
export type OrderDetail = z.infer<typeof OrderDetail>
