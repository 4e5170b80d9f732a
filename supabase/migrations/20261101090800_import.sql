-- The bulk way in, for `npm run import`: rows are staged in chunks and booked by one call, in one transaction. Whatever
-- goes wrong before or in that call, nothing of the import is seen. Rows carry ids made from their content, so that
-- importing the same thing again changes nothing.

create table private.import_chunks (
  import_id uuid not null,
  part text not null check (part in ('products', 'barcodes', 'movements', 'orders', 'order_items')),
  rows jsonb not null check (jsonb_typeof(rows) = 'array'),
  staged_at timestamptz not null default now()
);
create index import_chunks_import_id_idx on private.import_chunks (import_id, part);

/** Keeps a chunk of rows until `import_commit`. Chunks that nobody committed for a day are thrown away. */
create function public.import_stage(import_id uuid, part text, rows jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.import_chunks c where c.staged_at < now() - interval '1 day';
  insert into private.import_chunks (import_id, part, rows) values (import_stage.import_id, import_stage.part, import_stage.rows);
end
$$;

create function public.import_cancel(import_id uuid) returns void
language sql security definer set search_path = '' as $$
  delete from private.import_chunks c where c.import_id = import_cancel.import_id
$$;

create function private.staged(import_id uuid, part text) returns setof jsonb
language sql stable set search_path = '' as $$
  select jsonb_array_elements(c.rows) from private.import_chunks c where c.import_id = staged.import_id and c.part = staged.part
$$;

/** The warehouse with this code; made when there is none, with those as managers who manage the others. */
create function private.import_warehouse(site jsonb) returns uuid language plpgsql set search_path = '' as $$
declare
  w_id uuid := (select w.id from public.warehouses w where w.code = site ->> 'code');
begin
  if w_id is not null then
    return w_id;
  end if;
  insert into public.warehouses (code, name, time_zone)
  values (site ->> 'code', coalesce(site ->> 'name', site ->> 'code'), coalesce(site ->> 'time_zone', 'UTC'))
  returning id into w_id;
  insert into public.warehouse_members (user_id, warehouse_id, role)
  select distinct m.user_id, w_id, 'manager' from public.warehouse_members m where m.role = 'manager';
  return w_id;
end
$$;

/**
 * Books movements that are not in the ledger yet, and adds them up in their bins. An opening is for a bin that has no stock
 * row yet; elsewhere it is left out.
 */
create function private.import_movements(import_id uuid, w_id uuid) returns integer
language plpgsql set search_path = '' set enable_nestloop = off as $$
declare
  booked integer;
  zone text := (select w.time_zone from public.warehouses w where w.id = w_id);
begin
  with incoming as (
    select m.id, p.id as product_id, m.bin, m.quantity, m.kind, m.reason, m.reference,
      coalesce(m.at at time zone zone, now()) as happened_at
    from private.staged(import_id, 'movements') r,
      jsonb_to_record(r) m (id uuid, sku text, bin text, quantity integer, kind text, reason text, reference text, at timestamp)
    join public.products p on p.sku = m.sku
  ), stocked as (
    select i.product_id, i.bin from public.inventory i where i.warehouse_id = w_id
  ), added as (
    insert into public.stock_movements
      (id, warehouse_id, product_id, bin, quantity, kind, reason, reference, happened_at)
    select n.id, w_id, n.product_id, n.bin, n.quantity, n.kind, n.reason, n.reference, n.happened_at
    from incoming n left join stocked s on s.product_id = n.product_id and s.bin = n.bin
    where n.kind <> 'opening' or s.bin is null
    on conflict (id) do nothing
    returning product_id, bin, quantity
  ), added_up as (
    insert into public.inventory as i (warehouse_id, product_id, bin, quantity_on_hand)
    select w_id, a.product_id, a.bin, sum(a.quantity) from added a group by a.product_id, a.bin
    on conflict (product_id, warehouse_id, bin)
      do update set quantity_on_hand = i.quantity_on_hand + excluded.quantity_on_hand
  )
  select count(*) into booked from added;
  return booked;
end
$$;

/** Adds orders whose number is new in the warehouse, and their lines. Lines of open orders are allocated in their bin. */
create function private.import_orders(import_id uuid, w_id uuid, out orders integer, out order_items integer)
language plpgsql set search_path = '' set enable_nestloop = off as $$
declare
  zone text := (select w.time_zone from public.warehouses w where w.id = w_id);
begin
  insert into public.sales_orders (id, warehouse_id, number, customer, status, priority, due_at, created_at)
  select o.id, w_id, o.number, o.customer, o.status, o.priority, o.due at time zone zone, o.at at time zone zone
  from private.staged(import_id, 'orders') r,
    jsonb_to_record(r) o (id uuid, number text, customer text, status text, priority integer, due timestamp, at timestamp)
  on conflict do nothing;
  get diagnostics orders = row_count;

  with incoming as (
    select i.id, i.order_id, p.id as product_id, i.line_no, i.ordered, i.picked, i.bin
    from private.staged(import_id, 'order_items') r,
      jsonb_to_record(r) i (id uuid, order_id uuid, sku text, line_no integer, ordered integer, picked integer, bin text)
    join public.products p on p.sku = i.sku
  ), added as (
    insert into public.sales_order_items (id, order_id, warehouse_id, product_id, line_no, quantity_ordered, quantity_picked)
    select n.id, n.order_id, w_id, n.product_id, n.line_no, n.ordered, n.picked
    from incoming n join public.sales_orders o on o.id = n.order_id and o.warehouse_id = w_id
    on conflict do nothing
    returning id
  ), allocated as (
    update public.inventory s
    set quantity_allocated = s.quantity_allocated + waiting.quantity
    from (
      select n.product_id, n.bin, sum(n.ordered - n.picked) as quantity
      from added a join incoming n on n.id = a.id
      where n.bin is not null and n.ordered > n.picked
      group by n.product_id, n.bin
    ) waiting
    where s.warehouse_id = w_id and s.product_id = waiting.product_id and s.bin = waiting.bin
  )
  select count(*) into order_items from added;
end
$$;

/**
 * Books all that was staged, or nothing.
 * @param site {code, name?, time_zone?} of the warehouse; times of staged rows are local to its time zone
 * @returns how many rows of each kind were new: {products, barcodes, movements, orders, order_items}, and `warehouse_id`
 */
create function public.import_commit(import_id uuid, site jsonb) returns jsonb
language plpgsql security definer set search_path = '' set statement_timeout = '30min' as $$
declare
  w_id uuid;
  products integer;
  barcodes integer;
  movements integer;
  made record;
begin
  if not exists (select from private.import_chunks c where c.import_id = import_commit.import_id) then
    raise sqlstate 'PT404' using message = 'Nothing is staged under this import id';
  end if;
  -- One import after another, and heads in ascending order before anything else.
  perform pg_advisory_xact_lock(hashtextextended('smart-shelf-import', 0));
  perform private.lock_scopes(array['site']);
  w_id := private.import_warehouse(site);
  perform private.lock_scopes(array['ledger:' || w_id, 'warehouse:' || w_id]);

  insert into public.products as p (id, sku, name, category, unit, reorder_point)
  select n.id, n.sku, n.name, n.category, coalesce(n.unit, 'piece'), coalesce(n.reorder_point, 0)
  from private.staged(import_id, 'products') r,
    jsonb_to_record(r) n (id uuid, sku text, name text, category text, unit text, reorder_point integer)
  on conflict (sku) do nothing;
  get diagnostics products = row_count;

  insert into public.product_barcodes (id, product_id, barcode, pack_quantity)
  select n.id, p.id, n.barcode, coalesce(n.pack_quantity, 1)
  from private.staged(import_id, 'barcodes') r,
    jsonb_to_record(r) n (id uuid, sku text, barcode text, pack_quantity integer)
  join public.products p on p.sku = n.sku
  on conflict do nothing;
  get diagnostics barcodes = row_count;

  movements := private.import_movements(import_id, w_id);
  made := private.import_orders(import_id, w_id);
  delete from private.import_chunks c where c.import_id = import_commit.import_id;
  return jsonb_build_object(
    'warehouse_id', w_id, 'products', products, 'barcodes', barcodes, 'movements', movements,
    'orders', made.orders, 'order_items', made.order_items
  );
end
$$;

revoke execute on function public.import_stage(uuid, text, jsonb), public.import_cancel(uuid), public.import_commit(uuid, jsonb)
  from public, anon, authenticated;
grant execute on function public.import_stage(uuid, text, jsonb), public.import_cancel(uuid), public.import_commit(uuid, jsonb)
  to service_role;
revoke execute on all functions in schema private from public;
