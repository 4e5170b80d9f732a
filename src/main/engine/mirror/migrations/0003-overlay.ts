import type { Db } from '../database.ts'

/*
 * This station's unsettled work, drawn over the rows: redrawn from the outbox at every start, lost with the file. One row for each
 * thing a command changes, with the scope that will bring it. Commands are numbered in the order they were kept: of two that
 * name a status, the later stands.
 *
 * `drawn_at` is when a command was first drawn, by the terminal's clock: the time of a bin or a read mark the server has not
 * made yet. `overlay_brought` says which scopes have brought a command, for as long as the outbox may still name it: a scope that
 * starts over numbers its history anew, and would seem not to have it.
 */
export const overlayTables = {
  overlay_commands: `
    no integer primary key, id text not null unique, unsent integer not null, drawn_at integer not null`,
  overlay_heads: `
    command integer not null, scope text not null, seq integer not null`,
  overlay_brought: `
    id text not null, scope text not null, unique (id, scope)`,
  overlay_bins: `
    command integer not null, scope text not null,
    product integer not null, bin text not null, on_hand integer not null, allocated integer not null`,
  overlay_steps: `
    command integer not null, scope text not null, order_id text not null, status text not null`,
  overlay_picks: `
    command integer not null, scope text not null, order_id text not null, id text not null, picked integer not null`,
  overlay_new_orders: `
    command integer not null, scope text not null, id text not null,
    warehouse_id text not null, number text not null, customer text, status text not null, priority integer not null,
    due_at text, created_at text not null, changed_at text not null, due_ms integer, created_ms integer not null`,
  overlay_new_items: `
    command integer not null, scope text not null, id text not null,
    order_id text not null, warehouse_id text not null, product_id text not null, line_no integer not null,
    quantity_ordered integer not null, quantity_picked integer not null`,
  overlay_reads: `
    command integer not null, scope text not null, id text not null, read integer not null`,
  // What is drawn over each order, summed up from the tables above: null where its row's own status stands.
  overlay_orders: `
    id text primary key, status text, picked integer not null, unsent integer not null`,
} as const

const indexes = `
  create index overlay_heads_by_command on overlay_heads (command);
  create index overlay_heads_by_scope on overlay_heads (scope, seq);
  create index overlay_bins_by_command on overlay_bins (command);
  create index overlay_bins_by_place on overlay_bins (scope, product);
  create index overlay_steps_by_command on overlay_steps (command);
  create index overlay_steps_by_order on overlay_steps (order_id, command);
  create index overlay_picks_by_command on overlay_picks (command);
  create index overlay_picks_by_order on overlay_picks (order_id);
  create index overlay_picks_by_item on overlay_picks (id);
  create index overlay_new_orders_by_command on overlay_new_orders (command);
  create index overlay_new_orders_by_id on overlay_new_orders (id, command);
  create index overlay_new_orders_by_number on overlay_new_orders (scope, number);
  create index overlay_new_items_by_command on overlay_new_items (command);
  create index overlay_new_items_by_order on overlay_new_items (order_id);
  create index overlay_new_items_by_id on overlay_new_items (id);
  create index overlay_reads_by_command on overlay_reads (command);
  create index overlay_reads_by_notification on overlay_reads (id, command);
`

/** What the rules of commands look up. */
const lookedUp = `
  create index sales_orders_by_number on sales_orders (scope, number);
  create index warehouse_members_by_user on warehouse_members (user_id, warehouse_id);
`

export function overlay(db: Db): void {
  for (const [table, columns] of Object.entries(overlayTables)) {
    db.exec(`create table ${table} (${columns}) strict`)
  }
  db.exec(indexes)
  db.exec('alter table stock_line add column unsent integer not null default 0')
  db.exec(lookedUp)
}
