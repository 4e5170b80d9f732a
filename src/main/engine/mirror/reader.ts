import type { MemberRole, RowOf } from '#shared/domain/rows.ts'
import type { ProductId, RowId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { availableQuantity } from '#shared/domain/stock.ts'
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
import { AlertRows } from './alert-rows.ts'
import type { Db, Statement } from './database.ts'
import { fleetReader, type FleetReader, type ToldFleet } from './fleet-reader.ts'
import type { Changeset, MirroredTable, MirrorReader, OrderPage, Page, StockPage } from './mirror.ts'
import { NotificationLists } from './notification-lists.ts'
import { knownNames, type KnownNames } from './known-names.ts'
import { LedgerReader, type DrawnMovement, type LedgerThings } from './ledger-reader.ts'
import { OrderLists } from './order-lists.ts'
import { OrderPages } from './order-page.ts'
import { OrderSummaries } from './order-summary.ts'
import { DrawnBins, drawnOver, type DrawnBin } from './overlay/drawn-bins.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import { unsentOf } from './overlay/older-file.ts'
import { OverlayLook } from './overlay/overlay-look.ts'
import { PlainStore } from './plain-store.ts'
import { plainTableNames, type PlainTable } from './plain-tables.ts'
import { momentMs } from './row-codec.ts'
import type { ScopeTable } from './scope-table.ts'
import { StockLists } from './stock-lists.ts'
import { stateNamed } from './stock-rows.ts'
import { compareNames } from './text-keys.ts'

interface DetailHead {
  no: number
  id: ProductId
  sku: string
  name: string
  category: string | null
  unit: string
  reorderPoint: number
  onHand: number
  allocated: number
  unsent: number
  changedAt: number
  state: number
}

interface StoredBin {
  id: StockDetail['bins'][number]['id']
  bin: string
  onHand: number
  allocated: number
  changedAt: string
}

/** Answers the views' questions. Statements are prepared once; no question's time grows with the tables but a search's. */
export class Reader implements MirrorReader {
  private readonly db: Db
  private readonly owner: UserId
  private readonly scopes: ScopeTable
  private readonly lists: StockLists
  private readonly orderLists: OrderLists
  private readonly orderSummaries: OrderSummaries
  private readonly orderPages: OrderPages
  private readonly notificationLists: NotificationLists
  private readonly fleetReader: FleetReader
  private readonly alertRows: AlertRows
  private readonly drawnBins: DrawnBins
  private readonly ledger: LedgerReader
  private readonly names: KnownNames
  private readonly head: Statement<[productId: string, warehouse: number], DetailHead>
  private readonly barcodes: Statement<[product: number], { barcode: string; packQuantity: number }>
  private readonly bins: Statement<[product: number, warehouse: number], StoredBin>
  private readonly counts: Statement<[warehouse: number], { state: number; lines: number; units: number }>
  private readonly choices: Statement<[], WarehouseChoice>
  private readonly roles: Statement<[userId: string], { warehouseId: WarehouseId; role: MemberRole }>
  private readonly name: Statement<[userId: string], string>

  constructor(db: Db, scopes: ScopeTable, owner: UserId, drawn: DrawnIndex) {
    this.db = db
    this.owner = owner
    this.scopes = scopes
    this.lists = new StockLists(db)
    this.orderLists = new OrderLists(db)
    this.orderSummaries = new OrderSummaries(db)
    this.orderPages = new OrderPages(db, scopes, drawn, new OverlayLook(db, owner, scopes, drawn))
    this.notificationLists = new NotificationLists(db, drawn)
    this.fleetReader = fleetReader(db)
    this.alertRows = new AlertRows(db, scopes, owner, drawn)
    this.drawnBins = new DrawnBins(db, drawn)
    this.ledger = new LedgerReader(db, scopes)
    this.names = knownNames(db)
    this.head = db.prepare(`
      select p.no, n.id, p.sku, p.name, p.category, p.unit, p.reorder_point as reorderPoint,
             l.on_hand as onHand, l.allocated, ${unsentOf(db)} as unsent, l.changed_at as changedAt, l.state
        from product_no n join products p on p.no = n.no join stock_line l on l.product = p.no
        where n.id = ? and l.warehouse = ? and l.state is not null`)
    this.barcodes = db.prepare(
      'select barcode, pack_quantity as packQuantity from product_barcodes where product = ? order by pack_quantity, barcode',
    )
    this.bins = db.prepare(`
      select id, bin, quantity_on_hand as onHand, quantity_allocated as allocated, changed_at as changedAt
        from inventory where product = ? and scope = ? order by id`)
    this.counts = db.prepare(
      'select state, lines, units_on_hand as units from stock_count where warehouse = ?',
    )
    this.choices = db.prepare(`
      select id, code, name, time_zone as timeZone, negative_stock as negativeStock from warehouses order by code, id`)
    this.roles = db.prepare(`
      select warehouse_id as warehouseId, role from warehouse_members where user_id = ? order by warehouse_id`)
    this.name = db.prepare<[string], string>('select display_name from profiles where id = ?').pluck()
  }

  stockList(params: ListParams<'stock.list'>): StockPage {
    const warehouse = this.warehouse(params.warehouseId)
    return warehouse === null ? { total: 0, rows: [], keys: [] } : this.lists.page(warehouse, params)
  }

  stockRows(lines: readonly number[]): Omit<StockPage, 'total'> {
    return this.lists.rows(lines)
  }

  walkAhead(): boolean {
    return this.lists.walkAhead()
  }

  /** A transaction was committed, with these changes: what was kept of earlier answers may not be true any more. */
  changed(changesets: readonly Changeset[]): void {
    const everything = changesets.some((changeset) => changeset.everything)
    this.lists.changed({ everything, lines: changesets.flatMap(({ lines }) => lines) })
    this.orderLists.changed({ everything, orders: changesets.flatMap(({ orders }) => orders) })
  }

  isFound(productId: ProductId, search: string): boolean {
    return this.lists.search.isFound(productId, search)
  }

  stockDetail({ warehouseId, productId }: ValueParams<'stock.detail'>): StockDetail | null {
    const warehouse = this.warehouse(warehouseId)
    const head = warehouse === null ? undefined : this.head.get(productId, warehouse)
    if (warehouse === null || !head) return null
    const { no, id, sku, name, category, unit, reorderPoint, onHand, allocated, changedAt, state } = head
    const drawn = this.drawnBins.of(warehouseScope(warehouseId), no)
    return {
      product: { id, sku, name, category, unit, reorderPoint, barcodes: this.barcodes.all(no) },
      onHand,
      allocated,
      available: availableQuantity(onHand, allocated),
      unsentOnHand: head.unsent,
      state: stateNamed(state),
      changedAt,
      bins: drawnOver(this.bins.all(no, warehouse), drawn, detailBin, newBin).sort(byBin),
    }
  }

  summary({ warehouseId }: ValueParams<'summary'>): Summary {
    const summary: Summary = { products: 0, low: 0, out: 0, oversold: 0, unitsOnHand: 0 }
    const warehouse = this.warehouse(warehouseId)
    for (const { state, lines, units } of warehouse === null ? [] : this.counts.all(warehouse)) {
      const name = stateNamed(state)
      summary.products += lines
      summary.unitsOnHand += units
      if (name !== 'in-stock') summary[name] += lines
    }
    return summary
  }

  warehouses(): WarehouseChoice[] {
    return this.choices.all()
  }

  orders(params: ListParams<'orders.list'>): OrderPage {
    const scope = params.warehouseId === null ? null : this.warehouse(params.warehouseId)
    if (scope === null && params.warehouseId !== null) return { total: 0, rows: [], keys: [] }
    return this.orderLists.page(scope, params)
  }

  orderSummary({ warehouseId, at }: ValueParams<'orders.summary'>): OrdersSummary {
    return this.orderSummaries.of(this.warehouse(warehouseId), at)
  }

  orderDetail({ orderId }: ValueParams<'order.detail'>): Omit<OrderDetail, 'history'> | null {
    return this.orderPages.of(orderId)
  }

  notifications(params: ListParams<'notifications.list'>): Page<ListRow<'notifications.list'>> {
    return this.notificationLists.page(params)
  }

  fleet({ warehouseId }: ValueParams<'fleet'>): ToldFleet {
    return this.fleetReader.fleet(this.warehouse(warehouseId))
  }

  nextOverdue(after: Millis): Millis | null {
    return this.fleetReader.nextOverdue(after)
  }

  pulse(params: ValueParams<'pulse'>): Pulse {
    return this.ledger.pulse(params)
  }

  drawnMovements(params: ValueParams<'ledger.unsettled'>): DrawnMovement[] {
    return this.ledger.drawnMovements(params)
  }

  ledgerThings(products: ReadonlySet<ProductId>, orderLines: ReadonlySet<RowId>): LedgerThings {
    return this.ledger.things(products, orderLines)
  }

  orderAges(params: ValueParams<'orders.ages'>): OrderAges {
    return this.ledger.orderAges(params)
  }

  readNames<T>(read: (names: KnownNames) => T): T {
    return read(this.names)
  }

  readAlerts<T>(read: (rows: AlertRows) => T): T {
    return read(this.alertRows)
  }

  memberships(): { warehouseId: WarehouseId; role: MemberRole }[] {
    return this.roles.all(this.owner)
  }

  displayName(): string | null {
    return this.name.get(this.owner) ?? null
  }

  rows<T extends MirroredTable>(table: T): RowOf<T>[] {
    const plain = plainTableNames.find((name) => name === table)
    if (plain) return new PlainStore<PlainTable>(this.db, plain).rows() as unknown as RowOf<T>[]
    return this.db.prepare<[], RowOf<T>>(numberedTables[table as NumberedTable]).all()
  }

  private warehouse(id: WarehouseId): number | null {
    return this.scopes.number(warehouseScope(id))
  }
}

type NumberedTable = Exclude<MirroredTable, PlainTable>

/** Tables that hold numbers in place of ids, as the server has them. */
const numberedTables: Record<NumberedTable, string> = {
  products: `
    select n.id, p.sku, p.name, p.category, p.unit, p.reorder_point
      from products p join product_no n on n.no = p.no order by n.id`,
  product_barcodes: `
    select b.id, n.id as product_id, b.barcode, b.pack_quantity
      from product_barcodes b join product_no n on n.no = b.product order by b.id`,
  inventory: `
    select i.id, substr(s.scope, 11) as warehouse_id, n.id as product_id, i.bin, i.quantity_on_hand,
           i.quantity_allocated, i.changed_at
      from inventory i join product_no n on n.no = i.product join scopes s on s.no = i.scope order by i.id`,
}

type Bin = StockDetail['bins'][number]

type Overlaid = Pick<DrawnBin, 'bin' | 'onHand' | 'allocated' | 'unsent'>

const figuresOf = ({ bin, onHand, allocated, unsent }: Overlaid) => ({
  bin,
  onHand,
  allocated,
  available: availableQuantity(onHand, allocated),
  unsentOnHand: unsent,
})

const detailBin = ({ id, changedAt }: StoredBin, figures: Overlaid): Bin => ({
  id,
  ...figuresOf(figures),
  changedAt: momentMs(changedAt),
})

/** A bin that only this station's work has filled yet. */
const newBin = (drawn: DrawnBin): Bin => ({ id: null, ...figuresOf(drawn), changedAt: drawn.drawnAt })

const byBin = (a: Bin, b: Bin): number => compareNames(a.bin, b.bin)
