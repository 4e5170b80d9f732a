import { z } from 'zod'
import { OperatorId, OrderId, ProductId, RowId, StationId, UserId, WarehouseId, MutationId } from './ids.ts'

/*
 * The rows a station mirrors, as the server sends them (`to_jsonb` of the table's row: snake_case, ISO timestamps).
 * Unknown columns are dropped, so that the server may add some before the stations know them.
 * Quantities are whole base units.
 */

const timestamp = z.string()
const quantity = z.int()

export const MemberRole = z.enum(['viewer', 'picker', 'supervisor', 'manager'])
export type MemberRole = z.infer<typeof MemberRole>

export const OrderStatus = z.enum(['pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed'])
export type OrderStatus = z.infer<typeof OrderStatus>

export const MovementKind = z.enum([
  'receive',
  'putaway',
  'pick',
  'transfer',
  'adjust',
  'count',
  'return',
  'scrap',
  'opening',
])
export type MovementKind = z.infer<typeof MovementKind>

export const Severity = z.enum(['info', 'warning', 'critical'])
export type Severity = z.infer<typeof Severity>

/** What was answered to an alert that asks: seen a message, accepted or declined a drill, reported how it went. */
export const AlertAnswer = z.enum(['seen', 'accepted', 'declined', 'reported'])
export type AlertAnswer = z.infer<typeof AlertAnswer>

export const NegativeStockPolicy = z.enum(['accept_and_flag', 'refuse'])
export type NegativeStockPolicy = z.infer<typeof NegativeStockPolicy>

export const WarehouseRow = z.object({
  id: WarehouseId,
  code: z.string(),
  name: z.string(),
  time_zone: z.string(),
  negative_stock: NegativeStockPolicy,
})
export type WarehouseRow = z.infer<typeof WarehouseRow>

export const ProductRow = z.object({
  id: ProductId,
  sku: z.string(),
  name: z.string(),
  category: z.string().nullable(),
  unit: z.string(),
  reorder_point: quantity,
})
export type ProductRow = z.infer<typeof ProductRow>

export const ProductBarcodeRow = z.object({
  id: RowId,
  product_id: ProductId,
  barcode: z.string(),
  pack_quantity: quantity,
})
export type ProductBarcodeRow = z.infer<typeof ProductBarcodeRow>

export const InventoryRow = z.object({
  id: RowId,
  warehouse_id: WarehouseId,
  product_id: ProductId,
  bin: z.string(),
  quantity_on_hand: quantity,
  quantity_allocated: quantity,
  /** Server time of the last change of this row. */
  changed_at: timestamp,
})
export type InventoryRow = z.infer<typeof InventoryRow>

export const StockMovementRow = z.object({
  id: RowId,
  warehouse_id: WarehouseId,
  product_id: ProductId,
  bin: z.string(),
  /** Signed: what the movement added to the bin. */
  quantity,
  kind: MovementKind,
  reason: z.string().nullable(),
  reference: z.string().nullable(),
  station_id: StationId.nullable(),
  operator_id: OperatorId.nullable(),
  user_id: UserId.nullable(),
  mutation_id: MutationId.nullable(),
  /** By the terminal's clock. */
  happened_at: timestamp,
  /** By the server's clock. */
  received_at: timestamp,
})
export type StockMovementRow = z.infer<typeof StockMovementRow>

export const SalesOrderRow = z.object({
  id: OrderId,
  warehouse_id: WarehouseId,
  number: z.string(),
  customer: z.string().nullable(),
  status: OrderStatus,
  /** 1 is the most urgent, 5 the least. */
  priority: z.int().min(1).max(5),
  due_at: timestamp.nullable(),
  created_at: timestamp,
  changed_at: timestamp,
})
export type SalesOrderRow = z.infer<typeof SalesOrderRow>

export const SalesOrderItemRow = z.object({
  id: RowId,
  order_id: OrderId,
  warehouse_id: WarehouseId,
  product_id: ProductId,
  line_no: z.int(),
  quantity_ordered: quantity,
  quantity_picked: quantity,
})
export type SalesOrderItemRow = z.infer<typeof SalesOrderItemRow>

