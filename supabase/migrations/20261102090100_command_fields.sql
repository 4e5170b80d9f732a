-- Which fields each kind of command has. The rules are those of src/shared/domain/commands.ts.

create function private.is_whole(value jsonb, lowest integer, highest integer) returns boolean language sql immutable
return case
  when jsonb_typeof(value) is distinct from 'number' then false
  when value #>> '{}' !~ '^-?[0-9]{1,8}$' then false
  else (value #>> '{}')::integer between lowest and highest
end;

create function private.is_moment(value jsonb) returns boolean language sql immutable
return jsonb_typeof(value) = 'string'
  and value #>> '{}' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$';

/** Absent or JSON null. */
create function private.is_missing(value jsonb) returns boolean language sql immutable
return value is null or jsonb_typeof(value) = 'null';

create function private.are_uuids(value jsonb, most integer) returns boolean
language sql immutable set search_path = '' as $$
  select jsonb_typeof(value) = 'array' and jsonb_array_length(value) <= most
    and not exists (select from jsonb_array_elements(value) e where private.is_uuid(e) is not true)
$$;

/** Where a count began: the scope's epoch and seq that the station had, and its own commands on top of it. */
create function private.is_count_basis(value jsonb) returns boolean language sql immutable set search_path = '' as $$
  select jsonb_typeof(value) = 'object' and private.is_uuid(value -> 'epoch')
    and jsonb_typeof(value -> 'seq') = 'number' and value ->> 'seq' ~ '^[0-9]{1,15}$'
    and private.is_whole(value -> 'on_hand', -10000000, 10000000)
    and private.are_uuids(value -> 'includes', 1000)
$$;

create function private.is_new_order(value jsonb) returns boolean language sql immutable set search_path = '' as $$
  select jsonb_typeof(value) = 'object' and private.is_uuid(value -> 'id') and private.is_text(value -> 'number', 60)
    and (private.is_missing(value -> 'customer') or private.is_text(value -> 'customer', 200))
    and private.is_whole(value -> 'priority', 1, 5)
    and (private.is_missing(value -> 'due_at') or private.is_moment(value -> 'due_at'))
    and jsonb_typeof(value -> 'items') = 'array' and jsonb_array_length(value -> 'items') between 1 and 500
    and not exists (
      select from jsonb_array_elements(value -> 'items') i
      where (private.is_uuid(i -> 'id') and private.is_uuid(i -> 'product_id')
        and private.is_whole(i -> 'quantity', 1, 1000000)) is not true
    )
$$;

/** Whether a field's value is of the sort that its name stands for in this kind. */
create function private.is_field(kind text, name text, value jsonb) returns boolean language sql immutable
return coalesce(case
  when name in ('station_id', 'operator_id', 'order_item_id') then private.is_missing(value) or private.is_uuid(value)
  -- What was refused may have been about no product; everything else that names one is about it.
  when name = 'product_id' and kind = 'refusal.assign' then jsonb_typeof(value) = 'null' or private.is_uuid(value)
  when name in ('mutation_id', 'warehouse_id', 'product_id', 'to_warehouse_id', 'order_id', 'undoes', 'refused')
    then private.is_uuid(value)
  when name in ('bin', 'to_bin') then private.is_text(value, 40)
  -- An adjustment says what to add; everything else says how many were handled.
  when name = 'quantity' and kind = 'adjust' then private.is_whole(value, -1000000, 1000000) and value <> '0'::jsonb
  when name = 'quantity' then private.is_whole(value, 1, 1000000)
  when name = 'counted' then private.is_whole(value, 0, 1000000)
  when name = 'expected' then private.is_missing(value) or private.is_whole(value, 1, 1000000)
  when name = 'reason' then private.is_text(value, 200)
  when name in ('refused_kind', 'code') then private.is_text(value, 40)
  when name = 'note' then private.is_text(value, 500)
  when name = 'facts' then jsonb_typeof(value) = 'object'
  when name = 'reference' then private.is_missing(value) or private.is_text(value, 200)
  when name = 'happened_at' then private.is_moment(value)
  when name = 'basis' then private.is_count_basis(value)
  when name in ('from', 'to') then value #>> '{}' in ('pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed')
  when name = 'order' then private.is_new_order(value)
  when name = 'notification_ids' then private.are_uuids(value, 500)
end, false);

/** The fields of a kind beside those of every command; null for an unknown kind. */
create function private.fields_of(kind text) returns text[] language sql immutable
return case kind
  when 'receive' then array['warehouse_id', 'product_id', 'bin', 'quantity', 'reference', 'expected']
  when 'putaway' then array['warehouse_id', 'product_id', 'bin', 'to_bin', 'quantity', 'reference']
  when 'pick' then array['warehouse_id', 'product_id', 'bin', 'quantity', 'order_item_id', 'reference']
  when 'transfer'
    then array['warehouse_id', 'product_id', 'bin', 'to_warehouse_id', 'to_bin', 'quantity', 'reference']
  when 'adjust' then array['warehouse_id', 'product_id', 'bin', 'quantity', 'reason', 'reference']
  when 'count' then array['warehouse_id', 'product_id', 'bin', 'counted', 'basis', 'reference']
  when 'return' then array['warehouse_id', 'product_id', 'bin', 'quantity', 'order_item_id', 'reference']
  when 'scrap' then array['warehouse_id', 'product_id', 'bin', 'quantity', 'reason', 'reference']
  when 'order.create' then array['warehouse_id', 'order']
  when 'order.advance' then array['warehouse_id', 'order_id', 'from', 'to']
  when 'order.cancel' then array['warehouse_id', 'order_id', 'from', 'reason']
  when 'notification.read' then array['notification_ids']
  when 'undo' then array['undoes']
  when 'refusal.assign'
    then array['warehouse_id', 'refused', 'refused_kind', 'code', 'facts', 'product_id', 'note']
end;

/** The first field of a command that cannot be used, or null. */
create or replace function private.faulty_field(command jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  kind text;
  fields text[];
  name text;
begin
  if jsonb_typeof(command) is distinct from 'object' then
    return 'command';
  elsif private.is_uuid(command -> 'mutation_id') is not true then
    return 'mutation_id';
  end if;
  kind := command ->> 'kind';
  fields := private.fields_of(kind);
  if fields is null then
    return 'kind';
  end if;
  foreach name in array fields || array['happened_at', 'station_id', 'operator_id'] loop
    if not private.is_field(kind, name, command -> name) then
      return name;
    end if;
  end loop;
  return null;
end
$$;
