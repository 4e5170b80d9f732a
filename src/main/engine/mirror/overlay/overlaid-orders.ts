import { must } from '#shared/lib/must.ts'
import type { ListRow } from '#shared/protocol/views.ts'
import type { Db, SqlValue, Statement } from '../database.ts'

interface Wanted {
  /** Number of the warehouse's scope, or null for all. */
  scope: number | null
  status: string | null
}

type Parameters = Wanted & { offset?: number; limit?: number }

/** A list's row as it is stored. */
export interface StoredOrder extends Omit<
  ListRow<'orders.list'>,
  'dueAt' | 'createdAt' | 'changedAt' | 'unsent'
> {
  dueAt: string | null
  createdAt: string
  changedAt: string
  unsent: number
}

/**
 * Windows of the order list with unsettled work in it: an order stands where the status that work gives it belongs, and orders
 * that work made stand among the others. What nothing is drawn over is read from the index that is the list, as without an
 * overlay, and merged with the rest, of which there is as much as this station has at hand.
 */
export class OverlaidOrders {
  private readonly db: Db
  private readonly prepared = new Map<string, Statement<[Parameters], SqlValue>>()

  constructor(db: Db) {
    this.db = db
  }

  rows(wanted: Wanted, offset: number, limit: number): StoredOrder[] {
    return this.once<StoredOrder>('rows', wanted, rowsOf).all({ ...wanted, offset, limit })
  }

  total(wanted: Wanted): number {
    return must(this.once<{ n: number }>('total', wanted, totalOf).get(wanted), 'a count').n
  }

  private once<R>(what: string, wanted: Wanted, sql: (parts: Parts) => string): Statement<[Parameters], R> {
    const shape = `${what}/${wanted.scope === null}/${wanted.status === null}`
    let statement = this.prepared.get(shape)
    if (!statement) {
      statement = this.db.prepare<[Parameters], SqlValue>(sql(partsOf(wanted)))
      this.prepared.set(shape, statement)
    }
    return statement as Statement<[Parameters]> as Statement<[Parameters], R>
  }
}

/** What is most urgent first: by priority, then by when it is due (no date last), then the oldest. */
const urgency = 'priority, due_last, due_ms, created_ms, id'
const keys = (of: string): string =>
  `${of}.id, ${of}.priority, ${of}.due_ms is null as due_last, ${of}.due_ms, ${of}.created_ms`

interface Parts {
  /** Orders nothing is drawn over. */
  plain: string
  /** Orders something is drawn over. */
  drawn: string
  /** Orders that have no row yet. */
  added: string
  /** Conditions on `sales_orders o` by its own status. */
  own: string
}

function partsOf({ scope, status }: Wanted): Parts {
  const where = (no: string, is: string): string =>
    [
      ...(scope === null ? [] : [`${no} = @scope`]),
      ...(status === null ? [] : [`${is} = @status`]),
      'true',
    ].join(' and ')
  const own = where('o.scope', 'o.status')
  return {
    own,
    plain: `
      select ${keys('o')}, o.scope, null as added from sales_orders o
        where ${own} and not exists (select 1 from overlay_orders d where d.id = o.id)`,
    drawn: `
      select ${keys('o')}, o.scope, null as added from overlay_orders d cross join sales_orders o on o.id = d.id
        where ${where('o.scope', 'coalesce(d.status, o.status)')}`,
    added: `
      select ${keys('n')}, s.no as scope, n.rowid as added
        from overlay_orders d cross join overlay_new_orders n on n.id = d.id cross join scopes s on s.scope = n.scope
        where ${where('s.no', 'coalesce(d.status, n.status)')}
          and not exists (select 1 from sales_orders o where o.id = n.id)
          and n.rowid = (
            select rowid from overlay_new_orders m where m.id = n.id order by command desc, rowid desc limit 1
          )`,
  }
}

/** Lines that came with a new order, as long as they have no rows of their own. */
const newLines = `
  overlay_new_items i where i.order_id = w.id
    and not exists (select 1 from sales_order_items r where r.id = i.id)`
const sums = (column: string): string => `
  (select coalesce(sum(${column}), 0) from sales_order_items i where i.order_id = w.id) +
  (select coalesce(sum(${column}), 0) from ${newLines})`

const rowsOf = ({ plain, drawn, added }: Parts): string => `
  with listed as (
    ${plain} union all ${drawn} union all ${added} order by ${urgency} limit @limit offset @offset
  )
  select w.id, coalesce(o.number, n.number) as number, coalesce(o.customer, n.customer) as customer,
         coalesce(d.status, o.status, n.status) as status, w.priority,
         coalesce(o.due_at, n.due_at) as dueAt, coalesce(o.created_at, n.created_at) as createdAt,
         coalesce(o.changed_at, n.changed_at) as changedAt,
         ${sums('1')} as lines, ${sums('quantity_ordered')} as unitsOrdered,
         ${sums('quantity_picked')} + coalesce(d.picked, 0) as unitsPicked, coalesce(d.unsent, 0) as unsent
    from listed w
      left join sales_orders o on w.added is null and o.id = w.id and o.scope = w.scope
      left join overlay_new_orders n on n.rowid = w.added
      left join overlay_orders d on d.id = w.id
    order by w.priority, w.due_last, w.due_ms, w.created_ms, w.id`

const totalOf = ({ own, drawn, added }: Parts): string => `
  select (select count(*) from sales_orders o where ${own})
       - (select count(*) from overlay_orders d cross join sales_orders o on o.id = d.id where ${own})
       + (select count(*) from (${drawn})) + (select count(*) from (${added})) as n`
