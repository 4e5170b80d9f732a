-- The tables of the product. Quantities are whole base units; keys are UUIDs made by the server or a client.

-- Functions that are no API live here: PostgREST does not serve this schema, and its functions are called by oid from
-- policies and triggers, so nobody needs USAGE on it.
create schema private;

create table public.warehouses (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code <> ''),
  name text not null,
  time_zone text not null default 'UTC',
  -- What happens to a pick that takes more than is booked in: flagged with an alert, or refused.
  negative_stock text not null default 'accept_and_flag' check (negative_stock in ('accept_and_flag', 'refuse'))
);

create table public.products (
  id uuid primary key default gen_random_uuid(),
  sku text not null unique check (sku <> ''),
  name text not null,
  category text,
  unit text not null default 'piece',
  reorder_point integer not null default 0 check (reorder_point >= 0)
);

create table public.product_barcodes (
  id uuid primary key default gen_random_uuid(),
  product_id uuid not null references public.products (id) on delete cascade,
  barcode text not null unique check (barcode <> ''),
  -- Base units in the pack that carries this barcode.
  pack_quantity integer not null default 1 check (pack_quantity > 0)
);
create index product_barcodes_product_id_idx on public.product_barcodes (product_id);

create table public.inventory (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id),
  product_id uuid not null references public.products (id),
  bin text not null check (bin <> '' and length(bin) <= 40),
  -- Below 0 when more was taken than was booked in: that is shown, never hidden.
  quantity_on_hand integer not null default 0,
  quantity_allocated integer not null default 0 check (quantity_allocated >= 0),
  changed_at timestamptz not null default now(),
  unique (product_id, warehouse_id, bin)
);

create table public.stock_movements (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id),
  product_id uuid not null references public.products (id),
  bin text not null,
  quantity integer not null,
  kind text not null check (
    kind in ('receive', 'putaway', 'pick', 'transfer', 'adjust', 'count', 'return', 'scrap', 'opening')
  ),
  reason text,
  reference text,
  -- Who and where, as reported. No foreign keys: the ledger outlives stations, operators and users.
  station_id uuid,
  operator_id uuid,
  user_id uuid,
  mutation_id uuid unique,
  happened_at timestamptz not null,
  received_at timestamptz not null default now()
);
create index stock_movements_product_idx on public.stock_movements (product_id, warehouse_id, received_at desc);

create table public.sales_orders (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id),
  number text not null,
  customer text,
  status text not null default 'pending' check (
    status in ('pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed')
  ),
  priority integer not null default 3 check (priority between 1 and 5),
  due_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (warehouse_id, number),
  -- Lets a line prove that it is in its order's warehouse.
  unique (id, warehouse_id)
);

create table public.sales_order_items (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null,
  warehouse_id uuid not null,
  product_id uuid not null references public.products (id),
  line_no integer not null check (line_no > 0),
  quantity_ordered integer not null check (quantity_ordered > 0),
  quantity_picked integer not null default 0 check (quantity_picked >= 0),
  unique (order_id, line_no),
  foreign key (order_id, warehouse_id) references public.sales_orders (id, warehouse_id)
    on delete cascade on update cascade
);
create index sales_order_items_product_id_idx on public.sales_order_items (product_id);

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null,
  title text not null,
  body text not null,
  link text,
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index notifications_user_id_idx on public.notifications (user_id);

create table public.alerts (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id),
  kind text not null,
  severity text not null default 'warning' check (severity in ('info', 'warning', 'critical')),
  product_id uuid references public.products (id),
  message text not null,
  facts jsonb not null default '{}' check (jsonb_typeof(facts) = 'object'),
  created_at timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by uuid
);
create index alerts_open_idx on public.alerts (warehouse_id, product_id, kind) where acknowledged_at is null;
create index alerts_product_id_idx on public.alerts (product_id);

create table public.stations (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id),
  name text not null,
  kind text not null default 'desk' check (kind in ('desk', 'terminal', 'kiosk'))
);
create index stations_warehouse_id_idx on public.stations (warehouse_id);

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null,
  language text
);

create table public.warehouse_members (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  warehouse_id uuid not null references public.warehouses (id),
  role text not null default 'viewer' check (role in ('viewer', 'picker', 'supervisor', 'manager')),
  unique (user_id, warehouse_id)
);
create index warehouse_members_warehouse_id_idx on public.warehouse_members (warehouse_id);

-- People who identify themselves at a shared terminal. Never leaves the server: it holds PIN hashes.
create table public.operators (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id),
  name text not null,
  badge text not null,
  pin_hash text,
  role text not null default 'picker' check (role in ('viewer', 'picker', 'supervisor', 'manager')),
  unique (warehouse_id, badge)
);

create function private.set_changed_at() returns trigger language plpgsql set search_path = '' as $$
begin
  new.changed_at := clock_timestamp();
  return new;
end
$$;

create trigger set_changed_at before update on public.inventory
  for each row when (old.* is distinct from new.*) execute function private.set_changed_at();
create trigger set_changed_at before update on public.sales_orders
  for each row when (old.* is distinct from new.*) execute function private.set_changed_at();

-- The ledger is append-only for everyone, its owner included.
create function private.refuse_ledger_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception 'stock_movements is append-only: book a movement in the other direction instead'
    using errcode = 'restrict_violation';
end
$$;

create trigger append_only before update or delete or truncate on public.stock_movements
  for each statement execute function private.refuse_ledger_change();

-- Every user has a profile, and with it a scope of their own.
create function private.make_profile() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, display_name)
  values (
    new.id,
    coalesce(nullif(new.raw_user_meta_data ->> 'display_name', ''), nullif(split_part(new.email, '@', 1), ''), 'User')
  )
  on conflict (id) do nothing;
  return null;
end
$$;

create trigger smart_shelf_make_profile after insert on auth.users
  for each row execute function private.make_profile();
