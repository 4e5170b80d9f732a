-- The way in: which function does which kind, at most once, each in a subtransaction of its own.

/** Hands refused work over to whoever looks after a warehouse: what was refused and why stands in an alert. */
create function private.do_refusal_assign(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  alert_id uuid;
begin
  insert into public.alerts (warehouse_id, kind, severity, product_id, message, facts)
  values (
    context.warehouse_id, 'refused_work', 'warning', (command ->> 'product_id')::uuid,
    format('Refused work needs a supervisor: %s', command ->> 'note'),
    jsonb_build_object(
      'refused', command -> 'refused', 'refused_kind', command -> 'refused_kind', 'code', command -> 'code',
      'facts', command -> 'facts', 'note', command -> 'note'
    )
  )
  returning id into alert_id;
  return jsonb_build_object('alert_id', alert_id);
end
$$;

/** Does a command of a caller who may. @returns its facts; a refusal is raised */
create function private.do_command(command jsonb, context private.command_context) returns jsonb
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
    when 'undo' then private.do_undo(command, context)
    when 'refusal.assign' then private.do_refusal_assign(command, context)
  end;
end
$$;

/** The heads that contain the effect, the command's own scope first. */
create function private.settled_at(command jsonb, uid uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  about jsonb := command;
  scopes text[];
begin
  if command ->> 'kind' = 'undo' then
    select l.asked into about from public.command_ledger l where l.mutation_id = (command ->> 'undoes')::uuid;
  end if;
  scopes := case
    when about ->> 'kind' = 'notification.read' then array['user:' || uid]
    else array['warehouse:' || lower(about ->> 'warehouse_id')]
      || case when lower(about ->> 'to_warehouse_id') <> lower(about ->> 'warehouse_id')
        then array['warehouse:' || lower(about ->> 'to_warehouse_id')] else '{}' end
  end;
  return jsonb_build_object('scope', scopes[1], 'seq', private.head_of(scopes[1]))
    || case when cardinality(scopes) > 1
      then jsonb_build_object('also', jsonb_build_array(
        jsonb_build_object('scope', scopes[2], 'seq', private.head_of(scopes[2]))))
      else '{}' end;
end
$$;

/** Decides one command that has not been seen before; what it booked is taken back when it is refused. */
create or replace function private.decide(command jsonb, uid uuid) returns jsonb language plpgsql set search_path = '' as $$
declare
  context private.command_context;
  facts jsonb;
  code text;
  problem text;
  detail text;
begin
  context := (
    (command ->> 'mutation_id')::uuid, uid, command ->> 'kind', (command ->> 'warehouse_id')::uuid, null,
    (command ->> 'station_id')::uuid, (command ->> 'operator_id')::uuid, (command ->> 'happened_at')::timestamptz,
    command ->> 'reference'
  );
  if context.warehouse_id is not null then
    perform private.require_role(context.warehouse_id, uid, 'picker');
  end if;
  if command ->> 'product_id' is not null then
    perform private.require_product((command ->> 'product_id')::uuid);
  end if;
  facts := private.do_command(command, context);
  if context.kind in ('receive', 'putaway', 'pick', 'transfer', 'adjust', 'return', 'scrap') then
    perform private.doubt_count(context, (command ->> 'product_id')::uuid, command ->> 'bin');
  end if;
  return jsonb_build_object('mutation_id', context.mutation_id, 'outcome', 'applied', 'facts', facts)
    || private.settled_at(command, uid);
exception
  when sqlstate 'SS400' then
    get stacked diagnostics problem = message_text, code = pg_exception_hint, detail = pg_exception_detail;
    return private.refusal(command ->> 'mutation_id', code, problem, detail::jsonb);
  -- Values the tables will not take (a date such as February 30, a figure beyond its column) are the command's own fault.
  -- Anything else (deadlock, full disk, a cancelled statement) ends the whole call: the station sends it again.
  when data_exception or integrity_constraint_violation then
    return private.refusal(
      command ->> 'mutation_id', 'invalid', 'The command cannot be booked',
      jsonb_build_object('sqlstate', sqlstate, 'problem', sqlerrm)
    );
end
$$;

/** One command, at most once: a repeat gets the outcome of the first time, be it a refusal. */
create or replace function private.apply_command(command jsonb, uid uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  faulty text := private.faulty_field(command);
  m_id uuid;
  known public.command_ledger;
  decided jsonb;
begin
  if faulty is not null then
    return private.refusal(
      case when jsonb_typeof(command) = 'object' then command ->> 'mutation_id' end,
      'invalid', 'The command cannot be read', jsonb_build_object('field', faulty)
    );
  end if;
  m_id := (command ->> 'mutation_id')::uuid;
  -- Claims the id. A second session with the same one waits here until the first has ended, and then reads its answer.
  insert into public.command_ledger (mutation_id, user_id, kind, asked, outcome)
  values (m_id, uid, command ->> 'kind', command, '{}')
  on conflict (mutation_id) do nothing;
  if not found then
    select * into strict known from public.command_ledger l where l.mutation_id = m_id;
    if known.user_id <> uid then
      return private.refusal(m_id::text, 'not_allowed', 'This mutation id belongs to another user');
    end if;
    return known.outcome;
  end if;
  decided := private.decide(command, uid);
  update public.command_ledger l set outcome = decided where l.mutation_id = m_id;
  return decided;
end
$$;

/** Every head that these commands may move, in ascending order: only of the caller's own warehouses and their own scope. */
create function private.scopes_of(commands jsonb, uid uuid) returns text[]
language sql stable security definer set search_path = '' as $$
  with about as (
    select c.value as command from jsonb_array_elements(commands) c where jsonb_typeof(c.value) = 'object'
    union all
    select l.asked from jsonb_array_elements(commands) c
    join public.command_ledger l on l.mutation_id::text = lower(c.value ->> 'undoes')
    where jsonb_typeof(c.value) = 'object' and l.asked is not null
  ), wanted as (
    select lower(a.command ->> 'warehouse_id') as id from about a
    union select lower(a.command ->> 'to_warehouse_id') from about a
  )
  select array(
    select kind || w.id from private.my_warehouses('picker') w (id), unnest(array['ledger:', 'warehouse:']) kind
    where w.id::text in (select id from wanted)
    union
    select 'user:' || uid where exists (select from about a where a.command ->> 'kind' = 'notification.read')
    order by 1
  )
$$;

create or replace function public.apply_commands(commands jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  uid uuid := private.signed_in_user();
  outcomes jsonb[] := '{}';
  scopes text[];
  bases bigint[] := '{}';
  command jsonb;
begin
  if jsonb_typeof(commands) is distinct from 'array' then
    raise sqlstate 'PT400' using message = 'commands must be an array';
  end if;
  if jsonb_array_length(commands) > 1000 then
    raise sqlstate 'PT413' using message = 'At most 1000 commands at once';
  end if;
  scopes := private.scopes_of(commands, uid);
  perform private.lock_scopes(scopes);
  bases := array(select s.head from public.sync_scopes s where s.scope = any (scopes) order by s.scope);
  perform set_config('smart_shelf.hold_pokes', 'on', true);
  for command in select value from jsonb_array_elements(commands) loop
    outcomes := outcomes || private.apply_command(command, uid);
  end loop;
  perform set_config('smart_shelf.hold_pokes', 'off', true);
  for i in 1 .. cardinality(scopes) loop
    perform private.poke_since(scopes[i], bases[i]);
  end loop;
  return to_jsonb(outcomes);
end
$$;

-- What the functions above took the place of.
drop function private.book(jsonb, uuid, text);
