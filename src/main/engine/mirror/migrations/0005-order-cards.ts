import type { Db } from '../database.ts'
import { momentMs } from '../row-codec.ts'
import { searchTextOf, sortKey } from '../text-keys.ts'

/*
 * What lists of orders show, sort, count and find: one card for each order in a scope, computed from its row, its lines and the
 * station's own work drawn over them, in the same transaction. `due_key` is the due moment, or NO_DUE, so that what has no date
 * stands last; `progress` is the picked share in thousandths.
 *
 * Each sort of the list has an index that is the list of one status; that of all is those six, merged as they are read.
 */
export const orderTables = {
  order_card: `
    no integer primary key, scope integer not null, id text not null, number text not null, customer text,
    status text not null, priority integer not null, due_key integer not null, created_ms integer not null,
    changed_ms integer not null, lines integer not null, units_ordered integer not null, units_picked integer not null,
    unsent integer not null, number_key text not null, progress integer not null, text text not null`,
  order_count: `
    scope integer not null, status text not null, orders integer not null, units_open integer not null,
    unique (scope, status)`,
} as const

/** Where an order has no due date: after every date there is. */
export const NO_DUE = Number.MAX_SAFE_INTEGER

/** Columns of `order_card` by which a list is sorted, ties and all. */
export const orderSortColumns = {
  urgency: 'priority, due_key, created_ms, id',
  due: 'due_key, priority, created_ms, id',
  changed: 'changed_ms, id',
  number: 'number_key, number, id',
  progress: 'progress, priority, due_key, created_ms, id',
} as const

const search = `
  create virtual table order_fts using fts5 (
    text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1'
  );
  create virtual table order_grams using fts5vocab (order_fts, row);
`

export function orderCards(db: Db): void {
  for (const [table, columns] of Object.entries(orderTables))
    db.exec(`create table ${table} (${columns}) strict`)
  db.exec('create unique index order_card_of on order_card (id, scope)')
  // Lists were read from the rows themselves before.
  db.exec('drop index sales_orders_by_urgency; drop index sales_orders_by_status')
  db.exec(search)
  fill(db)
  for (const [sort, columns] of Object.entries(orderSortColumns)) {
    db.exec(`create index orders_by_${sort} on order_card (scope, status, ${columns})`)
  }
}

/** A file that cannot be brought forward: cards are made in memory, from what it has. Nothing is drawn over its rows. */
export function standInForOrderCards(db: Db): void {
  if (db.prepare("select 1 from main.sqlite_schema where name = 'order_card'").get() !== undefined) return
  db.pragma('temp_store = memory')
  for (const [table, columns] of Object.entries(orderTables)) {
    db.exec(`create temp table ${table} (${columns}) strict`)
  }
  db.exec(`
    create virtual table temp.order_fts using fts5 (text, tokenize='trigram case_sensitive 1');
    create virtual table temp.order_grams using fts5vocab (temp, order_fts, row);
  `)
  fill(db)
}

interface Row {
  scope: number
  id: string
  number: string
  customer: string | null
  status: string
  priority: number
  dueMs: number | null
  createdMs: number
  changedAt: string
  lines: number
  ordered: number
  picked: number
}

/** Cards for what is there already, without work: that is drawn anew at every start. */
function fill(db: Db): void {
  const index = db.prepare<[no: number, text: string]>('insert into order_fts (rowid, text) values (?, ?)')
  const rows = db.prepare<[], Row>(`
    select o.scope, o.id, o.number, o.customer, o.status, o.priority, o.due_ms as dueMs, o.created_ms as createdMs,
           o.changed_at as changedAt, count(i.id) as lines, coalesce(sum(i.quantity_ordered), 0) as ordered,
           coalesce(sum(i.quantity_picked), 0) as picked
      from sales_orders o left join sales_order_items i on i.order_id = o.id group by o.id, o.scope`)
  const insert = db.prepare(`
    insert into order_card (scope, id, number, customer, status, priority, due_key, created_ms, changed_ms, lines,
                            units_ordered, units_picked, unsent, number_key, progress, text)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`)
  for (const row of rows.all()) {
    const { scope, id, number, customer, status, priority, createdMs, lines, ordered, picked } = row
    const text = searchTextOf([number, customer ?? ''])
    const { lastInsertRowid } = insert.run(
      ...[scope, id, number, customer, status, priority, row.dueMs ?? NO_DUE, createdMs],
      ...[
        momentMs(row.changedAt),
        lines,
        ordered,
        picked,
        sortKey(number),
        progressOf(picked, ordered),
        text,
      ],
    )
    index.run(Number(lastInsertRowid), text)
  }
  db.exec(`
    insert into order_count (scope, status, orders, units_open)
      select scope, status, count(*), sum(max(units_ordered - units_picked, 0)) from order_card group by scope, status`)
}

/** The picked share in thousandths; an order without lines has none. */
export const progressOf = (picked: number, ordered: number): number =>
  ordered <= 0 ? 0 : Math.floor((picked * 1000) / ordered)
