-- Who may read and write what. Reading follows warehouse membership; stock is changed by `apply_commands` only, so no
-- client role has a write privilege on inventory or stock_movements at all. anon gets nothing.

create function private.role_rank(role text) returns integer language sql immutable set search_path = '' as $$
  select case role when 'viewer' then 1 when 'picker' then 2 when 'supervisor' then 3 when 'manager' then 4 else 0 end
$$;

/** The caller's warehouses in which they have at least this role. */
create function private.my_warehouses(at_least text default 'viewer') returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.warehouse_id
  from public.warehouse_members m
  where m.user_id = (select auth.uid()) and private.role_rank(m.role) >= private.role_rank(at_least)
$$;

/** Whether the caller belongs to the site: a member of at least one warehouse, with at least this role. */
create function private.is_member(at_least text default 'viewer') returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from private.my_warehouses(at_least))
$$;

do $$
declare
  t text;
begin
  foreach t in array array[
    'warehouses', 'products', 'product_barcodes', 'inventory', 'stock_movements', 'sales_orders', 'sales_order_items',
    'notifications', 'alerts', 'stations', 'profiles', 'warehouse_members', 'operators'
  ] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    if t <> 'operators' then
      execute format('grant select on public.%I to authenticated', t);
    end if;
  end loop;
end
$$;

-- Reading. `in (select f())` and `(select f())` are evaluated once per query, not once per row.
create policy "members read their warehouses" on public.warehouses for select to authenticated
  using (id in (select private.my_warehouses()));
create policy "members read products" on public.products for select to authenticated
  using ((select private.is_member()));
create policy "members read barcodes" on public.product_barcodes for select to authenticated
  using ((select private.is_member()));
create policy "members read stock" on public.inventory for select to authenticated
  using (warehouse_id in (select private.my_warehouses()));
create policy "members read the ledger" on public.stock_movements for select to authenticated
  using (warehouse_id in (select private.my_warehouses()));
create policy "members read orders" on public.sales_orders for select to authenticated
  using (warehouse_id in (select private.my_warehouses()));
create policy "members read order lines" on public.sales_order_items for select to authenticated
  using (warehouse_id in (select private.my_warehouses()));
create policy "members read alerts" on public.alerts for select to authenticated
  using (warehouse_id in (select private.my_warehouses()));
create policy "members read stations" on public.stations for select to authenticated
  using (warehouse_id in (select private.my_warehouses()));
create policy "users read their notifications" on public.notifications for select to authenticated
  using (user_id = (select auth.uid()));
create policy "users read their profile" on public.profiles for select to authenticated
  using (id = (select auth.uid()));
create policy "users read their memberships" on public.warehouse_members for select to authenticated
  using (user_id = (select auth.uid()));

-- Writing, where a plain table write cannot hurt stock.
grant update (read_at) on public.notifications to authenticated;
create policy "users mark their notifications read" on public.notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

grant update (display_name, language) on public.profiles to authenticated;
create policy "users edit their profile" on public.profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

grant update (acknowledged_at, acknowledged_by) on public.alerts to authenticated;
create policy "pickers and above acknowledge alerts" on public.alerts for update to authenticated
  using (warehouse_id in (select private.my_warehouses('picker')))
  with check (
    warehouse_id in (select private.my_warehouses('picker')) and acknowledged_by is not distinct from (select auth.uid())
  );

grant update (status, priority, due_at) on public.sales_orders to authenticated;
create policy "supervisors and above steer orders" on public.sales_orders for update to authenticated
  using (warehouse_id in (select private.my_warehouses('supervisor')))
  with check (warehouse_id in (select private.my_warehouses('supervisor')));

grant insert, update, delete on public.stations to authenticated;
create policy "managers add stations" on public.stations for insert to authenticated
  with check (warehouse_id in (select private.my_warehouses('manager')));
create policy "managers change stations" on public.stations for update to authenticated
  using (warehouse_id in (select private.my_warehouses('manager')))
  with check (warehouse_id in (select private.my_warehouses('manager')));
create policy "managers remove stations" on public.stations for delete to authenticated
  using (warehouse_id in (select private.my_warehouses('manager')));
