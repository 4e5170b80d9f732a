-- What stations ask: which scopes, what changed since a cursor, and whether the mirror is equal.
-- All of them answer signed-in users only: an empty answer to anyone else would read as "all gone".

/** The caller's id, or PT401 (HTTP 401) when there is no signed-in user behind the call. */
create function private.signed_in_user() returns uuid language plpgsql stable set search_path = '' as $$
declare
  uid uuid := auth.uid();
begin
  if uid is null or auth.role() is distinct from 'authenticated' then
    raise sqlstate 'PT401' using message = 'Sign in first', hint = 'The request carries no valid user token.';
  end if;
  return uid;
end
$$;

/** Every scope the caller may read. A scope without an entry in sync_scopes does not exist. */
create function private.granted_scopes() returns setof text
language sql stable security definer set search_path = '' as $$
  select s.scope
  from (
    select 'site' as scope where private.is_member()
    union all select 'user:' || auth.uid()
    union all select kind || id from private.my_warehouses() id, unnest(array['ledger:', 'warehouse:']) kind
  ) granted
  join public.sync_scopes s on s.scope = granted.scope collate "C"
$$;

grant select (scope, epoch, head) on public.sync_scopes to authenticated;
create policy "users read the heads of their scopes" on public.sync_scopes for select to authenticated
  using (scope in (select private.granted_scopes()));

/** The warehouse or user a scope belongs to; null for `site`. */
create function private.scope_owner(scope text) returns uuid language sql immutable set search_path = '' as $$
  select nullif(split_part(scope, ':', 2), '')::uuid
$$;

/**
 * At most `page_limit` changes of a scope after `after_seq`, in ascending seq, each with its row as it is now; tombstones
 * too unless it is a fresh start. Of the subselects only the one for the entry's table runs, by primary key.
 */
create function private.changes_after(
  wanted text, after_seq bigint, page_limit integer, out changes json, out entries integer, out last_seq bigint
)
language sql stable set search_path = '' set enable_seqscan = off set enable_bitmapscan = off as $$
  with owner as materialized (
    select s.id as scope_id, private.scope_owner(s.scope) as id from public.sync_scopes s where s.scope = wanted
  ), page as materialized (
    select c.table_name, c.row_id, c.seq, c.op
    from public.sync_changes c
    where c.scope_id = (select o.scope_id from owner o) and c.seq > after_seq and (after_seq > 0 or c.op = 'U')
    order by c.scope_id, c.seq
    limit page_limit
  ), filled as (
    select p.table_name, p.row_id, p.seq, case
      when p.op = 'D' then null
      when p.table_name = 'inventory' then (
        select row_to_json(t) from public.inventory t where t.id = p.row_id and t.warehouse_id = o.id)
      when p.table_name = 'products' then (
        select row_to_json(t) from public.products t where t.id = p.row_id)
      when p.table_name = 'product_barcodes' then (
        select row_to_json(t) from public.product_barcodes t where t.id = p.row_id)
      when p.table_name = 'stock_movements' then (
        select row_to_json(t) from public.stock_movements t where t.id = p.row_id and t.warehouse_id = o.id)
      when p.table_name = 'sales_orders' then (
        select row_to_json(t) from public.sales_orders t where t.id = p.row_id and t.warehouse_id = o.id)
      when p.table_name = 'sales_order_items' then (
        select row_to_json(t) from public.sales_order_items t where t.id = p.row_id and t.warehouse_id = o.id)
      when p.table_name = 'notifications' then (
        select row_to_json(t) from public.notifications t where t.id = p.row_id and t.user_id = o.id)
      when p.table_name = 'alerts' then (
        select row_to_json(t) from public.alerts t where t.id = p.row_id and t.warehouse_id = o.id)
      when p.table_name = 'stations' then (
        select row_to_json(t) from public.stations t where t.id = p.row_id and t.warehouse_id = o.id)
      when p.table_name = 'warehouses' then (
        select row_to_json(t) from public.warehouses t where t.id = p.row_id and t.id = o.id)
      when p.table_name = 'profiles' then (
        select row_to_json(t) from public.profiles t where t.id = p.row_id and t.id = o.id)
      when p.table_name = 'warehouse_members' then (
        select row_to_json(t) from public.warehouse_members t where t.id = p.row_id and t.user_id = o.id)
    end as row
    from page p, owner o
  )
  select
    coalesce(json_agg(
      json_build_object('table', f.table_name, 'id', f.row_id, 'seq', f.seq, 'row', f.row) order by f.seq
    ), '[]'),
    count(*)::integer,
    max(f.seq)
  from filled f
$$;

/** One scope's part of a pull; see ScopePage in src/shared/protocol/server.ts. */
create function private.scope_page(wanted text, asked jsonb, page_limit integer, out page json, out entries integer)
language plpgsql stable set search_path = '' as $$
declare
  stands public.sync_scopes;
  from_seq bigint := coalesce((asked ->> 'seq')::bigint, 0);
  to_seq bigint;
  fresh boolean;
  must_refetch boolean;
  changes json := '[]';
  last_seq bigint;
