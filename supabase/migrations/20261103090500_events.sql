-- Events: what consoles tell each other at once, over private channels named `site`, `warehouse:<id>` and `user:<id>`. They are
-- hints; rows are the truth. They go through `send_events`, which stamps who sends and when: nobody else can put anything on
-- these channels. See src/shared/domain/events.ts for what an event is.

-- No client sends by itself any more, and nobody's presence is told by Realtime: stations report themselves as rows.
drop policy "members: send events" on realtime.messages;
alter policy "scopes granted: receive" on realtime.messages using (
  extension = 'broadcast'
  and (
    (select realtime.topic()) in (select 'sync:' || g from private.granted_scopes() g)
    or (select realtime.topic()) in (select g from private.granted_scopes() g where g not like 'ledger:%')
  )
);

alter table public.sync_settings
  -- Events a person may send in a second, in the long run; twice as many at once.
  add column event_rate integer not null default 50 check (event_rate between 0 and 1000),
  -- Messages a second that the events of one channel may cost: one for each that is sent, and one for each station that hears
  -- it. They share the plan's messages per second with the pokes.
  add column event_budget integer not null default 100 check (event_budget between 0 and 10000);

-- Token buckets: `from:<user>` of who sends, `to:<channel>` of what is sent on. Worth nothing after a crash.
create unlogged table private.event_budgets (
  owner text collate "C" primary key,
  tokens double precision not null,
  filled_at timestamptz not null
) with (fillfactor = 50);

/**
 * Takes up to `wanted` times `cost` from a bucket that fills at `rate` a second and holds two seconds' worth.
 * @returns how many times it gave, and if that is not enough, when the rest may be asked for
 */
create function private.spend(
  budget text, wanted integer, cost double precision, rate integer, out given integer, out wait_ms integer
)
language plpgsql set search_path = '' as $$
declare
  most double precision := 2 * rate;
  had double precision;
  filled timestamptz;
  asked_at timestamptz;
begin
  insert into private.event_budgets (owner, tokens, filled_at) values (budget, most, clock_timestamp())
  on conflict (owner) do nothing;
  select b.tokens, b.filled_at into had, filled from private.event_budgets b where b.owner = budget for update;
  -- Read after the lock was granted: a clock of before would fill the same time twice.
  asked_at := clock_timestamp();
  had := least(most, had + rate * greatest(0, extract(epoch from asked_at - filled)));
  given := least(wanted, floor(had / cost))::integer;
  update private.event_budgets b set tokens = had - given * cost, filled_at = asked_at where b.owner = budget;
  wait_ms := case
    when given = wanted then 0
    when rate = 0 then 60000
    else ceil(1000 * (least((wanted - given) * cost, most) - (had - given * cost)) / rate)::integer
  end;
end
$$;

/** What a message on this channel costs: as many stations hear it as are there, by their own reports. */
create function private.event_cost(target text) returns double precision language sql stable set search_path = '' as $$
  -- Never more than the bucket holds: a channel that very many hear would be closed for ever.
  select least(1 + greatest(1, count(*)), greatest(1, 2 * (select t.event_budget from public.sync_settings t)))
  from public.stations s
  where s.expected_by > clock_timestamp() and case
    when target = 'site' then true
    when target like 'user:%' then s.user_id = private.scope_owner(target)
    else s.warehouse_id = private.scope_owner(target)
  end
$$;

create function private.event_fields(kind text) returns text[] language sql immutable
return case kind
  when 'inventory_updated' then array['product_id', 'bin', 'work']
  when 'order_status_changed' then array['order_id', 'status']
  when 'user_activity' then array['what']
  when 'system_alert' then array['severity', 'text', 'alert_id']
  when 'notification' then array['severity', 'title', 'notification_id']
end;

create function private.is_event_field(name text, value jsonb) returns boolean language sql immutable
return coalesce(case
  when name in ('product_id', 'order_id') then private.is_uuid(value)
  when name in ('alert_id', 'notification_id') then private.is_missing(value) or private.is_uuid(value)
  when name = 'bin' then private.is_missing(value) or private.is_text(value, 40)
  when name = 'work' then private.is_text(value, 40)
  when name = 'status' then value #>> '{}' in ('pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed')
  when name = 'what' then value #>> '{}' in ('arrived', 'left', 'back')
  when name = 'severity' then value #>> '{}' in ('info', 'warning', 'critical')
  when name = 'text' then private.is_text(value, 500)
  when name = 'title' then private.is_text(value, 200)
end, false);

