-- Commands of the supervisor's desk: none of them moves stock. Each is a function of its own, as those of stock are.

/** The caller's word on an alert: a row's, or that of one which stations compute for themselves and know by its key. */
create function private.do_alert_acknowledge(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  done public.alerts;
begin
  if not private.is_missing(command -> 'alert_id') then
    select * into done from public.alerts a
    where a.id = (command ->> 'alert_id')::uuid and a.warehouse_id = context.warehouse_id for update;
    if done.id is null then
      perform private.refuse('unknown_alert', 'There is no such alert', jsonb_build_object('alert_id', command -> 'alert_id'));
    end if;
    if done.acknowledged_at is null then
      update public.alerts a
      set acknowledged_at = clock_timestamp(), acknowledged_by = context.user_id,
        facts = a.facts || case when private.is_missing(command -> 'note') then '{}'
          else jsonb_build_object('note', command -> 'note') end
      where a.id = done.id;
    end if;
    return jsonb_build_object('alert_id', done.id, 'by', coalesce(done.acknowledged_by, context.user_id));
  end if;
  insert into public.alerts (
    warehouse_id, kind, severity, product_id, message, facts, key, raised_by, raised_at_station,
    acknowledged_at, acknowledged_by
  ) values (
    context.warehouse_id, split_part(command ->> 'key', '/', 1), 'info',
    private.uuid_of(command -> 'product_id'), command ->> 'key',
    case when private.is_missing(command -> 'note') then '{}' else jsonb_build_object('note', command -> 'note') end,
    command ->> 'key', context.user_id, context.station_id, clock_timestamp(), context.user_id
  ) returning * into done;
  return jsonb_build_object('alert_id', done.id, 'by', context.user_id);
end
$$;

/** What a person at a station answers to what was said to all. A later answer takes the place of the first. */
create function private.do_alert_confirm(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  receipt uuid;
begin
  if not exists (
    select from public.alerts a where a.id = (command ->> 'alert_id')::uuid and a.warehouse_id = context.warehouse_id
  ) then
    perform private.refuse('unknown_alert', 'There is no such alert', jsonb_build_object('alert_id', command -> 'alert_id'));
  end if;
  insert into public.alert_receipts as r (alert_id, warehouse_id, station_id, user_id, answer, facts, answered_at)
  values (
    (command ->> 'alert_id')::uuid, context.warehouse_id, context.station_id, context.user_id, command ->> 'answer',
    coalesce(nullif(command -> 'facts', 'null'), '{}'), clock_timestamp()
  )
  on conflict (alert_id, station_id, user_id)
    do update set answer = excluded.answer, facts = r.facts || excluded.facts, answered_at = excluded.answered_at
  returning r.id into receipt;
  return jsonb_build_object('receipt_id', receipt);
end
$$;

/** A supervisor's word: to every station of the warehouse, which answer for it, or to one person of it. */
create function private.do_message_send(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  to_user uuid := private.uuid_of(command -> 'to_user');
begin
  perform private.require_role(context.warehouse_id, context.user_id, 'supervisor');
  if to_user is null then
    insert into public.alerts (id, warehouse_id, kind, severity, message, raised_by, raised_at_station)
    values (
      (command ->> 'alert_id')::uuid, context.warehouse_id, 'message', command ->> 'severity', command ->> 'text',
      context.user_id, context.station_id
    );
  elsif exists (
    select from public.warehouse_members m where m.user_id = to_user and m.warehouse_id = context.warehouse_id
  ) then
    insert into public.notifications (id, user_id, kind, title, body, severity, from_user, warehouse_id)
    select (command ->> 'alert_id')::uuid, to_user, 'message', p.display_name, command ->> 'text', command ->> 'severity',
      context.user_id, context.warehouse_id
    from public.people p where p.user_id = context.user_id and p.warehouse_id = context.warehouse_id;
  else
    perform private.refuse('unknown_user', 'There is no such person here', jsonb_build_object('to_user', to_user));
  end if;
  return jsonb_build_object('id', command -> 'alert_id');
end
$$;

/** Asks these stations to go offline for a while, to see what they do. Each must accept. */
create function private.do_drill_call(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform private.require_role(context.warehouse_id, context.user_id, 'supervisor');
  insert into public.alerts (id, warehouse_id, kind, severity, message, facts, raised_by, raised_at_station)
  values (
    (command ->> 'alert_id')::uuid, context.warehouse_id, 'drill', 'info',
    format('Outage drill of %s minutes', command ->> 'minutes'),
    jsonb_build_object('minutes', command -> 'minutes', 'stations', command -> 'stations'),
    context.user_id, context.station_id
  );
  return jsonb_build_object('id', command -> 'alert_id');
end
$$;

/** A code that no product has, read by a scanner: told once for each code, until somebody has looked after it. */
create function private.do_code_report(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  known uuid;
begin
  select a.id into known from public.alerts a
  where a.warehouse_id = context.warehouse_id and a.kind = 'unknown_code' and a.acknowledged_at is null
    and a.facts ->> 'code' = command ->> 'code'
  for update;
  if known is not null then
    update public.alerts a
    set facts = a.facts || jsonb_build_object('times', coalesce((a.facts ->> 'times')::integer, 1) + 1)
    where a.id = known;
  else
    insert into public.alerts (warehouse_id, kind, severity, message, facts, raised_by, raised_at_station)
    values (
      context.warehouse_id, 'unknown_code', 'warning', format('No product has the code %s', command ->> 'code'),
      jsonb_build_object('code', command -> 'code', 'bin', command -> 'bin', 'note', command -> 'note', 'times', 1),
      context.user_id, context.station_id
    ) returning id into known;
  end if;
  return jsonb_build_object('alert_id', known);
end
$$;

/** Gives a code to a product, and closes what was waiting for that. */
create function private.do_barcode_assign(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  holder text;
begin
  perform private.require_role(context.warehouse_id, context.user_id, 'supervisor');
  select p.sku into holder from public.product_barcodes b join public.products p on p.id = b.product_id
  where b.barcode = command ->> 'code' and b.product_id <> (command ->> 'product_id')::uuid;
  if holder is not null then
    perform private.refuse(
      'barcode_taken', 'Another product has this code', jsonb_build_object('code', command -> 'code', 'sku', holder)
    );
  end if;
  insert into public.product_barcodes (product_id, barcode, pack_quantity)
  values ((command ->> 'product_id')::uuid, command ->> 'code', (command ->> 'pack_quantity')::integer)
  on conflict (barcode) do update set pack_quantity = excluded.pack_quantity;
  update public.alerts a set acknowledged_at = clock_timestamp(), acknowledged_by = context.user_id
  where a.warehouse_id = context.warehouse_id and a.kind = 'unknown_code' and a.acknowledged_at is null
    and a.facts ->> 'code' = command ->> 'code';
  return jsonb_build_object('code', command -> 'code');
end
$$;

/**
 * Everything that had come by a moment of the server's time is read. What came after it is not. Stations know moments to the
 * millisecond, and name the one in which the newest came that they show.
 */
create function private.do_notification_read_all(command jsonb, context private.command_context) returns jsonb
language sql set search_path = '' as $$
  with read as (
    update public.notifications n set read_at = clock_timestamp()
    where n.user_id = context.user_id and n.read_at is null
      and date_trunc('milliseconds', n.created_at) <= (command ->> 'up_to')::timestamptz
    returning n.id
  )
  select jsonb_build_object('read', coalesce((select jsonb_agg(r.id) from read r), '[]'))
$$;

create or replace function private.do_command(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
begin
  return case context.kind
    when 'receive' then private.do_receive(command, context)
    when 'putaway' then private.do_putaway(command, context)
    when 'pick' then private.do_pick(command, context)
    when 'transfer' then private.do_transfer(command, context)
    when 'adjust' then private.do_adjust(command, context)
    when 'count' then private.do_count(command, context)
    when 'return' then private.do_return(command, context)
    when 'scrap' then private.do_scrap(command, context)
    when 'order.create' then private.do_order_create(command, context)
    when 'order.advance' then private.do_order_advance(command, context)
    when 'order.cancel' then private.do_order_cancel(command, context)
    when 'notification.read' then private.do_notification_read(command, context)
    when 'notification.read_all' then private.do_notification_read_all(command, context)
    when 'undo' then private.do_undo(command, context)
    when 'refusal.assign' then private.do_refusal_assign(command, context)
    when 'alert.acknowledge' then private.do_alert_acknowledge(command, context)
    when 'alert.confirm' then private.do_alert_confirm(command, context)
    when 'message.send' then private.do_message_send(command, context)
    when 'drill.call' then private.do_drill_call(command, context)
    when 'code.report' then private.do_code_report(command, context)
    when 'barcode.assign' then private.do_barcode_assign(command, context)
  end;
end
$$;

/** Kinds that say something and change no figure: there is nothing to book in the other direction. */
create function private.is_word(kind text) returns boolean language sql immutable
return kind in (
  'undo', 'refusal.assign', 'alert.acknowledge', 'alert.confirm', 'message.send', 'drill.call', 'code.report',
  'barcode.assign', 'notification.read_all'
);

create or replace function private.do_undo(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  done public.command_ledger;
  facts jsonb;
begin
  select * into done from public.command_ledger l where l.mutation_id = (command ->> 'undoes')::uuid for update;
  if done.mutation_id is null or done.outcome ->> 'outcome' is distinct from 'applied' then
    perform private.refuse('not_undoable', 'There is nothing to undo', jsonb_build_object('undoes', command -> 'undoes'));
  end if;
  if done.undone_by is not null then
    perform private.refuse(
      'already_undone', 'This was undone before', jsonb_build_object('undoes', command -> 'undoes', 'by', done.undone_by)
    );
  end if;
  if private.is_word(done.kind) or done.asked is null then
    perform private.refuse('not_undoable', 'This cannot be undone', jsonb_build_object('kind', done.kind));
  end if;
  if done.kind = 'notification.read' then
    if done.user_id <> context.user_id then
      perform private.refuse('not_allowed', 'These are not your notifications');
    end if;
  else
    context.warehouse_id := (done.asked ->> 'warehouse_id')::uuid;
    perform private.require_role(
      context.warehouse_id, context.user_id,
      case when done.user_id = context.user_id and done.kind not in ('order.create', 'order.cancel')
        then 'picker' else 'supervisor' end
    );
    if done.asked ->> 'to_warehouse_id' is not null then
      perform private.require_role((done.asked ->> 'to_warehouse_id')::uuid, context.user_id, 'picker');
    end if;
  end if;
  facts := case
    when done.kind = 'notification.read' then private.undo_notification_read(done, context)
    when done.kind like 'order.%' then private.undo_order_step(done, context)
    else private.undo_movements(done, context)
  end;
  update public.command_ledger l set undone_by = context.mutation_id where l.mutation_id = done.mutation_id;
  return facts || jsonb_build_object('undid', done.kind);
end
$$;

create or replace function private.is_field(kind text, name text, value jsonb) returns boolean language sql immutable
return coalesce(case
  when name in ('station_id', 'operator_id', 'order_item_id') then private.is_missing(value) or private.is_uuid(value)
  -- What was refused, or what an alert is about, may be no product; everything else that names one is about it.
  when name = 'product_id' and kind in ('refusal.assign', 'alert.acknowledge')
    then private.is_missing(value) or private.is_uuid(value)
  when name = 'alert_id' and kind = 'alert.acknowledge' then private.is_missing(value) or private.is_uuid(value)
  when name = 'to_user' then private.is_missing(value) or private.is_uuid(value)
  when name in ('mutation_id', 'warehouse_id', 'product_id', 'to_warehouse_id', 'order_id', 'undoes', 'refused', 'alert_id')
    then private.is_uuid(value)
  when name = 'bin' and kind = 'code.report' then private.is_missing(value) or private.is_text(value, 40)
  when name in ('bin', 'to_bin') then private.is_text(value, 40)
  -- An adjustment says what to add; everything else says how many were handled.
  when name = 'quantity' and kind = 'adjust' then private.is_whole(value, -1000000, 1000000) and value <> '0'::jsonb
  when name = 'quantity' then private.is_whole(value, 1, 1000000)
  when name = 'counted' then private.is_whole(value, 0, 1000000)
  when name = 'expected' then private.is_missing(value) or private.is_whole(value, 1, 1000000)
  when name = 'pack_quantity' then private.is_whole(value, 1, 1000000)
  when name = 'minutes' then private.is_whole(value, 1, 480)
  when name = 'reason' then private.is_text(value, 200)
  when name = 'code' and kind in ('code.report', 'barcode.assign') then private.is_text(value, 200)
  when name in ('refused_kind', 'code') then private.is_text(value, 40)
  when name = 'note' and kind <> 'refusal.assign' then private.is_missing(value) or private.is_text(value, 500)
  when name = 'note' then private.is_text(value, 500)
  when name = 'text' then private.is_text(value, 1000)
  -- Alerts that stations compute have a key; a row has an id.
  when name = 'key' then private.is_missing(value) or private.is_text(value, 120)
  when name = 'severity' then value #>> '{}' in ('info', 'warning', 'critical')
  when name = 'answer' then value #>> '{}' in ('seen', 'accepted', 'declined', 'reported')
  when name = 'stations' then private.are_uuids(value, 200)
  when name = 'facts' and kind = 'alert.confirm' then private.is_missing(value)
    or (jsonb_typeof(value) = 'object' and octet_length(value::text) <= 4096)
  when name = 'facts' then jsonb_typeof(value) = 'object'
  when name = 'reference' then private.is_missing(value) or private.is_text(value, 200)
  when name in ('happened_at', 'up_to') then private.is_moment(value)
  when name = 'basis' then private.is_count_basis(value)
  when name in ('from', 'to') then value #>> '{}' in ('pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed')
  when name = 'order' then private.is_new_order(value)
  when name = 'notification_ids' then private.are_uuids(value, 500)
end, false);

create or replace function private.fields_of(kind text) returns text[] language sql immutable
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
  when 'notification.read_all' then array['up_to']
  when 'undo' then array['undoes']
  when 'refusal.assign'
    then array['warehouse_id', 'refused', 'refused_kind', 'code', 'facts', 'product_id', 'note']
  when 'alert.acknowledge' then array['warehouse_id', 'alert_id', 'key', 'product_id', 'note']
  when 'alert.confirm' then array['warehouse_id', 'alert_id', 'answer', 'facts']
  when 'message.send' then array['warehouse_id', 'alert_id', 'severity', 'text', 'to_user']
  when 'drill.call' then array['warehouse_id', 'alert_id', 'minutes', 'stations']
  when 'code.report' then array['warehouse_id', 'code', 'bin', 'note']
  when 'barcode.assign' then array['warehouse_id', 'product_id', 'code', 'pack_quantity']
end;

create or replace function private.settled_at(command jsonb, uid uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  about jsonb := command;
  home text;
  other text;
begin
  if command ->> 'kind' = 'undo' then
    select l.asked into about from public.command_ledger l where l.mutation_id = (command ->> 'undoes')::uuid;
  end if;
  if about ->> 'kind' in ('notification.read', 'notification.read_all') then
    home := 'user:' || uid;
  else
    home := 'warehouse:' || lower(about ->> 'warehouse_id');
    other := case when about ->> 'kind' = 'barcode.assign' then 'site' else 'warehouse:' || lower(about ->> 'to_warehouse_id') end;
  end if;
  return jsonb_build_object('scope', home, 'seq', private.head_of(home)) || case
    when other <> home
      then jsonb_build_object('also', jsonb_build_array(jsonb_build_object('scope', other, 'seq', private.head_of(other))))
    else '{}'
  end;
end
$$;

-- As before, with who handed it over.
create or replace function private.do_refusal_assign(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  alert_id uuid;
begin
  insert into public.alerts (warehouse_id, kind, severity, product_id, message, facts, raised_by, raised_at_station)
  values (
    context.warehouse_id, 'refused_work', 'warning', (command ->> 'product_id')::uuid,
    format('Refused work needs a supervisor: %s', command ->> 'note'),
    jsonb_build_object(
      'refused', command -> 'refused', 'refused_kind', command -> 'refused_kind', 'code', command -> 'code',
      'facts', command -> 'facts', 'note', command -> 'note'
    ),
    context.user_id, context.station_id
  )
  returning id into alert_id;
  return jsonb_build_object('alert_id', alert_id);
end
$$;

/** The user scopes of a warehouse's supervisors and managers. */
create function private.supervisor_scopes(warehouses uuid[]) returns setof text
language sql stable security definer set search_path = '' as $$
  select distinct 'user:' || m.user_id from public.warehouse_members m
  where m.warehouse_id = any (warehouses) and m.role in ('supervisor', 'manager')
$$;

-- As before, with the scopes that the new kinds move beside the warehouse's own, and those of who is told of it by a notification.
create or replace function private.scopes_of(commands jsonb, uid uuid) returns text[]
language plpgsql stable security definer set search_path = '' set enable_seqscan = off as $$
declare
  -- One look by key for each: a join may be planned while the ledger is small, and then read all of it for ever.
  undone jsonb := (
    select jsonb_agg(
      (select l.asked from public.command_ledger l where l.mutation_id = private.uuid_of(c.value -> 'undoes'))
    )
    from jsonb_array_elements(commands) c where c.value ->> 'undoes' is not null
  );
  about jsonb := commands || coalesce(undone, '[]');
  named uuid[] := array(
    select private.uuid_of(c.value -> 'warehouse_id') from jsonb_array_elements(about) c
    union select private.uuid_of(c.value -> 'to_warehouse_id') from jsonb_array_elements(about) c
  );
  kinds text[] := array(select distinct c.value ->> 'kind' from jsonb_array_elements(about) c);
begin
  return array(
    select kind || w.id from private.my_warehouses('picker') w (id), unnest(array['ledger:', 'warehouse:']) kind
    where w.id = any (named)
    union all
    select 'user:' || uid where kinds && array['notification.read', 'notification.read_all']
    union all
    select 'site' where 'barcode.assign' = any (kinds) and private.is_member('supervisor')
    union
    select 'user:' || m.user_id
    from jsonb_array_elements(about) c join public.warehouse_members m on m.user_id = private.uuid_of(c.value -> 'to_user')
    where c.value ->> 'kind' = 'message.send' and m.warehouse_id in (select private.my_warehouses('supervisor'))
    union
    select private.supervisor_scopes(array(
      select w.id from jsonb_array_elements(commands) c join private.my_warehouses('picker') w (id)
        on w.id = private.uuid_of(c.value -> 'warehouse_id')
      where c.value ->> 'kind' in ('refusal.assign', 'drill.call')
        or (c.value ->> 'kind' = 'message.send' and c.value ->> 'severity' = 'critical')
    ))
  );
end
$$;

revoke execute on all functions in schema private from public;
