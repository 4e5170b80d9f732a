-- Who is told of what: supervisors and managers, of what needs one of them; and the others, of what nobody has read in time.

alter table public.sync_settings
  -- A warning that stays unread so long is told on.
  add column escalate_after_minutes integer not null default 15 check (escalate_after_minutes between 1 and 1440);

alter table public.notifications
  -- The alert that is told of, or the notification that is told on; null where this is the first word of it. Stays on the server.
  add column origin uuid;
create index notifications_origin_idx on public.notifications (origin) where origin is not null;
create index notifications_waiting_idx on public.notifications (warehouse_id, created_at)
  where read_at is null and escalated_at is null and severity <> 'info';

/** Alerts of which supervisors and managers are told by a notification: those that wait for one of them, and all that is critical. */
create function private.is_told_of(kind text, severity text) returns boolean language sql immutable
return kind in ('refused_work', 'drill') or severity = 'critical';

/** Whoever raised it knows of it. A key is an acknowledgement, and no news. */
create function private.tell_of_alerts() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.notifications (user_id, kind, title, body, link, severity, from_user, warehouse_id, origin)
  select m.user_id, n.kind,
    case n.kind
      when 'refused_work' then 'Refused work'
      when 'drill' then 'Outage drill'
      when 'message' then 'Message to all stations'
      else 'Critical alert'
    end,
    n.message, case when n.kind in ('drill', 'message') then 'alerts' else 'exceptions' end,
    n.severity, n.raised_by, n.warehouse_id, n.id
  from new_rows n join public.warehouse_members m on m.warehouse_id = n.warehouse_id
  where n.key is null and private.is_told_of(n.kind, n.severity)
    and m.role in ('supervisor', 'manager') and m.user_id is distinct from n.raised_by
  order by m.user_id, n.id;
  return null;
end
$$;
create trigger tell_of_alerts after insert on public.alerts
  referencing new table as new_rows for each statement execute function private.tell_of_alerts();

/**
 * Tells the other supervisors and managers of each of these warehouses, once, what somebody has left unread for too long. Who was
 * told of the same already is not told again. All at once: whose heads move is locked in ascending order.
 * @returns how many were waiting
 */
create function private.escalate_notifications(warehouses uuid[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  due timestamptz := clock_timestamp() - make_interval(mins => (select s.escalate_after_minutes from public.sync_settings s));
  waiting uuid[] := array(
    select n.id from public.notifications n
    where n.warehouse_id = any (warehouses) and n.read_at is null and n.escalated_at is null and n.severity <> 'info'
      and n.created_at <= due
    order by n.created_at limit 500
  );
begin
  if cardinality(waiting) = 0 then
    return 0;
  end if;
  perform private.lock_scopes(array(
    select 'user:' || n.user_id from public.notifications n where n.id = any (waiting)
    union select private.supervisor_scopes(warehouses)
  ));
  with unread as (
    -- Looked at again now that nobody else can have told it on meanwhile, nor read it.
    update public.notifications n set escalated_at = clock_timestamp()
    where n.id = any (waiting) and n.read_at is null and n.escalated_at is null
    returning n.*
  ), news as (
    select distinct on (coalesce(u.origin, u.id), m.user_id) u.*, coalesce(u.origin, u.id) as first_word, m.user_id as to_user
    from unread u join public.warehouse_members m on m.warehouse_id = u.warehouse_id
    where m.role in ('supervisor', 'manager') and m.user_id <> u.user_id and m.user_id is distinct from u.from_user
      and not exists (
        select from public.notifications o
        where o.user_id = m.user_id and (o.id = coalesce(u.origin, u.id) or o.origin = coalesce(u.origin, u.id))
      )
    order by coalesce(u.origin, u.id), m.user_id, u.created_at
  )
  insert into public.notifications (
    user_id, kind, title, body, link, severity, from_user, warehouse_id, escalated_at, origin
  )
  select w.to_user, 'escalation',
    format('Not read by %s: %s', coalesce(p.display_name, 'somebody'), w.title),
    w.body, w.link, w.severity, w.from_user, w.warehouse_id, clock_timestamp(), w.first_word
  from news w left join public.people p on p.user_id = w.user_id and p.warehouse_id = w.warehouse_id;
  return cardinality(waiting);
end
$$;

/**
 * Has the server look at what stays unread in the caller's warehouses; stations ask once a minute.
 * @returns how many notifications were waiting too long
 * Raises PT401 without a signed-in user.
 */
create function public.escalate_notifications() returns integer
language plpgsql security definer set search_path = '' as $$
begin
  perform private.signed_in_user();
  return private.escalate_notifications(array(select private.my_warehouses()));
end
$$;

revoke execute on function public.escalate_notifications() from public, anon;
grant execute on function public.escalate_notifications() to authenticated, service_role;
revoke execute on all functions in schema private from public;
