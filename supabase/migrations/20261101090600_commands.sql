-- Commands: the only way in which a station changes stock. Each takes effect at most once, by its mutation id.

create table public.command_ledger (
  mutation_id uuid primary key,
  user_id uuid not null,
  kind text,
  outcome jsonb not null,
  received_at timestamptz not null default now()
);
alter table public.command_ledger enable row level security;
revoke all on public.command_ledger from anon, authenticated;
revoke insert, update, delete, truncate on public.command_ledger from service_role;

create function private.refusal(mutation_id text, code text, message text, facts jsonb default '{}')
returns jsonb language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'mutation_id', coalesce(mutation_id, ''), 'outcome', 'refused', 'code', code, 'message', message, 'facts', facts
  )
$$;

-- Both are single expressions, bound when they are made: the planner puts them in place of the call.
create function private.is_uuid(value jsonb) returns boolean language sql immutable
return jsonb_typeof(value) = 'string'
  and value #>> '{}' ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

create function private.is_text(value jsonb, longest integer) returns boolean language sql immutable
return jsonb_typeof(value) = 'string' and length(value #>> '{}') between 1 and longest;

/** The first field of a command that cannot be used, or null; the rules are those of src/shared/domain/commands.ts. */
create function private.faulty_field(command jsonb) returns text language plpgsql immutable set search_path = '' as $$
begin
  return case
    when jsonb_typeof(command) is distinct from 'object' then 'command'
    when private.is_uuid(command -> 'mutation_id') is not true then 'mutation_id'
    when (command ->> 'kind' in ('receive', 'pick', 'adjust')) is not true then 'kind'
    when private.is_uuid(command -> 'warehouse_id') is not true then 'warehouse_id'
    when private.is_uuid(command -> 'product_id') is not true then 'product_id'
    when private.is_text(command -> 'bin', 40) is not true then 'bin'
    when jsonb_typeof(command -> 'quantity') is distinct from 'number' then 'quantity'
    when command ->> 'quantity' !~ '^-?[0-9]{1,7}$' then 'quantity'
    when abs((command ->> 'quantity')::integer) not between 1 and 1000000 then 'quantity'
    when command ->> 'kind' <> 'adjust' and (command ->> 'quantity')::integer < 0 then 'quantity'
    when command ->> 'kind' = 'adjust' and private.is_text(command -> 'reason', 200) is not true then 'reason'
    when command ->> 'happened_at' is null
      or command ->> 'happened_at' !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$' then 'happened_at'
    when command ->> 'station_id' is not null and private.is_uuid(command -> 'station_id') is not true then 'station_id'
    when command ->> 'operator_id' is not null and private.is_uuid(command -> 'operator_id') is not true then 'operator_id'
    when command ->> 'reference' is not null
      and (jsonb_typeof(command -> 'reference') <> 'string' or length(command ->> 'reference') > 200) then 'reference'
  end;
end
$$;

/** Puts an alert beside stock that has just gone below 0, unless one is open for the same bin. */
create function private.flag_negative_stock(stock public.inventory, before integer, mutation_id uuid)
returns void language plpgsql set search_path = '' as $$
begin
  if before < 0 or stock.quantity_on_hand >= 0 then
    return;
  end if;
  insert into public.alerts (warehouse_id, kind, severity, product_id, message, facts)
  select
    stock.warehouse_id, 'negative_stock', 'warning', p.id,
    format('%s: %s units more taken from %s than were booked in', p.sku, -stock.quantity_on_hand, stock.bin),
    jsonb_build_object('bin', stock.bin, 'on_hand', stock.quantity_on_hand, 'mutation_id', mutation_id)
  from public.products p
  where p.id = stock.product_id and not exists (
    select from public.alerts a
    where a.warehouse_id = stock.warehouse_id and a.product_id = stock.product_id and a.kind = 'negative_stock'
      and a.acknowledged_at is null and a.facts ->> 'bin' = stock.bin
  );
end
$$;

/** Books a valid command of a caller who may: the movement, and the bin's figure. Returns its CommandOutcome. */
create function private.book(command jsonb, uid uuid, policy text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  m_id uuid := (command ->> 'mutation_id')::uuid;
  w_id uuid := (command ->> 'warehouse_id')::uuid;
  p_id uuid := (command ->> 'product_id')::uuid;
  in_bin text := command ->> 'bin';
  added integer := (command ->> 'quantity')::integer * case command ->> 'kind' when 'pick' then -1 else 1 end;
  stock public.inventory;
begin
  -- The row lock comes first: what is read here is what is changed below. (The warehouse's head is locked already.)
  select * into stock from public.inventory i
  where i.warehouse_id = w_id and i.product_id = p_id and i.bin = in_bin for update;

  if policy = 'refuse' and added < 0 and coalesce(stock.quantity_on_hand, 0) + added < 0 then
    return private.refusal(
      m_id::text, 'insufficient_stock', 'Not enough stock in this bin',
      jsonb_build_object('bin', in_bin, 'on_hand', coalesce(stock.quantity_on_hand, 0), 'asked', -added)
    );
  end if;

  if stock.id is null then
    insert into public.inventory (warehouse_id, product_id, bin, quantity_on_hand)
    values (w_id, p_id, in_bin, added) returning * into stock;
  else
    update public.inventory i set quantity_on_hand = i.quantity_on_hand + added where i.id = stock.id returning * into stock;
  end if;
  insert into public.stock_movements (
    warehouse_id, product_id, bin, quantity, kind, reason, reference,
    station_id, operator_id, user_id, mutation_id, happened_at, received_at
  ) values (
    w_id, p_id, in_bin, added, command ->> 'kind', command ->> 'reason', command ->> 'reference',
    (command ->> 'station_id')::uuid, (command ->> 'operator_id')::uuid, uid, m_id,
    (command ->> 'happened_at')::timestamptz, clock_timestamp()
  );
  perform private.flag_negative_stock(stock, stock.quantity_on_hand - added, m_id);

  return jsonb_build_object(
    'mutation_id', m_id, 'outcome', 'applied', 'scope', 'warehouse:' || w_id,
    'seq', (select s.head from public.sync_scopes s where s.scope = 'warehouse:' || w_id),
    'facts', jsonb_build_object('on_hand', stock.quantity_on_hand)
  );
end
$$;

/** Decides one command that has not been seen before, and books it when nothing speaks against it. */
create function private.decide(command jsonb, uid uuid) returns jsonb language plpgsql set search_path = '' as $$
declare
  m_id text := command ->> 'mutation_id';
  w_id uuid := (command ->> 'warehouse_id')::uuid;
  policy text;
  my_role text;
begin
  select w.negative_stock, m.role into policy, my_role
  from public.warehouses w left join public.warehouse_members m on m.warehouse_id = w.id and m.user_id = uid
  where w.id = w_id;
  if policy is null then
    return private.refusal(m_id, 'unknown_warehouse', 'There is no such warehouse', jsonb_build_object('warehouse_id', w_id));
  end if;
  if my_role is null or private.role_rank(my_role) < private.role_rank('picker') then
    return private.refusal(
      m_id, 'not_allowed', 'Your role may not change stock here', jsonb_build_object('warehouse_id', w_id, 'role', my_role)
    );
  end if;
  if not exists (select from public.products p where p.id = (command ->> 'product_id')::uuid) then
    return private.refusal(
      m_id, 'unknown_product', 'There is no such product', jsonb_build_object('product_id', command ->> 'product_id')
    );
  end if;
  return private.book(command, uid, policy);
end
$$;

/** One command, at most once: a repeat gets the outcome of the first time. Runs in a subtransaction of its own. */
create function private.apply_command(command jsonb, uid uuid) returns jsonb language plpgsql set search_path = '' as $$
declare
  faulty text := private.faulty_field(command);
  m_id uuid;
  known public.command_ledger;
  decided jsonb;
begin
  if faulty is not null then
    return private.refusal(
      command ->> 'mutation_id', 'invalid', 'The command cannot be read', jsonb_build_object('field', faulty)
    );
  end if;
  m_id := (command ->> 'mutation_id')::uuid;
  -- Claims the id. A second session with the same one waits here until the first has ended, and then reads its answer.
  insert into public.command_ledger (mutation_id, user_id, kind, outcome) values (m_id, uid, command ->> 'kind', '{}')
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
exception
  -- Values the tables will not take (a date such as February 30, a figure beyond its column) are the command's own fault.
  -- Anything else (deadlock, full disk, a cancelled statement) ends the whole call: the station sends it again.
  when data_exception or integrity_constraint_violation then
    return private.refusal(
      command ->> 'mutation_id', 'invalid', 'The command cannot be booked',
      jsonb_build_object('sqlstate', sqlstate, 'problem', sqlerrm)
    );
end
$$;

/** One poke for all that a call has changed in a scope, so that a station can apply it in place. */
create function private.poke_since(wanted text, base bigint) returns void language plpgsql set search_path = '' as $$
declare
  stands public.sync_scopes;
  changed record;
begin
  select * into stands from public.sync_scopes s where s.scope = wanted;
  if stands.head = base or not private.may_poke(stands) then
    return;
  end if;
  changed := private.changes_after(wanted, base, 100);
  perform private.poke(
    wanted, stands.epoch, base + 1, stands.head, case when changed.entries < 100 then changed.changes end
  );
  update public.sync_scopes s set poked_at = clock_timestamp(), poked_head = s.head where s.scope = wanted;
end
$$;

/** Whether the scope's budget has room for a poke now. */
create function private.may_poke(stands public.sync_scopes) returns boolean language sql volatile set search_path = '' as $$
  select s.poke_rate > 0 and stands.poked_at <= clock_timestamp() - make_interval(secs => 1.0 / nullif(s.poke_rate, 0))
  from public.sync_settings s
$$;

/**
 * Applies commands in their order, each in a subtransaction of its own; see Command and CommandOutcome in
 * src/shared/domain/commands.ts. A refused or unreadable command does not touch the others.
 * @param commands array of at most 1000 commands
 * @returns array of outcomes in the same order
 * Raises PT401 without a signed-in user, PT400 when `commands` is no array, PT413 when it is too long. Errors of classes
 * 40, 53, 55, 57 and 58 mean that nothing was applied and the call may be sent again as it is.
 */
create function public.apply_commands(commands jsonb) returns jsonb
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
  -- Every head this call may move, in ascending order: only of the caller's own warehouses.
  scopes := array(
    select kind || w.id
    from private.my_warehouses('picker') w (id), unnest(array['ledger:', 'warehouse:']) kind
    where w.id::text in (select lower(c ->> 'warehouse_id') from jsonb_array_elements(commands) c)
    order by 1
  );
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

revoke execute on function public.apply_commands(jsonb) from public, anon;
grant execute on function public.apply_commands(jsonb) to authenticated, service_role;
