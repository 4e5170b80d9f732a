-- What the full set of commands needs of the tables.

-- A command may book several movements (out of one bin, into another), numbered within it.
alter table public.stock_movements drop constraint stock_movements_mutation_id_key;
alter table public.stock_movements
  add column line_no integer not null default 1 check (line_no > 0),
  -- The order line it was picked for, or returned from.
  add column order_item_id uuid,
  -- The head of the warehouse's scope that contains this movement: a count nets what moved after it began by this
  -- number, never by a clock.
  add column warehouse_seq bigint,
  add constraint stock_movements_mutation_line_key unique (mutation_id, line_no);
create index stock_movements_order_item_idx on public.stock_movements (order_item_id) where order_item_id is not null;
create index stock_movements_reference_idx on public.stock_movements (warehouse_id, product_id, reference)
  where reference is not null;
create index stock_movements_seq_idx on public.stock_movements (product_id, warehouse_id, bin, warehouse_seq);
create index stock_movements_counts_idx on public.stock_movements (product_id, warehouse_id, bin, happened_at)
  where kind = 'count';

-- What was asked is kept beside the answer, for undo and for the person who asks later.
alter table public.command_ledger
  add column asked jsonb,
  add column undone_by uuid;

-- An order's status holds stock back and gives it back: it goes on by command only.
revoke update (status) on public.sales_orders from authenticated;

-- Asked for every command: a single expression, which the planner puts in place of the call.
create or replace function private.role_rank(role text) returns integer language sql immutable
return case role when 'viewer' then 1 when 'picker' then 2 when 'supervisor' then 3 when 'manager' then 4 else 0 end;

create function private.uuid_of(value jsonb) returns uuid language sql immutable
return case when private.is_uuid(value) then (value #>> '{}')::uuid end;