/** Whether an event has everything it needs, each of its sort. What else is in it is left out when it is sent. */
create function private.is_event(event jsonb) returns boolean language sql immutable
return coalesce(
  jsonb_typeof(event) = 'object'
  and private.event_fields(event ->> 'kind') is not null
  and private.is_uuid(event -> 'id')
  and event ->> 'to' ~ '^(site|(warehouse|user):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$'
  and private.is_text(event -> 'key', 120)
  and private.is_whole(event -> 'merged', 0, 99999999)
  and (private.is_missing(event -> 'station_id') or private.is_uuid(event -> 'station_id'))
  and jsonb_typeof(event -> 'body') = 'object'
  and (
    select bool_and(private.is_event_field(f.name, event -> 'body' -> f.name))
    from unnest(private.event_fields(event ->> 'kind')) f (name)
  ), false
);

/** The rank of a person towards those who hear a channel; nobody has one towards people they do not work with. */
create function private.rank_towards(uid uuid, target text) returns integer
language sql stable set search_path = '' as $$
  select coalesce(max(private.role_rank(m.role)), 0)
  from public.warehouse_members m
  where m.user_id = uid and case
    when target in ('site', 'user:' || uid) then true
    when target like 'warehouse:%' then m.warehouse_id = private.scope_owner(target)
    else m.warehouse_id in (
      select o.warehouse_id from public.warehouse_members o where o.user_id = private.scope_owner(target)
    )
  end
$$;

create function private.may_send(uid uuid, kind text, target text) returns boolean
language sql stable set search_path = '' as $$
  select case
    when kind in ('inventory_updated', 'order_status_changed')
      then target like 'warehouse:%' and private.rank_towards(uid, target) >= private.role_rank('picker')
    when kind = 'user_activity'
      then target not like 'user:%' and private.rank_towards(uid, target) >= private.role_rank('viewer')
    when kind = 'notification' then target = 'user:' || uid
      or (target like 'user:%' and private.rank_towards(uid, target) >= private.role_rank('supervisor'))
    else private.rank_towards(uid, target) >= private.role_rank('supervisor')
  end
$$;

/** Why an event is turned away whatever the time; null when it may go. */
create function private.event_fault(event jsonb, uid uuid) returns text language sql stable set search_path = '' as $$
  select case
    when octet_length(event::text) > 4096 then 'too_large'
    when not private.is_event(event) then 'invalid'
    when not private.may_send(uid, event ->> 'kind', event ->> 'to') then 'not_allowed'
  end
$$;

/** The event as it is sent: nothing in it says who or when but the server. */
create function private.stamped_event(
  id uuid, kind text, target text, key text, merged integer, user_id uuid, station_id uuid, body jsonb
) returns jsonb language sql volatile set search_path = '' as $$
  select jsonb_build_object(
    'id', id, 'kind', kind, 'to', target, 'key', key, 'merged', merged, 'at', clock_timestamp(),
    -- A station is named only where the server knows this person to be at it.
    'from', jsonb_build_object('user_id', user_id, 'station_id', (
      select s.id from public.stations s where s.id = stamped_event.station_id and s.user_id = stamped_event.user_id
    )),
    'body', (
      select jsonb_object_agg(f.name, coalesce(body -> f.name, 'null'))
      from unnest(private.event_fields(stamped_event.kind)) f (name)
    )
  )
$$;

/**
 * Tells others, at once and at most once, what the caller says has happened.
 *
 * @param events array of at most 50, each an EventDraft of src/shared/domain/events.ts, in their order
 * @returns {taken, turned_away: [{index, because, retry_after_ms}]}; see EventsTaken there. `rate` may be sent again after so
 *   long, everything else is turned away for good
 * Raises PT401 without a signed-in user, PT400 when `events` is no array, PT413 when it is too long or too large.
 */
