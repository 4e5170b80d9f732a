import type { MemberRole, RowOf } from '#shared/domain/rows.ts'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type {
  ListParams,
  ListRow,
  StockDetail,
  Summary,
  ValueParams,
  WarehouseChoice,
} from '#shared/protocol/views.ts'
import type { Access } from './access.ts'
import type { MirroredTable, MirrorReader, Page, StockPage } from './mirror.ts'

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

  orders(params: ListParams<'orders.list'>): Page<ListRow<'orders.list'>> {
    return this.access.ask('orders', () => this.reader.orders(params))
  }

  notifications(params: ListParams<'notifications.list'>): Page<ListRow<'notifications.list'>> {
    return this.access.ask('notifications', () => this.reader.notifications(params))
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
