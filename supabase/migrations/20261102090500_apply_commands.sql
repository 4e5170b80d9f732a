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
  home text;
  other text;
begin
  if command ->> 'kind' = 'undo' then
    select l.asked into about from public.command_ledger l where l.mutation_id = (command ->> 'undoes')::uuid;
  end if;
  if about ->> 'kind' = 'notification.read' then
    home := 'user:' || uid;
  else
    home := 'warehouse:' || lower(about ->> 'warehouse_id');
    other := 'warehouse:' || lower(about ->> 'to_warehouse_id');
  end if;
  return jsonb_build_object('scope', home, 'seq', private.head_of(home)) || case
    when other <> home
      then jsonb_build_object('also', jsonb_build_array(jsonb_build_object('scope', other, 'seq', private.head_of(other))))
    else '{}'
  end;
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
    (command ->> 'mutation_id')::uuid, uid, command ->> 'kind', (command ->> 'warehouse_id')::uuid,
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

drop function private.apply_command(jsonb, uuid);

/**
 * One claimed command, at most once: a repeat gets the outcome of the first time, be it a refusal.
 * @param faulty the field that cannot be used, or null
 */
create function private.apply_command(command jsonb, faulty text, uid uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  m_id text := case when jsonb_typeof(command) = 'object' then command ->> 'mutation_id' end;
  known record;
  decided jsonb;
begin
  if faulty is not null then
    return private.refusal(m_id, 'invalid', 'The command cannot be read', jsonb_build_object('field', faulty));
  end if;
  select l.user_id, l.outcome into strict known from public.command_ledger l where l.mutation_id = m_id::uuid;
  if known.user_id <> uid then
    return private.refusal(m_id, 'not_allowed', 'This mutation id belongs to another user');
  elsif known.outcome <> '{}' then
    return known.outcome;
  end if;
  decided := private.decide(command, uid);
  update public.command_ledger l set outcome = decided where l.mutation_id = m_id::uuid;
  return decided;
end
$$;

/**
 * Puts the ids of these commands into the ledger, as undecided, those that are not there yet. A second session with one of
 * them waits here until the first has ended, and then reads its answer; in ascending order, so that two sessions never wait
 * for each other.
 */
create function private.claim(commands jsonb, faults text[], uid uuid) returns void
language sql set search_path = '' as $$
  insert into public.command_ledger (mutation_id, user_id, kind, asked, outcome)
  select distinct on (c.id) c.id, uid, c.asked ->> 'kind', c.asked, '{}'
  from (
    select private.uuid_of(e.asked -> 'mutation_id') as id, e.asked, e.place
    from rows from (jsonb_array_elements(commands), unnest(faults)) with ordinality e (asked, fault, place)
    where e.fault is null
  ) c
  order by c.id, c.place
  on conflict (mutation_id) do nothing
$$;

/** Every head that these commands may move: only of the caller's own warehouses and their own scope. */
create function private.scopes_of(commands jsonb, uid uuid) returns text[]
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
begin
  return array(
    select kind || w.id from private.my_warehouses('picker') w (id), unnest(array['ledger:', 'warehouse:']) kind
    where w.id = any (named)
    union all
    select 'user:' || uid
    where exists (select from jsonb_array_elements(about) c where c.value ->> 'kind' = 'notification.read')
  );
end
$$;

/**
 * Applies commands in their order, each in a subtransaction of its own; see Command and CommandOutcome in
 * src/shared/domain/commands.ts. A refused or unreadable command does not touch the others.
 *
 * Every command that can be read is in the ledger from then on, with its outcome. When the server is restored from a backup,
 * the ledger forgets what came after it, together with the effects: a command that a station sends again is then applied
 * anew, which is right. One that it was told of as applied is not sent again: it is as lost as everything else since.
 *
 * @param commands array of at most 1000 commands
 * @returns array of outcomes in the same order
 * Raises PT401 without a signed-in user, PT400 when `commands` is no array, PT413 when it is too long. Errors of classes
 * 40, 53, 55, 57 and 58 mean that nothing was applied and the call may be sent again as it is.
 */
create or replace function public.apply_commands(commands jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  uid uuid := private.signed_in_user();
  faults text[];
  outcomes jsonb[] := '{}';
  asked record;
begin
  if jsonb_typeof(commands) is distinct from 'array' then
    raise sqlstate 'PT400' using message = 'commands must be an array';
  end if;
  if jsonb_array_length(commands) > 1000 then
    raise sqlstate 'PT413' using message = 'At most 1000 commands at once';
  end if;
  faults := array(
    select private.faulty_field(c.value) from jsonb_array_elements(commands) with ordinality c (value, place)
    order by c.place
  );
  perform private.hold_heads(private.scopes_of(commands, uid));
  perform private.claim(commands, faults, uid);
  for asked in
    select c.command, c.fault from rows from (jsonb_array_elements(commands), unnest(faults)) c (command, fault)
  loop
    outcomes := outcomes || private.apply_command(asked.command, asked.fault, uid);
  end loop;
  perform private.put_heads_back();
  return to_jsonb(outcomes);
end
$$;

-- What the functions above took the place of.
drop function private.book(jsonb, uuid, text);
drop function private.flag_negative_stock(public.inventory, integer, uuid);
