import type { OrderId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { SalesOrderItemRow } from '#shared/domain/rows.ts'
import { isToDo } from '#shared/domain/orders.ts'
import type { OrderDetail, OrderLine } from '#shared/protocol/orders.ts'
import type { Db, Statement } from './database.ts'
import { warehouseOf } from './derivations.ts'
import type { OverlaidLook } from './mirror.ts'
import { cardColumns, rowFrom, type Card } from './order-card.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import type { ScopeTable } from './scope-table.ts'
import { compareNames } from './text-keys.ts'

/** More bins of one product than this are nobody's walk. */
const MOST_BINS = 40

/** One order with its lines, and where each can be picked from. */
export class OrderPages {
  private readonly scopes: ScopeTable
  private readonly drawn: DrawnIndex
  private readonly look: OverlaidLook
  private readonly card: Statement<[id: string], Card & { scope: number }>
  private readonly unsent: Statement<[order: string], { id: string; picked: number }>

  constructor(db: Db, scopes: ScopeTable, drawn: DrawnIndex, look: OverlaidLook) {
    this.scopes = scopes
    this.drawn = drawn
    this.look = look
    this.card = db.prepare(
      `select c.scope, ${cardColumns} from order_card c where c.id = ? order by c.no desc limit 1`,
    )
    this.unsent = db.prepare(`
      select p.id, sum(p.picked) as picked from overlay_picks p cross join overlay_commands c on c.no = p.command
        where p.order_id = ? and c.unsent = 1 group by p.id`)
  }

  of(id: OrderId): Omit<OrderDetail, 'history'> | null {
    const found = this.card.get(id)
    const at = found && this.scopes.byNumber(found.scope)
    if (!found || !at) return null
    const { scope: _scope, ...card } = found
    const warehouseId = warehouseOf(at)
    const unsent = new Map(
      this.drawn.hasOrders ? this.unsent.all(id).map((pick) => [pick.id, pick.picked]) : [],
    )
    const lines = this.look
      .orderLines(id)
      .map((line) => this.line(warehouseId, line, unsent.get(line.id) ?? 0, isToDo(card.status)))
    return { warehouseId, order: rowFrom(card), lines }
  }

  private line(at: WarehouseId, line: SalesOrderItemRow, unsentPicked: number, isOpen: boolean): OrderLine {
    const { id, line_no: lineNo, product_id, quantity_ordered: ordered, quantity_picked: picked } = line
    const bins = this.bins(at, product_id)
    const there = bins.reduce((sum, { onHand }) => sum + onHand, 0)
    const missing = isOpen ? Math.max(ordered - picked - there, 0) : 0
    const product = this.productOf(product_id)
    return { id, lineNo, product, ordered, picked, unsentPicked, missing, bins: bins.slice(0, MOST_BINS) }
  }

  /** In the order in which they are walked past. */
  private bins(at: WarehouseId, product: ProductId): OrderLine['bins'] {
    return this.look
      .bins(at, product)
      .filter(({ onHand }) => onHand > 0)
      .map(({ bin, onHand }) => ({ bin, onHand }))
      .sort((a, b) => compareNames(a.bin, b.bin))
  }

  private productOf(id: ProductId): OrderLine['product'] {
    const row = this.look.product(id)
    return row
      ? { id, sku: row.sku, name: row.name, unit: row.unit }
      : { id, sku: id.slice(0, 8), name: '', unit: '' }
  }
}
