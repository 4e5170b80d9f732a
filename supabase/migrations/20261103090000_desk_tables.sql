-- What the supervisor's desk needs of the tables: who people are, what stations say of themselves, what was said to them.

-- The names of a warehouse's people, for those who work with them. Profiles and memberships are each user's own affair and
-- stay in their own scope; this is what others may know. Who left stays listed, with no role: the ledger remembers them.
create table public.people (
  id uuid primary key default gen_random_uuid(),
  warehouse_id uuid not null references public.warehouses (id),
  user_id uuid not null,
  display_name text not null,
  role text check (role in ('viewer', 'picker', 'supervisor', 'manager')),
  unique (user_id, warehouse_id)
);
create index people_warehouse_id_idx on public.people (warehouse_id);

-- What a station said of itself, stamped by the server (`report_station`). Null before its first report.
alter table public.stations
  -- Who is signed in there; null when nobody is.
  add column user_id uuid,
  add column app_version text,
  -- Its link as it was told last, one of the words of LinkStatus in src/shared/protocol/status.ts.
  add column link text,
  -- Changes it knew to be missing, and the server's time up to which its figures were complete.
  add column behind integer,
  add column complete_as_of timestamptz,
  add column unsent integer,
  add column oldest_unsent_at timestamptz,
  add column refused integer,
  add column last_scan_at timestamptz,
  -- Terminal clock minus server clock.
  add column clock_offset_ms integer,
  add column seen_at timestamptz,
  -- When it is overdue, unless it reports again; null once it said goodbye.
  add column expected_by timestamptz;

alter table public.alerts
  -- What a computed alert is about, such as `out/<product id>`; an alert of this key is its acknowledgement.
  add column key text,
  add column raised_by uuid,
  add column raised_at_station uuid;
create index alerts_key_idx on public.alerts (warehouse_id, key) where key is not null;

-- Who has seen, accepted or declined what was said to all: a message, a drill.
create table public.alert_receipts (
  id uuid primary key default gen_random_uuid(),
  alert_id uuid not null references public.alerts (id) on delete cascade,
  warehouse_id uuid not null references public.warehouses (id),
  station_id uuid,
  user_id uuid not null,
  answer text not null check (answer in ('seen', 'accepted', 'declined', 'reported')),
  facts jsonb not null default '{}' check (jsonb_typeof(facts) = 'object'),
  answered_at timestamptz not null default now(),
  unique nulls not distinct (alert_id, station_id, user_id)
);
create index alert_receipts_warehouse_id_idx on public.alert_receipts (warehouse_id);

alter table public.notifications
  add column severity text not null default 'info' check (severity in ('info', 'warning', 'critical')),
  add column from_user uuid,
  add column warehouse_id uuid,
  -- When it was told on to the supervisors, because nobody had read it.
  add column escalated_at timestamptz;
create index notifications_unread_idx on public.notifications (created_at) where read_at is null;

do $$
declare
  t text;
