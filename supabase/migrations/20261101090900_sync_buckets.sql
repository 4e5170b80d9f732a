-- Repair: a station whose digest differs asks for the rows of the buckets that do, see BucketRows in
-- src/shared/protocol/server.ts.

/**
 * Entries of one scope's index, column by column, as changes in ascending seq, each with its row as it is now; null for a tombstone. A row that belongs
 * to another owner than the scope's is not shown. Of the subselects only the one for the entry's table runs, by primary key.
 */
create function private.changes_of(wanted text, names text[], ids uuid[], seqs bigint[], ops "char"[]) returns json
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

-- The same answer as before, its rows filled by the function above.
create or replace function private.changes_after(
  wanted text, after_seq bigint, page_limit integer, out changes json, out entries integer, out last_seq bigint
)
language sql stable set search_path = '' set enable_seqscan = off set enable_bitmapscan = off as $$
  with page as materialized (
    select c.table_name, c.row_id, c.seq, c.op
    from public.sync_changes c
    where c.scope_id = (select s.id from public.sync_scopes s where s.scope = wanted)
      and c.seq > after_seq and (after_seq > 0 or c.op = 'U')
    order by c.scope_id, c.seq
    limit page_limit
  ), found as materialized (
    select
      array_agg(p.table_name) as names, array_agg(p.row_id) as ids, array_agg(p.seq) as seqs, array_agg(p.op) as ops,
      count(*)::integer as entries, max(p.seq) as last_seq
    from page p
  )
  select private.changes_of(wanted, f.names, f.ids, f.seqs, f.ops), f.entries, f.last_seq from found f
$$;

/**
 * Every row that these buckets of a scope hold now, in one snapshot; see BucketRows in src/shared/protocol/server.ts.
 * @param buckets array of {table, bucket}: 1 to 64 of them
 * Raises PT401 without a signed-in user, PT403 when the scope is not granted, PT400 when the buckets cannot be read, PT413 when
 * they hold more than 20000 rows together: ask for fewer. One bucket alone is always answered.
 */
create function public.sync_buckets(scope text, buckets jsonb) returns json
language plpgsql stable security definer
set search_path = '' set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  uid uuid := private.signed_in_user();
  stands public.sync_scopes;
  asked integer;
  names text[];
  ids uuid[];
  seqs bigint[];
  ops "char"[];
begin
  if not exists (select from private.granted_scopes() g where g = sync_buckets.scope) then
    raise sqlstate 'PT403' using message = 'This scope is not granted to you';
  end if;
  asked := case jsonb_typeof(buckets) when 'array' then jsonb_array_length(buckets) else 0 end;
  if asked not between 1 and 64 then
    raise sqlstate 'PT400' using message = 'buckets must be an array of 1 to 64 {table, bucket}';
  end if;
  if exists (
    select from jsonb_array_elements(buckets) b (one)
    where jsonb_typeof(b.one -> 'table') is distinct from 'string'
      or jsonb_typeof(b.one -> 'bucket') is distinct from 'string' or b.one ->> 'bucket' !~ '^[0-9a-f]{2}$'
  ) then
    raise sqlstate 'PT400' using message = 'A bucket is {table, bucket}: a name, and two hex digits';
  end if;
  select * into strict stands from public.sync_scopes s where s.scope = sync_buckets.scope;
  select array_agg(f.table_name), array_agg(f.row_id), array_agg(f.seq), array_agg(f.op) into names, ids, seqs, ops
  from (
    select c.table_name, c.row_id, c.seq, c.op
    from (
      -- A bucket is a range of ids, which the primary key of the index finds.
      select distinct
        b.one ->> 'table' as name,
        ((b.one ->> 'bucket') || '000000-0000-0000-0000-000000000000')::uuid as lowest,
        ((b.one ->> 'bucket') || 'ffffff-ffff-ffff-ffff-ffffffffffff')::uuid as highest
      from jsonb_array_elements(buckets) b (one)
    ) b
    join public.sync_changes c
      on c.scope_id = stands.id and c.table_name = b.name and c.row_id between b.lowest and b.highest
    where c.op = 'U'
    limit case when asked > 1 then 20001 end
  ) f;
  if asked > 1 and cardinality(ids) > 20000 then
    raise sqlstate 'PT413' using message = 'These buckets hold more than 20000 rows', hint = 'Ask for fewer at a time.';
  end if;
  return json_build_object(
    'uid', uid, 'scope', stands.scope, 'epoch', stands.epoch, 'head', stands.head,
    'server_time', statement_timestamp(), 'changes', private.changes_of(stands.scope, names, ids, seqs, ops)
  );
end
$$;

revoke execute on function private.changes_of(text, text[], uuid[], bigint[], "char"[]) from public;
revoke execute on function public.sync_buckets(text, jsonb) from public, anon;
grant execute on function public.sync_buckets(text, jsonb) to authenticated, service_role;