export const NotificationRow = z.object({
  id: RowId,
  user_id: UserId,
  kind: z.string(),
  title: z.string(),
  body: z.string(),
  /** An address inside the console, such as `order/<id>`; never a web address. */
  link: z.string().nullable(),
  created_at: timestamp,
  read_at: timestamp.nullable(),
  severity: Severity,
  from_user: UserId.nullable(),
  warehouse_id: WarehouseId.nullable(),
  /** When it was told on to the supervisors, because nobody had read it. */
  escalated_at: timestamp.nullable(),
})
export type NotificationRow = z.infer<typeof NotificationRow>

export const AlertRow = z.object({
  id: RowId,
  warehouse_id: WarehouseId,
  kind: z.string(),
  severity: Severity,
  product_id: ProductId.nullable(),
  message: z.string(),
  facts: z.record(z.string(), z.unknown()),
  created_at: timestamp,
  acknowledged_at: timestamp.nullable(),
  acknowledged_by: UserId.nullable(),
  /** What a computed alert is about, such as `out/<product id>`; the row is its acknowledgement. */
  key: z.string().nullable(),
  raised_by: UserId.nullable(),
  raised_at_station: StationId.nullable(),
})
export type AlertRow = z.infer<typeof AlertRow>

export const StationKind = z.enum(['desk', 'terminal', 'kiosk'])
export type StationKind = z.infer<typeof StationKind>

/** An installed console, with what it said of itself, stamped by the server. */
export const StationRow = z.object({
  id: StationId,
  warehouse_id: WarehouseId,
  name: z.string(),
  kind: StationKind,
  user_id: UserId.nullable(),
  app_version: z.string().nullable(),
  /** Its link as it was told last: a word of LinkStatus. */
  link: z.string().nullable(),
  behind: z.int().nullable(),
  complete_as_of: timestamp.nullable(),
  unsent: z.int().nullable(),
  oldest_unsent_at: timestamp.nullable(),
  refused: z.int().nullable(),
  last_scan_at: timestamp.nullable(),
  /** Terminal clock minus server clock. */
  clock_offset_ms: z.int().nullable(),
  /** Server time of its last report; null before the first. */
  seen_at: timestamp.nullable(),
  /** When it is overdue; null once it said goodbye. */
  expected_by: timestamp.nullable(),
})
export type StationRow = z.infer<typeof StationRow>

export const ProfileRow = z.object({ id: UserId, display_name: z.string(), language: z.string().nullable() })
export type ProfileRow = z.infer<typeof ProfileRow>

export const WarehouseMemberRow = z.object({
  id: RowId,
  user_id: UserId,
  warehouse_id: WarehouseId,
  role: MemberRole,
})
export type WarehouseMemberRow = z.infer<typeof WarehouseMemberRow>

/** Who works in a warehouse, as the others may know it; no role any more for who has left. */
export const PersonRow = z.object({
  id: RowId,
  warehouse_id: WarehouseId,
  user_id: UserId,
  display_name: z.string(),
  role: MemberRole.nullable(),
})
export type PersonRow = z.infer<typeof PersonRow>

export const AlertReceiptRow = z.object({
  id: RowId,
  alert_id: RowId,
  warehouse_id: WarehouseId,
  station_id: StationId.nullable(),
  user_id: UserId,
  answer: AlertAnswer,
  facts: z.record(z.string(), z.unknown()),
  answered_at: timestamp,
})
export type AlertReceiptRow = z.infer<typeof AlertReceiptRow>

/**
 * Every table of the change index, by its Postgres name, with the scope its rows live in:
 * products and product_barcodes in `site`; warehouses, inventory, sales_orders, sales_order_items, alerts, alert_receipts,
 * stations and people in `warehouse:<id>`; stock_movements in `ledger:<warehouse id>`; notifications, profiles and warehouse_members in `user:<id>`.
 */
export const rowSchemas = {
  warehouses: WarehouseRow,
  products: ProductRow,
  product_barcodes: ProductBarcodeRow,
  inventory: InventoryRow,
  stock_movements: StockMovementRow,
  sales_orders: SalesOrderRow,
  sales_order_items: SalesOrderItemRow,
  notifications: NotificationRow,
  alerts: AlertRow,
  stations: StationRow,
  people: PersonRow,
  alert_receipts: AlertReceiptRow,
  profiles: ProfileRow,
  warehouse_members: WarehouseMemberRow,
} as const

export type TableName = keyof typeof rowSchemas
export type RowOf<T extends TableName> = z.infer<(typeof rowSchemas)[T]>
export const tableNames = Object.keys(rowSchemas) as TableName[]
export const TableName = z.enum(tableNames as [TableName, ...TableName[]])
