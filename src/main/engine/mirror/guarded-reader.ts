import type { MemberRole, RowOf } from '#shared/domain/rows.ts'
import type { ProductId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import type { OrderDetail, OrdersSummary } from '#shared/protocol/orders.ts'
import type {
  ListParams,
  ListRow,
  StockDetail,
  Summary,
  ValueParams,
  WarehouseChoice,
} from '#shared/protocol/views.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { OrderAges, Pulse } from '#shared/protocol/ledger.ts'
import type { Access } from './access.ts'
import type { AlertRows } from './alert-rows.ts'
import type { KnownNames } from './known-names.ts'
import type { DrawnMovement, LedgerThings } from './ledger-reader.ts'
import type { ToldFleet } from './fleet-reader.ts'
import type { MirroredTable, MirrorReader, OrderPage, Page, StockPage } from './mirror.ts'

/** Every question of the views on its way to the file: timed, and trouble told by its kind. */
export abstract class GuardedReader implements MirrorReader {
  protected readonly access: Access

  constructor(access: Access) {
    this.access = access
  }

  /** Who answers now. */
  protected abstract get reader(): MirrorReader

  stockList(params: ListParams<'stock.list'>): StockPage {
    return this.access.ask('stockList', () => this.reader.stockList(params))
  }

  stockRows(lines: readonly number[]): Omit<StockPage, 'total'> {
    return this.access.ask('stockRows', () => this.reader.stockRows(lines))
  }

  walkAhead(): boolean {
    return this.access.ask('walkAhead', () => this.reader.walkAhead())
  }

  isFound(productId: ProductId, search: string): boolean {
    return this.access.ask('isFound', () => this.reader.isFound(productId, search))
  }

  stockDetail(params: ValueParams<'stock.detail'>): StockDetail | null {
    return this.access.ask('stockDetail', () => this.reader.stockDetail(params))
  }

  summary(params: ValueParams<'summary'>): Summary {
    return this.access.ask('summary', () => this.reader.summary(params))
  }

  warehouses(): WarehouseChoice[] {
    return this.access.ask('warehouses', () => this.reader.warehouses())
  }

  orders(params: ListParams<'orders.list'>): OrderPage {
    return this.access.ask('orders', () => this.reader.orders(params))
  }

  orderSummary(params: ValueParams<'orders.summary'>): OrdersSummary {
    return this.access.ask('orderSummary', () => this.reader.orderSummary(params))
  }

  orderDetail(params: ValueParams<'order.detail'>): Omit<OrderDetail, 'history'> | null {
    return this.access.ask('orderDetail', () => this.reader.orderDetail(params))
  }

  notifications(params: ListParams<'notifications.list'>): Page<ListRow<'notifications.list'>> {
    return this.access.ask('notifications', () => this.reader.notifications(params))
  }

  fleet(params: ValueParams<'fleet'>): ToldFleet {
    return this.access.ask('fleet', () => this.reader.fleet(params))
  }

  nextOverdue(after: Millis): Millis | null {
    return this.access.ask('nextOverdue', () => this.reader.nextOverdue(after))
  }

  pulse(params: ValueParams<'pulse'>): Pulse {
    return this.access.ask('pulse', () => this.reader.pulse(params))
  }

  drawnMovements(params: ValueParams<'ledger.unsettled'>): DrawnMovement[] {
    return this.access.ask('drawnMovements', () => this.reader.drawnMovements(params))
  }

  ledgerThings(products: ReadonlySet<ProductId>, orderLines: ReadonlySet<RowId>): LedgerThings {
    return this.access.ask('ledgerThings', () => this.reader.ledgerThings(products, orderLines))
  }

  orderAges(params: ValueParams<'orders.ages'>): OrderAges {
    return this.access.ask('orderAges', () => this.reader.orderAges(params))
  }

  readAlerts<T>(read: (rows: AlertRows) => T): T {
    return this.access.ask('readAlerts', () => this.reader.readAlerts(read))
  }

  readNames<T>(read: (names: KnownNames) => T): T {
    return this.access.ask('readNames', () => this.reader.readNames(read))
  }

  memberships(): { warehouseId: WarehouseId; role: MemberRole }[] {
    return this.access.ask('memberships', () => this.reader.memberships())
  }

  displayName(): string | null {
    return this.access.ask('displayName', () => this.reader.displayName())
  }

  rows<T extends MirroredTable>(table: T): RowOf<T>[] {
    return this.access.ask('rows', () => this.reader.rows(table))
  }
}