begin
  select * into strict stands from public.sync_scopes s where s.scope = wanted;
  fresh := asked ->> 'epoch' is null and from_seq = 0;
  must_refetch := not fresh and (
    asked ->> 'epoch' is distinct from stands.epoch::text
    -- A cursor from a future that a restore has undone.
    or from_seq > stands.head
    -- Tombstones this mirror may need are gone; one hour covers a transaction that was open meanwhile.
    or (from_seq < stands.pruned_to and from_seq > 0
      and coalesce((asked ->> 'as_of')::timestamptz <= stands.pruned_before + interval '1 hour', true))
  );
  if must_refetch then
    from_seq := 0;
  end if;
  if page_limit > 0 and from_seq < stands.head then
    select found.changes, found.entries, found.last_seq into changes, entries, last_seq
      from private.changes_after(wanted, from_seq, page_limit) found;
    -- Fewer than asked for: nothing more waits, and tombstones or moved entries fill the way up to the head.
    to_seq := case when entries < page_limit then stands.head else last_seq end;
  else
    entries := 0;
    to_seq := from_seq;
  end if;
  page := json_build_object(
    'scope', stands.scope, 'epoch', stands.epoch, 'from', from_seq, 'to', to_seq, 'head', stands.head,
    'has_more', to_seq < stands.head, 'must_refetch', must_refetch,
    'changes', changes
  );
end
$$;

/**
 * What changed since the cursors, in one snapshot; see PullAnswer in src/shared/protocol/server.ts.
 * @param cursors array of {scope, epoch, seq, as_of?}; scopes that are not granted are left out of the pages
 * @param page_limit most changes in the answer, over all scopes together; 1 to 20000
 * Raises PT401 without a signed-in user, PT400 when the cursors cannot be read.
 */
create function public.sync_pull(cursors jsonb, page_limit integer default 5000) returns json
language plpgsql stable security definer set search_path = '' as $$
declare
  uid uuid := private.signed_in_user();
  room integer := least(greatest(coalesce(page_limit, 5000), 1), 20000);
  granted text[] := array(select g from private.granted_scopes() g order by g);
  seen text[] := '{}';
  pages json[] := '{}';
  asked jsonb;
  part record;
begin
  if jsonb_typeof(cursors) is distinct from 'array' then
    raise sqlstate 'PT400' using message = 'cursors must be an array of {scope, epoch, seq}';
  end if;
  for asked in select value from jsonb_array_elements(cursors) loop
    continue when asked ->> 'scope' is null or not asked ->> 'scope' = any (granted) or asked ->> 'scope' = any (seen);
    part := private.scope_page(asked ->> 'scope', asked, room);
    seen := seen || (asked ->> 'scope');
    pages := pages || part.page;
    room := room - part.entries;
  end loop;
  return (
    select json_build_object(
      'uid', uid, 'server_time', statement_timestamp(), 'schema_version', s.schema_version, 'min_client', s.min_client,
      'granted', granted, 'pages', array_to_json(pages)
    )
    from public.sync_settings s
  );
exception
  when invalid_text_representation or invalid_datetime_format or datetime_field_overflow or numeric_value_out_of_range then
    raise sqlstate 'PT400' using message = 'cursors must be an array of {scope, epoch, seq}', detail = sqlerrm;
end
$$;

/**
 * Per table and first byte of the id: how many rows, and the sum of their seq; see Digest in src/shared/protocol/server.ts.
 * Raises PT401 without a signed-in user, PT403 when the scope is not granted.
 */
create function public.sync_digest(scope text) returns json
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.signed_in_user();
  if not exists (select from private.granted_scopes() g where g = sync_digest.scope) then
    raise sqlstate 'PT403' using message = 'This scope is not granted to you';
  end if;
  return (
    select json_build_object(
      'scope', s.scope, 'epoch', s.epoch, 'head', s.head,
      'buckets', coalesce((
        select json_agg(json_build_object('table', b.table_name, 'bucket', b.bucket, 'count', b.n, 'seq_sum', b.seq_sum)
          order by b.table_name, b.bucket)
        from (
          select c.table_name, left(c.row_id::text, 2) as bucket, count(*) as n, sum(c.seq)::bigint as seq_sum
          from public.sync_changes c
          where c.scope_id = s.id and c.op = 'U'
          group by 1, 2
        ) b
      ), '[]')
    )
    from public.sync_scopes s where s.scope = sync_digest.scope
  );
end
$$;

revoke execute on function public.sync_pull(jsonb, integer), public.sync_digest(text) from public, anon;
grant execute on function public.sync_pull(jsonb, integer), public.sync_digest(text) to authenticated, service_role;
