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

-- What was asked is kept beside the answer, for undo and for the person who asks later.
alter table public.command_ledger
  add column asked jsonb,
  add column undone_by uuid;

/** The warehouse's head now: what a station must have reached to show all that was booked up to here. */
create function private.head_of(wanted text) returns bigint language sql stable set search_path = '' as $$
  select s.head from public.sync_scopes s where s.scope = wanted
$$;
