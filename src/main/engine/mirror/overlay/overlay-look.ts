import type { OrderId, ProductId, RowId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type {
  MemberRole,
  ProductRow,
  SalesOrderItemRow,
  SalesOrderRow,
  WarehouseRow,
} from '#shared/domain/rows.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { BinFigures } from '../../commands/look.ts'
import type { Db, Statement } from '../database.ts'
import type { OverlaidLook } from '../mirror.ts'
import type { ScopeTable } from '../scope-table.ts'
import { UnreadNotifications } from '../unread-notifications.ts'
import { DrawnBins, drawnOver } from './drawn-bins.ts'
import type { DrawnIndex } from './drawn-index.ts'

const orderColumns =
  'o.id, o.warehouse_id, o.number, o.customer, o.status, o.priority, o.due_at, o.created_at, o.changed_at'
const itemColumns =
  'i.id, i.order_id, i.warehouse_id, i.product_id, i.line_no, i.quantity_ordered, i.quantity_picked'

/** Rows with this station's unsettled work in them, for the rules of commands. Each answer is a few looks into indexes. */
export class OverlayLook implements OverlaidLook {
  private readonly owner: UserId
  private readonly scopes: ScopeTable
  private readonly index: DrawnIndex
  private readonly drawnBins: DrawnBins
  private readonly notifications: UnreadNotifications
  private readonly warehouses: Statement<[id: string], WarehouseRow>
  private readonly roles: Statement<[user: string, warehouse: string], MemberRole>
  private readonly products: Statement<[id: string], ProductRow>
  private readonly productNo: Statement<[id: string], number>
  private readonly binRows: Statement<[product: number, scope: number], BinFigures>
  private readonly orderRow: Statement<[id: string], SalesOrderRow>
  private readonly newOrder: Statement<[id: string], SalesOrderRow>
  private readonly drawnStatus: Statement<[id: string], SalesOrderRow['status'] | null>
  private readonly numbered: Statement<[scope: number, number: string], OrderId>
  private readonly newNumbered: Statement<[scope: string, number: string], OrderId>
  private readonly itemRow: Statement<[id: string], SalesOrderItemRow>
  private readonly newItem: Statement<[id: string], SalesOrderItemRow>
  private readonly itemRows: Statement<[order: string], SalesOrderItemRow>
  private readonly newItems: Statement<[order: string], SalesOrderItemRow>
  private readonly pickedOf: Statement<[item: string], number>

  constructor(db: Db, owner: UserId, scopes: ScopeTable, index: DrawnIndex) {
    this.owner = owner
    this.scopes = scopes
    this.index = index
    this.drawnBins = new DrawnBins(db, index)
    this.notifications = new UnreadNotifications(db, owner, index)
    this.warehouses = db.prepare(
      'select id, code, name, time_zone, negative_stock from warehouses where id = ?',
    )
    this.roles = db
      .prepare<[string, string], MemberRole>(
        'select role from warehouse_members where user_id = ? and warehouse_id = ?',
      )
      .pluck()
    this.products = db.prepare(`
      select n.id, p.sku, p.name, p.category, p.unit, p.reorder_point
        from product_no n join products p on p.no = n.no where n.id = ?`)
    this.productNo = db.prepare<[string], number>('select no from product_no where id = ?').pluck()
    this.binRows = db.prepare(`
      select bin, quantity_on_hand as onHand, quantity_allocated as allocated
        from inventory where product = ? and scope = ? order by id`)
    this.orderRow = db.prepare(`select ${orderColumns} from sales_orders o where id = ?`)
    this.newOrder = db.prepare(`
      select ${orderColumns} from overlay_new_orders o where id = ? order by command desc, rowid desc limit 1`)
    this.drawnStatus = db
      .prepare<[string], SalesOrderRow['status'] | null>('select status from overlay_orders where id = ?')
      .pluck()
    this.numbered = db
      .prepare<[number, string], OrderId>('select id from sales_orders where scope = ? and number = ?')
      .pluck()
    this.newNumbered = db
      .prepare<[string, string], OrderId>('select id from overlay_new_orders where scope = ? and number = ?')
      .pluck()
    this.itemRow = db.prepare(`select ${itemColumns} from sales_order_items i where id = ?`)
    this.newItem = db.prepare(`
      select ${itemColumns} from overlay_new_items i where id = ? order by command desc, rowid desc limit 1`)
    this.itemRows = db.prepare(`select ${itemColumns} from sales_order_items i where order_id = ?`)
    this.newItems = db.prepare(
      `select ${itemColumns} from overlay_new_items i where order_id = ? order by rowid`,
    )
    this.pickedOf = db
      .prepare<[string], number>('select coalesce(sum(picked), 0) from overlay_picks where id = ?')
      .pluck()
  }

  warehouse(id: WarehouseId): WarehouseRow | null {
    return this.warehouses.get(id) ?? null
  }

  role(id: WarehouseId): MemberRole | null {
    return this.roles.get(this.owner, id) ?? null
  }

  product(id: ProductId): ProductRow | null {
    return this.products.get(id) ?? null
  }

  bins(warehouse: WarehouseId, product: ProductId): readonly BinFigures[] {
    const no = this.productNo.get(product)
    if (no === undefined) return []
    const scope = warehouseScope(warehouse)
    const held = this.scopes.number(scope)
    const rows = held === null ? [] : this.binRows.all(no, held)
    const figures = ({ bin, onHand, allocated }: BinFigures): BinFigures => ({ bin, onHand, allocated })
    return drawnOver(rows, this.drawnBins.of(scope, no), (_row, bin) => figures(bin), figures)
  }

  order(id: OrderId): SalesOrderRow | null {
    const row = this.orderRow.get(id) ?? (this.index.hasOrders ? this.newOrder.get(id) : undefined)
    if (row === undefined) return null
    const status = this.index.hasOrders ? this.drawnStatus.get(id) : null
    return { ...row, status: status ?? row.status }
  }

  orderByNumber(warehouse: WarehouseId, number: string): SalesOrderRow | null {
    const scope = warehouseScope(warehouse)
    const held = this.scopes.number(scope)
    const id =
      (held === null ? undefined : this.numbered.get(held, number)) ??
      (this.index.hasOrders ? this.newNumbered.get(scope, number) : undefined)
    return id === undefined ? null : this.order(id)
  }

  orderLine(id: RowId): SalesOrderItemRow | null {
    const row = this.itemRow.get(id) ?? (this.index.hasOrders ? this.newItem.get(id) : undefined)
    return row === undefined ? null : this.withPicks(row)
  }

  orderLines(id: OrderId): readonly SalesOrderItemRow[] {
    const lines = new Map(this.itemRows.all(id).map((row) => [row.id, row]))
    if (this.index.hasOrders) {
      for (const row of this.newItems.all(id)) if (!lines.has(row.id)) lines.set(row.id, row)
    }
    return [...lines.values()].sort((a, b) => a.line_no - b.line_no).map((row) => this.withPicks(row))
  }

  unreadUpTo(moment: Millis): readonly RowId[] {
    return this.notifications.upTo(moment)
  }

  private withPicks(row: SalesOrderItemRow): SalesOrderItemRow {
    if (!this.index.hasOrders) return row
    return { ...row, quantity_picked: row.quantity_picked + (this.pickedOf.get(row.id) ?? 0) }
  }
}

/** Every question on its way to the file. @param ask times it, and tells trouble by its kind */
export function guardedLook(look: OverlaidLook, ask: <T>(work: () => T) => T): OverlaidLook {
  return {
    warehouse: (id) => ask(() => look.warehouse(id)),
    role: (id) => ask(() => look.role(id)),
    product: (id) => ask(() => look.product(id)),
    bins: (warehouse, product) => ask(() => look.bins(warehouse, product)),
    order: (id) => ask(() => look.order(id)),
    orderByNumber: (warehouse, number) => ask(() => look.orderByNumber(warehouse, number)),
    orderLine: (id) => ask(() => look.orderLine(id)),
    orderLines: (id) => ask(() => look.orderLines(id)),
    unreadUpTo: (moment) => ask(() => look.unreadUpTo(moment)),
  }
}