create function public.send_events(events jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  uid uuid := private.signed_in_user();
  settings public.sync_settings;
  faults text[];
  -- Places in the call, from 1.
  right_ones integer[];
  going integer[];
  -- By place: how long to wait.
  late jsonb := '{}';
  allowed record;
  channel record;
begin
  if jsonb_typeof(events) is distinct from 'array' then
    raise sqlstate 'PT400' using message = 'events must be an array';
  end if;
  if jsonb_array_length(events) > 50 or octet_length(events::text) > 256 * 1024 then
    raise sqlstate 'PT413' using message = 'At most 50 events of 4 KB at once';
  end if;
  faults := array(
    select private.event_fault(e.value, uid) from jsonb_array_elements(events) with ordinality e (value, place)
    order by e.place
  );
  right_ones := array(
    select f.place::integer from unnest(faults) with ordinality f (fault, place) where f.fault is null order by f.place
  );
  select * into strict settings from public.sync_settings;
  if cardinality(right_ones) > 0 then
    allowed := private.spend('from:' || uid, cardinality(right_ones), 1, settings.event_rate);
    going := right_ones[:allowed.given];
    late := (
      select coalesce(jsonb_object_agg(p.place, allowed.wait_ms), '{}') from unnest(right_ones[allowed.given + 1:]) p (place)
    );
  end if;
  -- In one order for all callers, so that two of them never wait for each other.
  for channel in
    select (events -> (p.place - 1)) ->> 'to' as topic, array_agg(p.place order by p.place) as places
    from unnest(going) p (place) group by 1 order by 1
  loop
    allowed := private.spend('to:' || channel.topic, 1, private.event_cost(channel.topic), settings.event_budget);
    if allowed.given = 0 then
      late := late || (select jsonb_object_agg(p.place, allowed.wait_ms) from unnest(channel.places) p (place));
      continue;
    end if;
    perform realtime.send(jsonb_build_object('events', (
      select jsonb_agg(private.stamped_event(
        (e.event ->> 'id')::uuid, e.event ->> 'kind', channel.topic, e.event ->> 'key', (e.event ->> 'merged')::integer,
        uid, private.uuid_of(e.event -> 'station_id'), e.event -> 'body'
      ) order by e.place)
      from (select p.place, events -> (p.place - 1) as event from unnest(channel.places) p (place)) e
    )), 'events', channel.topic, true);
  end loop;
  return (
    select jsonb_build_object(
      'taken', count(*) filter (where s.because is null),
      'turned_away', coalesce(jsonb_agg(
        jsonb_build_object('index', s.place - 1, 'because', s.because, 'retry_after_ms', s.wait_ms) order by s.place
      ) filter (where s.because is not null), '[]')
    )
    from (
      select f.place, late -> f.place::text as wait_ms, case when late ? f.place::text then 'rate' else f.fault end as because
      from unnest(faults) with ordinality f (fault, place)
    ) s
  );
end
$$;

/**
 * The system's own word about rows, in one message to each channel, within the channel's budget: the row itself is poked about
 * anyway. Never fails the statement it speaks of.
 */
create function private.announce(target text, events jsonb) returns void language plpgsql set search_path = '' as $$
declare
  allowed record;
begin
  select s.given into allowed from public.sync_settings t, private.spend(
    'to:' || target, 1, private.event_cost(target), t.event_budget
  ) s;
  if allowed.given = 1 then
    perform realtime.send(jsonb_build_object('events', events), 'events', target, true);
  end if;
exception when others then
  raise warning 'An event could not be announced: %', sqlerrm;
end
$$;

-- The newest fifty of a statement are announced. Both triggers fire after those of the change index (by name), with the heads of
-- the same scopes locked: so they take the budgets in the order in which heads are locked.

create function private.announce_notifications() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.announce('user:' || n.user_id, jsonb_agg(private.stamped_event(
    n.id, 'notification', 'user:' || n.user_id, 'notification/' || n.id, 0, n.from_user, null,
    jsonb_build_object('severity', n.severity, 'title', left(n.title, 200), 'notification_id', n.id)
  ) order by n.place desc))
  from (
    select r.*, row_number() over (partition by r.user_id order by r.created_at desc, r.id) as place
    from new_rows r where r.read_at is null
  ) n
  where n.place <= 50
  group by n.user_id
  order by n.user_id;
  return null;
exception when others then
  raise warning 'Notifications could not be announced: %', sqlerrm;
  return null;
end
$$;
create trigger tell_events after insert on public.notifications
  referencing new table as new_rows for each statement execute function private.announce_notifications();

create function private.announce_alerts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.announce('warehouse:' || n.warehouse_id, jsonb_agg(private.stamped_event(
    n.id, 'system_alert', 'warehouse:' || n.warehouse_id, 'alert/' || n.id, 0, n.raised_by, n.raised_at_station,
    jsonb_build_object('severity', n.severity, 'text', left(n.message, 500), 'alert_id', n.id)
  ) order by n.place desc))
  from (
    select r.*, row_number() over (partition by r.warehouse_id order by r.created_at desc, r.id) as place
    from new_rows r where r.severity = 'critical' and r.acknowledged_at is null
  ) n
  where n.place <= 50
  group by n.warehouse_id
  order by n.warehouse_id;
  return null;
exception when others then
  raise warning 'Alerts could not be announced: %', sqlerrm;
  return null;
end
$$;
create trigger tell_events after insert on public.alerts
  referencing new table as new_rows for each statement execute function private.announce_alerts();

revoke execute on function public.send_events(jsonb) from public, anon;
grant execute on function public.send_events(jsonb) to authenticated, service_role;
revoke execute on all functions in schema private from public;