begin
  foreach t in array array['people', 'alert_receipts'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('grant select on public.%I to authenticated', t);
    execute format(
      'create policy %I on public.%I for select to authenticated using (warehouse_id in (select private.my_warehouses()))',
      'members read ' || t, t
    );
  end loop;
end
$$;

-- An alert is acknowledged by command only: with who did it, and at a moment the server names.
revoke update (acknowledged_at, acknowledged_by) on public.alerts from authenticated;
drop policy "pickers and above acknowledge alerts" on public.alerts;

-- As before, with the new tables: rows of pulls and of repairs are filled by it.
create or replace function private.changes_of(wanted text, names text[], ids uuid[], seqs bigint[], ops "char"[]) returns json
language sql stable set search_path = '' set enable_seqscan = off set enable_bitmapscan = off as $$
  select coalesce(json_agg(
    json_build_object('table', e.table_name, 'id', e.row_id, 'seq', e.seq, 'row', case
      when e.op = 'D' then null
      when e.table_name = 'inventory' then (
        select row_to_json(t) from public.inventory t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'products' then (
        select row_to_json(t) from public.products t where t.id = e.row_id)
      when e.table_name = 'product_barcodes' then (
        select row_to_json(t) from public.product_barcodes t where t.id = e.row_id)
      when e.table_name = 'stock_movements' then (
        select row_to_json(t) from public.stock_movements t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'sales_orders' then (
        select row_to_json(t) from public.sales_orders t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'sales_order_items' then (
        select row_to_json(t) from public.sales_order_items t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'notifications' then (
        select row_to_json(t) from public.notifications t where t.id = e.row_id and t.user_id = o.id)
      when e.table_name = 'alerts' then (
        select row_to_json(t) from public.alerts t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'alert_receipts' then (
        select row_to_json(t) from public.alert_receipts t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'people' then (
        select row_to_json(t) from public.people t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'stations' then (
        select row_to_json(t) from public.stations t where t.id = e.row_id and t.warehouse_id = o.id)
      when e.table_name = 'warehouses' then (
        select row_to_json(t) from public.warehouses t where t.id = e.row_id and t.id = o.id)
      when e.table_name = 'profiles' then (
        select row_to_json(t) from public.profiles t where t.id = e.row_id and t.id = o.id)
      when e.table_name = 'warehouse_members' then (
        select row_to_json(t) from public.warehouse_members t where t.id = e.row_id and t.user_id = o.id)
    end) order by e.seq
  ), '[]')
  from unnest(names, ids, seqs, ops) e (table_name, row_id, seq, op), (select private.scope_owner(wanted) as id) o
$$;

select private.track('people', 'warehouse', 'warehouse_id');
select private.track('alert_receipts', 'warehouse', 'warehouse_id');

/** Writes what others may know of these members anew. */
create function private.tell_people(user_ids uuid[], warehouse_ids uuid[]) returns void
language sql security definer set search_path = '' as $$
  insert into public.people as p (warehouse_id, user_id, display_name, role)
  select asked.warehouse_id, asked.user_id, coalesce(f.display_name, 'User'), m.role
  from (select distinct u.user_id, u.warehouse_id from unnest(user_ids, warehouse_ids) u (user_id, warehouse_id)) asked
  left join public.profiles f on f.id = asked.user_id
  left join public.warehouse_members m on m.user_id = asked.user_id and m.warehouse_id = asked.warehouse_id
  order by asked.warehouse_id, asked.user_id
  on conflict (user_id, warehouse_id) do update set role = excluded.role, display_name = case
      when exists (select from public.profiles f where f.id = p.user_id) then excluded.display_name
      else p.display_name
    end
    where (p.display_name, p.role) is distinct from (excluded.display_name, excluded.role)
$$;

create function private.tell_members() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op <> 'DELETE' then
    perform private.tell_people(array_agg(n.user_id), array_agg(n.warehouse_id)) from new_rows n;
  end if;
  if tg_op <> 'INSERT' then
    perform private.tell_people(array_agg(o.user_id), array_agg(o.warehouse_id)) from old_rows o;
  end if;
  return null;
end
$$;
create trigger tell_people_insert after insert on public.warehouse_members
  referencing new table as new_rows for each statement execute function private.tell_members();
create trigger tell_people_update after update on public.warehouse_members
  referencing old table as old_rows new table as new_rows for each statement execute function private.tell_members();
create trigger tell_people_delete after delete on public.warehouse_members
  referencing old table as old_rows for each statement execute function private.tell_members();

create function private.tell_names() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_people(array_agg(m.user_id), array_agg(m.warehouse_id))
  from new_rows n join public.warehouse_members m on m.user_id = n.id;
  return null;
end
$$;
create trigger tell_people after update on public.profiles
  referencing new table as new_rows for each statement execute function private.tell_names();

select private.tell_people(array_agg(m.user_id), array_agg(m.warehouse_id)) from public.warehouse_members m;

alter table public.sync_settings alter column schema_version set default 3;
update public.sync_settings set schema_version = 3;

revoke execute on all functions in schema private from public;
