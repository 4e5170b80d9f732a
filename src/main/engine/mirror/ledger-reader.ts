import type { MutationId, OrderId, ProductId, RowId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import type { OrderAges, Pulse } from '#shared/protocol/ledger.ts'
import type { ValueParams } from '#shared/protocol/views.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'
import type { Db, Statement } from './database.ts'
import type { ScopeTable } from './scope-table.ts'

export interface NamedProduct {
  id: ProductId
  sku: string
  name: string
  unit: string
}

/** One bin that a command of this station moves, as long as the rows do not show it. */
export interface DrawnMovement {
  mutationId: MutationId
  product: NamedProduct
  bin: string
  quantity: number
  /** Known to be at the server. */
  isSent: boolean
  /** When it was drawn first, terminal clock. */
  drawnAt: Millis
}

/** What the ledger's rows name by id, as far as the mirror has it. */
export interface LedgerThings {
  products: ReadonlyMap<ProductId, NamedProduct>
  /** By the id of the order's line. */
  orders: ReadonlyMap<RowId, { id: OrderId; number: string }>
}

const SLOT_MS = 10 * MINUTE_MS
/** Orders that somebody still has to do something for. */
const openStatuses: readonly OrderStatus[] = ['pending', 'picking', 'packed']
const open = openStatuses.map((status) => `'${status}'`).join(', ')

type StoredDrawn = Omit<DrawnMovement, 'product' | 'isSent'> & NamedProduct & { unsent: number }

/** What the mirror knows around the ledger, which it does not hold. */
export class LedgerReader {
  private readonly scopes: ScopeTable
  private readonly drawn: Statement<[scope: string], StoredDrawn>
  private readonly drawnOf: Statement<[scope: string, productId: string], StoredDrawn>
  private readonly product: Statement<[id: string], NamedProduct>
  private readonly orderOfLine: Statement<[item: string], { id: OrderId; number: string }>
  private readonly ages: Statement<
    [{ scope: string; no: number }],
    { status: OrderStatus; at: number; orders: number }
  >

  constructor(db: Db, scopes: ScopeTable) {
    this.scopes = scopes
    const drawn = `
      select c.id as mutationId, n.id, p.sku, p.name, p.unit, b.bin, sum(b.on_hand) as quantity, c.unsent,
             c.drawn_at as drawnAt
        from overlay_bins b cross join overlay_commands c on c.no = b.command
          cross join product_no n on n.no = b.product cross join products p on p.no = b.product`
    const each = 'group by c.no, b.product, b.bin having sum(b.on_hand) <> 0 order by c.no desc, b.bin'
    this.drawn = db.prepare(`${drawn} where b.scope = ? ${each}`)
    this.drawnOf = db.prepare(
      `${drawn} where b.scope = ? and b.product = (select no from product_no where id = ?) ${each}`,
    )
    this.product = db.prepare(`
      select n.id, p.sku, p.name, p.unit from product_no n join products p on p.no = n.no where n.id = ?`)
    this.orderOfLine = db.prepare(`
      select o.id, o.number from sales_order_items i join sales_orders o on o.id = i.order_id where i.id = ?`)
    const slot = (of: string): string => `${of}.created_ms / ${SLOT_MS} * ${SLOT_MS} as at`
    this.ages = db.prepare(`
      with listed as (
        select o.status, ${slot('o')} from sales_orders o
          where o.scope = @no and o.status in (${open}) and not exists (select 1 from overlay_orders d where d.id = o.id)
        union all
        select coalesce(d.status, o.status), ${slot('o')} from overlay_orders d cross join sales_orders o on o.id = d.id
          where o.scope = @no
        union all
        select coalesce(d.status, w.status), ${slot('w')} from overlay_orders d cross join overlay_new_orders w on w.id = d.id
          where w.scope = @scope and not exists (select 1 from sales_orders o where o.id = w.id)
            and w.rowid = (select max(m.rowid) from overlay_new_orders m where m.id = w.id)
      )
      select status, at, count(*) as orders from listed where status in (${open}) group by 1, 2 order by 1, 2`)
  }

  pulse({ warehouseId }: ValueParams<'pulse'>): Pulse {
    const { epoch, seq } = this.scopes.cursor(warehouseScope(warehouseId))
    return { epoch, seq }
  }

  drawnMovements({ warehouseId, productId }: ValueParams<'ledger.unsettled'>): DrawnMovement[] {
    const scope = warehouseScope(warehouseId)
    const rows = productId === null ? this.drawn.all(scope) : this.drawnOf.all(scope, productId)
    return rows.map(({ mutationId, bin, quantity, unsent, drawnAt, ...product }) => ({
      mutationId,
      product,
      bin,
      quantity,
      isSent: unsent === 0,
      drawnAt,
    }))
  }

  things(products: ReadonlySet<ProductId>, lines: ReadonlySet<RowId>): LedgerThings {
    const found: {
      products: Map<ProductId, NamedProduct>
      orders: Map<RowId, { id: OrderId; number: string }>
    } = { products: new Map(), orders: new Map() }
    for (const id of products) {
      const row = this.product.get(id)
      if (row) found.products.set(id, row)
    }
    for (const line of lines) {
      const order = this.orderOfLine.get(line)
      if (order) found.orders.set(line, order)
    }
    return found
  }

  /** Open orders, also those that only this station's work has made, each under the status that work gives it. */
  orderAges({ warehouseId }: ValueParams<'orders.ages'>): OrderAges {
    const scope = warehouseScope(warehouseId)
    const no = this.scopes.number(scope)
    const slots = no === null ? [] : this.ages.all({ scope, no })
    return openStatuses.map((status) => {
      const mine = slots.filter((slot) => slot.status === status)
      return {
        status,
        orders: mine.reduce((all, { orders }) => all + orders, 0),
        slots: mine.map(({ at, orders }) => ({ at, orders })),
      }
    })
  }
}
