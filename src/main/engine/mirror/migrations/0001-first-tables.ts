import type { Db } from '../database.ts'

/*
 * Base tables hold what the server sent, keyed by (id, scope): each scope has its own history, so a row that moves from
 * one to the other is briefly in both, and a late tombstone of the old scope cannot take it out of the new one.
 * Timestamps are kept as sent; `*_ms` columns beside them are for sorting.
 *
 * Derived tables (stock_line, stock_count, product_text, product_fts) can be computed from the base tables at any time,
 * and change only in the same transaction. Inventory lives in its warehouse's scope, so `warehouse` is a scope number.
 */
const base = `
  create table meta (key text primary key, value text not null) strict, without rowid;

  create table scopes (
    no integer primary key,
    scope text not null unique,
    epoch text,
    seq integer not null,
    server_time integer
  ) strict;

  -- A change we could not read: kept out of sight, but counted by the digest.
  create table unreadable (
    scope integer not null,
    table_name text not null,
    id text not null,
    seq integer not null,
    problem text not null,
    primary key (scope, table_name, id)
  ) strict, without rowid;

  -- Products are known by number from their first mention, be it in their own row, their stock or a barcode.
  -- The number stands for the id in every table that has many rows of one product.
  create table product_no (no integer primary key, id text not null unique) strict;

  create table products (
    no integer primary key,
    scope integer not null,
    seq integer not null,
    sku text not null,
    name text not null,
    category text,
    unit text not null,
    reorder_point integer not null,
    sku_key text not null,
    name_key text not null
  ) strict;

  create table product_barcodes (
    id text not null, scope integer not null, seq integer not null,
    product integer not null, barcode text not null, pack_quantity integer not null,
    primary key (id, scope)
  ) strict;
  create index product_barcodes_by_product on product_barcodes (product);

  create table inventory (
    id text not null, scope integer not null, seq integer not null,
    product integer not null, bin text not null,
    quantity_on_hand integer not null, quantity_allocated integer not null, changed_at text not null,
    primary key (id, scope)
  ) strict;
  create index inventory_by_product on inventory (product, scope);

  create table warehouses (
    id text not null, scope integer not null, seq integer not null,
    code text not null, name text not null, time_zone text not null, negative_stock text not null,
    primary key (id, scope)
  ) strict;

  create table sales_orders (
    id text not null, scope integer not null, seq integer not null,
    warehouse_id text not null, number text not null, customer text, status text not null, priority integer not null,
    due_at text, created_at text not null, changed_at text not null,
    due_ms integer, created_ms integer not null,
    primary key (id, scope)
  ) strict;
  create index sales_orders_by_urgency on sales_orders (scope, priority, due_ms is null, due_ms, created_ms, id);
  create index sales_orders_by_status on sales_orders (scope, status, priority, due_ms is null, due_ms, created_ms, id);

  create table sales_order_items (
    id text not null, scope integer not null, seq integer not null,
    order_id text not null, warehouse_id text not null, product_id text not null, line_no integer not null,
    quantity_ordered integer not null, quantity_picked integer not null,
    primary key (id, scope)
  ) strict;
  create index sales_order_items_by_order on sales_order_items (order_id);

  create table notifications (
    id text not null, scope integer not null, seq integer not null,
    user_id text not null, kind text not null, title text not null, body text not null, link text,
    created_at text not null, read_at text,
    created_ms integer not null,
    primary key (id, scope)
  ) strict;
  create index notifications_newest on notifications (user_id, created_ms, id);

  create table alerts (
    id text not null, scope integer not null, seq integer not null,
    warehouse_id text not null, kind text not null, severity text not null, product_id text, message text not null,
    facts text not null, created_at text not null, acknowledged_at text, acknowledged_by text,
    primary key (id, scope)
  ) strict;

  create table stations (
    id text not null, scope integer not null, seq integer not null,
    warehouse_id text not null, name text not null, kind text not null,
    primary key (id, scope)
  ) strict;

  create table profiles (
    id text not null, scope integer not null, seq integer not null,
    display_name text not null, language text,
    primary key (id, scope)
  ) strict;

  create table warehouse_members (
    id text not null, scope integer not null, seq integer not null,
    user_id text not null, warehouse_id text not null, role text not null,
    primary key (id, scope)
  ) strict;
`

/*
 * One line for each product with stock rows in a warehouse. `state`, `sku_key` and `name_key` are null while the product
 * itself is not known: such a line is in no list and no count. `state` is the index into stockStates.
 *
 * Each sort of the list has an index that is the list: (warehouse, sort key, SKU), the row number settling what is left.
 * Most stock is in stock, so the lists of low, out and oversold lines have indexes of their own over only those lines.
 */
const derived = `
  create table stock_line (
    line integer primary key,
    warehouse integer not null,
    product integer not null,
    bin text not null,
    bin_key text not null,
    other_bins integer not null,
    on_hand integer not null,
    allocated integer not null,
    free integer not null,
    changed_at integer not null,
    state integer,
    sku_key text,
    name_key text
  ) strict;
  create unique index stock_line_of_product on stock_line (product, warehouse);

  create table stock_count (
    warehouse integer not null,
    state integer not null,
    lines integer not null,
    units_on_hand integer not null,
    primary key (warehouse, state)
  ) strict, without rowid;

  create table product_text (no integer primary key, text text not null) strict;
  create virtual table product_fts using fts5 (
    text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1'
  );
  create virtual table product_grams using fts5vocab (product_fts, row);
`

const sortColumns = {
  sku: 'sku_key',
  name: 'name_key, sku_key',
  bin: 'bin_key, sku_key',
  available: 'free, sku_key',
  changed: 'changed_at, sku_key',
}

export function firstTables(db: Db): void {
  db.exec(base)
  db.exec(derived)
  for (const [sort, columns] of Object.entries(sortColumns)) {
    db.exec(`
      create index stock_all_by_${sort} on stock_line (warehouse, ${columns}) where state is not null;
      create index stock_short_by_${sort} on stock_line (warehouse, state, ${columns}) where state > 0;
    `)
  }
}
