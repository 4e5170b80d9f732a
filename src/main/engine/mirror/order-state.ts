import type { OrderId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
import { prepareOne, type Db, type Statement } from './database.ts'
import type { DrawnIndex } from './overlay/drawn-index.ts'
import { momentMs } from './row-codec.ts'
import type { ScopeTable } from './scope-table.ts'

/** An order in one scope, with this station's work in it. */
export interface StatedOrder {
  id: OrderId
  scope: number
  number: string
  customer: string | null
  status: OrderStatus
  priority: number
  dueMs: number | null
  createdMs: number
  changedMs: number
  lines: number
  unitsOrdered: number
  unitsPicked: number
  unsent: boolean
}

type RowTuple = [
  ...[
    scope: number,
    id: OrderId,
    number: string,
    customer: string | null,
    status: OrderStatus,
    priority: number,
  ],
  ...[dueMs: number | null, createdMs: number, changedAt: string],
]
interface Sums {
  lines: number
  ordered: number
  picked: number
}
interface Drawn {
  status: OrderStatus | null
  picked: number
  unsent: number
}

const rowColumns = 'id, number, customer, status, priority, due_ms, created_ms, changed_at'
const sumColumns = 'count(*), coalesce(sum(quantity_ordered), 0), coalesce(sum(quantity_picked), 0)'
const nothing: Sums = { lines: 0, ordered: 0, picked: 0 }
const asSums = (lines: number, ordered: number, picked: number): Sums => ({ lines, ordered, picked })

/** What rows and unsettled work together say of an order. Where nothing is drawn over any order, the overlay is not asked. */
export class OrderState {
  private readonly scopes: ScopeTable
  private readonly drawn: DrawnIndex
  private readonly rows: Statement<[id: string], RowTuple>
  private readonly made: (id: string) => { scope: Scope; row: RowTuple } | null
  private readonly sums: (id: string) => Sums | null
  private readonly newSums: (id: string) => Sums | null
  private readonly drawnOver: (id: string) => Drawn | null
  private readonly steppedAt: (id: string) => number | null

  constructor(db: Db, scopes: ScopeTable, drawn: DrawnIndex) {
    this.scopes = scopes
    this.drawn = drawn
    this.rows = db
      .prepare<[string], RowTuple>(`select scope, ${rowColumns} from sales_orders where id = ?`)
      .raw()
    this.made = prepareOne(
      db,
      `select scope, ${rowColumns} from overlay_new_orders where id = ? order by command desc, rowid desc limit 1`,
      (scope: Scope, ...row: RowTuple extends [number, ...infer Rest] ? Rest : never) => ({
        scope,
        row: [0, ...row] as RowTuple,
      }),
    )
    this.sums = prepareOne(db, `select ${sumColumns} from sales_order_items where order_id = ?`, asSums)
    // Lines that came with a new order, as long as they have no rows of their own.
    this.newSums = prepareOne(
      db,
      `select ${sumColumns} from overlay_new_items i where order_id = ?
         and not exists (select 1 from sales_order_items r where r.id = i.id)`,
      asSums,
    )
    this.drawnOver = prepareOne(
      db,
      'select status, picked, unsent from overlay_orders where id = ?',
      (status: OrderStatus | null, picked: number, unsent: number) => ({ status, picked, unsent }),
    )
    this.steppedAt = prepareOne(
      db,
      `select c.drawn_at from overlay_steps s cross join overlay_commands c on c.no = s.command
         where s.order_id = ? order by s.command desc, s.rowid desc limit 1`,
      (at: number) => at,
    )
  }

  /** One for each scope that has it; one that work has made and no scope has yet stands in the scope it was made for. */
  of(id: string): StatedOrder[] {
    const rows = this.rows.all(id)
    if (!this.drawn.hasOrders) return rows.map((row) => stated(row, must(this.sums(id), 'sums'), null, null))
    const drawn = this.drawnOver(id)
    const added = rows.length === 0 && drawn !== null ? this.added(id) : []
    if (rows.length === 0 && added.length === 0) return []
    const own = must(this.sums(id), 'sums')
    const extra = this.newSums(id) ?? nothing
    const sums = {
      lines: own.lines + extra.lines,
      ordered: own.ordered + extra.ordered,
      picked: own.picked + extra.picked,
    }
    const at = drawn !== null && drawn.status !== null ? this.steppedAt(id) : null
    return [...rows, ...added].map((row) => stated(row, sums, drawn, at))
  }

  /** Nobody sees an order of a warehouse that is not held. */
  private added(id: string): RowTuple[] {
    const made = this.made(id)
    const scope = made && this.scopes.number(made.scope)
    if (!made || scope === null) return []
    const [, ...row] = made.row
    return [[scope, ...row]]
  }
}

function stated(row: RowTuple, sums: Sums, drawn: Drawn | null, steppedAt: number | null): StatedOrder {
  const [scope, id, number, customer, status, priority, dueMs, createdMs, changedAt] = row
  return {
    ...{ id, scope, number, customer, priority, dueMs, createdMs },
    status: drawn?.status ?? status,
    changedMs: steppedAt ?? momentMs(changedAt),
    lines: sums.lines,
    unitsOrdered: sums.ordered,
    unitsPicked: sums.picked + (drawn?.picked ?? 0),
    unsent: drawn?.unsent === 1,
  }
}
