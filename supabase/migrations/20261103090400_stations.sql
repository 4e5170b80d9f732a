-- What a station says of itself, stamped by the server: who is there, how its link and its work stand, and by when it must be
-- heard of again. Presence is a row that only this function writes: it cannot be forged, and a station that polls sees it too.

alter table public.sync_settings
  -- Messages in a second that the reports of all stations together may cost the project. Of a plan's messages per second (100 in
  -- the smallest, 500 and 2500 in larger ones) nine tenths are for what people do.
  add column presence_budget integer not null default 10 check (presence_budget between 1 and 1000);

-- Managers name stations and give them away; who is there, and how it stands, is the station's own to say.
revoke insert, update on public.stations from authenticated;
grant insert (id, warehouse_id, name, kind) on public.stations to authenticated;
grant update (warehouse_id, name, kind) on public.stations to authenticated;

-- What a station called itself last. When it calls itself another name, the row follows; else the row keeps what a manager wrote.
create table private.station_names (
  station_id uuid primary key references public.stations (id) on delete cascade on update cascade,
  name text not null,
  kind text not null
);

/** A terminal's clock may be years off, as after a flat battery; the column holds 24 days. */
create function private.is_clock_offset(value jsonb) returns boolean language sql immutable
return jsonb_typeof(value) = 'number' and value #>> '{}' ~ '^-?[0-9]{1,10}$'
  and abs((value #>> '{}')::bigint) <= 2000000000;

/** Whether a field of a report is of its sort. */
create function private.is_report_field(name text, value jsonb) returns boolean language sql immutable
return coalesce(case
  when name in ('station_id', 'warehouse_id') then private.is_uuid(value)
  when name = 'name' then private.is_text(value, 60)
  when name = 'kind' then value #>> '{}' in ('desk', 'terminal', 'kiosk')
  when name = 'app_version' then private.is_text(value, 60)
  when name = 'link' then value #>> '{}' in ('live', 'degraded', 'catching-up', 'connecting', 'waiting', 'offline', 'stopped')
  when name in ('behind', 'unsent', 'refused') then private.is_whole(value, 0, 99999999)
  when name = 'clock_offset_ms' then private.is_missing(value) or private.is_clock_offset(value)
  when name in ('complete_as_of', 'oldest_unsent_at', 'last_scan_at') then private.is_missing(value) or private.is_moment(value)
  when name = 'closing' then jsonb_typeof(value) = 'boolean'
end, false);

/** The first field of a report that is missing, unknown or of another sort; null when all are right. */
create function private.faulty_report_field(report jsonb) returns text language sql immutable set search_path = '' as $$
  select coalesce(asked.name, given.name)
  from unnest(array[
    'station_id', 'warehouse_id', 'name', 'kind', 'app_version', 'link', 'behind', 'complete_as_of', 'unsent',
    'oldest_unsent_at', 'refused', 'last_scan_at', 'clock_offset_ms', 'closing'
  ]) asked (name)
  full join jsonb_object_keys(report) given (name) on given.name = asked.name
  where asked.name is null or not private.is_report_field(asked.name, report -> asked.name)
  order by 1 limit 1
$$;

/**
 * How long a station waits between two reports. Each report moves the head of its warehouse, and the poke costs one message, and
 * one more for each of the n stations that hear it: with every station of every warehouse reporting once in T seconds, that is
 * the sum of n (n + 1) over the warehouses, in T seconds. T is what keeps that within the budget, and never under half a minute.
 */
create function private.report_interval() returns interval language sql stable set search_path = '' as $$
  select make_interval(secs => greatest(30, ceil(coalesce(sum(w.n * (w.n + 1)), 0)::numeric
    / (select s.presence_budget from public.sync_settings s))::integer))
  from (
    select count(*) as n from public.stations s
    -- Neither who said goodbye nor who has been away for a day hears anything.
    where s.expected_by is not null and s.seen_at > clock_timestamp() - interval '1 day'
    group by s.warehouse_id
  ) w
$$;

/**
 * Keeps what a station says of itself.
 *
 * A report that comes too soon is not kept, so that one station cannot keep a warehouse busy: one in which only times are
 * others within 15 s of the last, any other within a sixth of the interval. It may be sent again after `next_ms`. A goodbye is
 * kept at once.
 *
 * @param report {station_id, warehouse_id, name, kind, app_version, link, behind, complete_as_of, unsent, oldest_unsent_at,
 *   refused, last_scan_at, clock_offset_ms, closing}
 * @returns {server_time, kept, next_ms}: whether it was kept, and when the next is wanted, from now; see ReportAnswer in
 *   src/shared/protocol/server.ts
 * Raises PT401 without a signed-in user, PT400 when a field is not what it should be, PT403 when the user does not belong to the
 * warehouse, or not to the one in which the station has stood so far.
 */
create function public.report_station(report jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  uid uuid := private.signed_in_user();
  faulty text;
  station uuid;
  home uuid;
  closing boolean;
  every interval;
  told private.station_names;
  before public.stations;
  after public.stations;
  rest interval;
  now_at timestamptz;
begin
  if jsonb_typeof(report) is distinct from 'object' then
    raise sqlstate 'PT400' using message = 'report must be an object';
  end if;
  faulty := private.faulty_report_field(report);
  if faulty is not null then
    raise sqlstate 'PT400' using message = format('%s of the report is missing or not what it should be', faulty);
  end if;
  station := (report ->> 'station_id')::uuid;
  home := (report ->> 'warehouse_id')::uuid;
  closing := (report ->> 'closing')::boolean;
  if home not in (select private.my_warehouses()) then
    raise sqlstate 'PT403' using message = 'You do not belong to this warehouse';
  end if;

  insert into public.stations (id, warehouse_id, name, kind) values (station, home, report ->> 'name', report ->> 'kind')
  on conflict (id) do nothing;
  select * into strict before from public.stations s where s.id = station for update;
  if before.warehouse_id <> home and before.warehouse_id not in (select private.my_warehouses()) then
    raise sqlstate 'PT403' using message = 'This station stands in another warehouse';
  end if;

  select * into told from private.station_names n where n.station_id = station;
  after := before;
  after.warehouse_id := home;
  if told.station_id is null or (told.name, told.kind) <> (report ->> 'name', report ->> 'kind') then
    after.name := report ->> 'name';
    after.kind := report ->> 'kind';
  end if;
  after.user_id := uid;
  after.app_version := report ->> 'app_version';
  after.link := report ->> 'link';
  after.behind := report ->> 'behind';
  after.unsent := report ->> 'unsent';
  after.oldest_unsent_at := report ->> 'oldest_unsent_at';
  after.refused := report ->> 'refused';

  every := private.report_interval();
  now_at := clock_timestamp();
  -- What it says is new, but for times. Coming and going is.
  rest := case
    when closing and before.expected_by is not null then interval '0'
    when after is distinct from before or (before.expected_by is null and not closing) then least(every / 6, interval '30 s')
    else interval '15 s'
  end - (now_at - before.seen_at);
  if rest > interval '0' then
    return jsonb_build_object('server_time', now_at, 'kept', false, 'next_ms', ceil(extract(epoch from rest) * 1000)::integer);
  end if;

  insert into private.station_names (station_id, name, kind) values (station, report ->> 'name', report ->> 'kind')
  on conflict (station_id) do update set name = excluded.name, kind = excluded.kind
    where (station_names.name, station_names.kind) <> (excluded.name, excluded.kind);
  update public.stations s set
    warehouse_id = after.warehouse_id, name = after.name, kind = after.kind, user_id = after.user_id,
    app_version = after.app_version, link = after.link, behind = after.behind, unsent = after.unsent,
    oldest_unsent_at = after.oldest_unsent_at, refused = after.refused,
    complete_as_of = (report ->> 'complete_as_of')::timestamptz, last_scan_at = (report ->> 'last_scan_at')::timestamptz,
    clock_offset_ms = (report ->> 'clock_offset_ms')::integer,
    seen_at = now_at, expected_by = case when not closing then now_at + 3 * every end
  where s.id = station;
  return jsonb_build_object(
    'server_time', now_at, 'kept', true, 'next_ms', ceil(extract(epoch from every) * 1000)::integer
  );
exception
  -- A moment may look right and be none, such as the 31st of February.
  when invalid_datetime_format or datetime_field_overflow then
    raise sqlstate 'PT400' using message = 'A moment of the report cannot be read', detail = sqlerrm;
end
$$;

revoke execute on function public.report_station(jsonb) from public, anon;
grant execute on function public.report_station(jsonb) to authenticated, service_role;
revoke execute on all functions in schema private from public;
