-- Commands that move stock. Each is a function of its own, called in a subtransaction: it books, or it raises a refusal, which
-- takes back what it had booked.

/** Everything about a command that its own function does not read from its fields. */
create type private.command_context as (
  mutation_id uuid, user_id uuid, kind text, warehouse_id uuid, station_id uuid, operator_id uuid,
  happened_at timestamptz, reference text
);

/**
 * Refuses the command under way: raises SS400, which apply_command turns into its outcome.
 * @param code one of RefusalCode in src/shared/domain/commands.ts
 */
create function private.refuse(code text, message text, facts jsonb default '{}') returns void
language plpgsql set search_path = '' as $$
begin
  raise sqlstate 'SS400' using message = message, detail = facts::text, hint = code;
end
$$;

/** Refuses where the caller's role in a warehouse is not enough, or where there is no such warehouse. */
create function private.require_role(w_id uuid, uid uuid, least_role text) returns void
language plpgsql stable set search_path = '' as $$
declare
  held text;
begin
  select m.role into held
  from public.warehouses w left join public.warehouse_members m on m.warehouse_id = w.id and m.user_id = uid
  where w.id = w_id;
  if not found then
    perform private.refuse('unknown_warehouse', 'There is no such warehouse', jsonb_build_object('warehouse_id', w_id));
  elsif private.role_rank(held) < private.role_rank(least_role) then
    perform private.refuse(
      'not_allowed', 'Your role may not do this here',
      jsonb_build_object('warehouse_id', w_id, 'role', held, 'needed', least_role)
    );
  end if;
end
$$;

create function private.require_product(p_id uuid) returns void language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from public.products p where p.id = p_id) then
    perform private.refuse('unknown_product', 'There is no such product', jsonb_build_object('product_id', p_id));
  end if;
end
$$;

/** Asks somebody to count a bin, unless that is asked already. The count itself closes the task. */
create function private.ask_for_count(w_id uuid, p_id uuid, in_bin text, why text, facts jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.alerts (warehouse_id, kind, severity, product_id, message, facts)
  select w_id, 'count_task', 'warning', p.id, format('Count %s in %s', p.sku, in_bin),
    facts || jsonb_build_object('bin', in_bin, 'why', why)
  from public.products p
  where p.id = p_id and not exists (
    select from public.alerts a
    where a.warehouse_id = w_id and a.product_id = p_id and a.kind = 'count_task'
      and a.acknowledged_at is null and a.facts ->> 'bin' = in_bin
  );
end
$$;

/** Says that more was taken from a bin than was booked in, unless that is said already, and asks for a count. */
create function private.flag_shortage(w_id uuid, p_id uuid, in_bin text, on_hand integer, mutation_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.alerts (warehouse_id, kind, severity, product_id, message, facts)
  select w_id, 'negative_stock', 'warning', p.id,
    format('%s: %s units more taken from %s than were booked in', p.sku, -on_hand, in_bin),
    jsonb_build_object('bin', in_bin, 'on_hand', on_hand, 'mutation_id', mutation_id)
  from public.products p
  where p.id = p_id and not exists (
    select from public.alerts a
    where a.warehouse_id = w_id and a.product_id = p_id and a.kind = 'negative_stock'
      and a.acknowledged_at is null and a.facts ->> 'bin' = in_bin
  );
  perform private.ask_for_count(w_id, p_id, in_bin, 'negative_stock', jsonb_build_object('on_hand', on_hand));
end
$$;

/**
 * A movement that happened before a bin was counted, but is told only now, was in the counter's eyes already. By clocks
 * nothing is corrected: somebody is asked to look again.
 */
create function private.doubt_count(context private.command_context, w_id uuid, p_id uuid, in_bin text) returns void
language plpgsql set search_path = '' as $$
declare
  counted_at timestamptz;
begin
  select max(m.happened_at) into counted_at from public.stock_movements m
  where m.product_id = p_id and m.warehouse_id = w_id and m.bin = in_bin and m.kind = 'count'
    and m.happened_at > context.happened_at
    and m.reason is distinct from 'undo' and m.station_id is distinct from context.station_id;
  if counted_at is not null then
    perform private.ask_for_count(
      w_id, p_id, in_bin, 'told_after_count',
      jsonb_build_object('counted_at', counted_at, 'happened_at', context.happened_at, 'mutation_id', context.mutation_id)
    );
  end if;
end
$$;

/**
 * Books one movement: the bin's figure and the ledger's line. Where the warehouse does not refuse it, more may be taken than
 * there is on the books: the goods left the shelf all the same, and somebody is told.
 * @param added signed; 0 only for a count that found what was expected
 * @returns what is on hand in the bin afterwards
 */
create function private.book_movement(
  context private.command_context, w_id uuid, p_id uuid, in_bin text, added integer, line_no integer,
  reason text default null, order_item uuid default null
) returns integer language plpgsql set search_path = '' as $$
declare
  left_there integer;
begin
  update public.inventory i set quantity_on_hand = i.quantity_on_hand + added
  where i.product_id = p_id and i.warehouse_id = w_id and i.bin = in_bin
  returning i.quantity_on_hand into left_there;
  if left_there is null and added <> 0 then
    insert into public.inventory as i (warehouse_id, product_id, bin, quantity_on_hand) values (w_id, p_id, in_bin, added)
    on conflict (product_id, warehouse_id, bin)
      do update set quantity_on_hand = i.quantity_on_hand + excluded.quantity_on_hand
    returning i.quantity_on_hand into left_there;
  end if;
  left_there := coalesce(left_there, 0);
  if added < 0 and left_there < 0 and (select w.negative_stock from public.warehouses w where w.id = w_id) = 'refuse' then
    perform private.refuse(
      'insufficient_stock', 'Not enough stock in this bin',
      jsonb_build_object('bin', in_bin, 'on_hand', left_there - added, 'asked', -added)
    );
  end if;
  insert into public.stock_movements (
    warehouse_id, product_id, bin, quantity, kind, reason, reference, station_id, operator_id, user_id,
    mutation_id, line_no, order_item_id, warehouse_seq, happened_at, received_at
  ) values (
    w_id, p_id, in_bin, added, context.kind, reason, context.reference, context.station_id, context.operator_id,
    context.user_id, context.mutation_id, line_no, order_item, private.head_of('warehouse:' || w_id),
    context.happened_at, clock_timestamp()
  );
  if left_there < 0 and left_there - added >= 0 then
    perform private.flag_shortage(w_id, p_id, in_bin, left_there, context.mutation_id);
  end if;
  if context.kind <> 'count' then
    perform private.doubt_count(context, w_id, p_id, in_bin);
  end if;
  return left_there;
end
$$;

create function private.do_receive(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  p_id uuid := (command ->> 'product_id')::uuid;
  quantity integer := (command ->> 'quantity')::integer;
  expected integer := (command ->> 'expected')::integer;
  before bigint;
begin
  -- What was announced under this reference, as the delivery note has it.
  if expected is not null and context.reference is not null then
    select coalesce(sum(m.quantity), 0) into before from public.stock_movements m
    where m.warehouse_id = context.warehouse_id and m.product_id = p_id and m.reference = context.reference
      and m.kind = 'receive';
    if before + quantity > expected then
      perform private.refuse(
        'over_receipt', 'More than was announced',
        jsonb_build_object('reference', context.reference, 'expected', expected, 'received', before, 'asked', quantity)
      );
    end if;
  end if;
  return jsonb_build_object(
    'on_hand', private.book_movement(context, context.warehouse_id, p_id, command ->> 'bin', quantity, 1)
  );
end
$$;

create function private.do_putaway(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
begin
  return private.do_transfer(
    command || jsonb_build_object('to_warehouse_id', command -> 'warehouse_id'), context
  );
end
$$;

/** Out of one bin and into another, of this warehouse or of one that the caller may also change. */
create function private.do_transfer(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  p_id uuid := (command ->> 'product_id')::uuid;
  quantity integer := (command ->> 'quantity')::integer;
  to_id uuid := (command ->> 'to_warehouse_id')::uuid;
begin
  if to_id = context.warehouse_id and command ->> 'to_bin' = command ->> 'bin' then
    perform private.refuse('invalid', 'From a bin into itself', jsonb_build_object('field', 'to_bin'));
  end if;
  if to_id <> context.warehouse_id then
    perform private.require_role(to_id, context.user_id, 'picker');
  end if;
  return jsonb_build_object(
    'on_hand', private.book_movement(context, context.warehouse_id, p_id, command ->> 'bin', -quantity, 1),
    'to_on_hand', private.book_movement(context, to_id, p_id, command ->> 'to_bin', quantity, 2)
  );
end
$$;

create function private.do_adjust(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
begin
  return jsonb_build_object('on_hand', private.book_movement(
    context, context.warehouse_id, (command ->> 'product_id')::uuid, command ->> 'bin',
    (command ->> 'quantity')::integer, 1, command ->> 'reason'
  ));
end
$$;

create function private.do_scrap(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
begin
  return jsonb_build_object('on_hand', private.book_movement(
    context, context.warehouse_id, (command ->> 'product_id')::uuid, command ->> 'bin',
    -(command ->> 'quantity')::integer, 1, command ->> 'reason'
  ));
end
$$;

/**
 * A blind count: the bin becomes what was counted, and what was booked after the count began is kept on top of it. "After" is
 * by the scope's numbers: movements beyond the seq that the station had, but for its own commands that it knew of.
 */
create function private.do_count(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  p_id uuid := (command ->> 'product_id')::uuid;
  in_bin text := command ->> 'bin';
  counted integer := (command ->> 'counted')::integer;
  basis jsonb := command -> 'basis';
  began bigint := (basis ->> 'seq')::bigint;
  home text := 'warehouse:' || context.warehouse_id;
  on_hand integer;
  moved bigint;
  expected bigint;
begin
  if private.head_of(home) < began or not exists (
    select from public.sync_scopes s where s.scope = home collate "C" and s.epoch = (basis ->> 'epoch')::uuid
  ) then
    perform private.refuse('stale_version', 'The history this count began in is gone: count again', basis);
  end if;
  select i.quantity_on_hand into on_hand from public.inventory i
  where i.warehouse_id = context.warehouse_id and i.product_id = p_id and i.bin = in_bin for update;
  select coalesce(sum(m.quantity), 0) into moved from public.stock_movements m
  where m.product_id = p_id and m.warehouse_id = context.warehouse_id and m.bin = in_bin and m.warehouse_seq > began
    and not exists (
      select from jsonb_array_elements_text(basis -> 'includes') known (id) where known.id::uuid = m.mutation_id
    );
  expected := coalesce(on_hand, 0) - moved;
  on_hand := private.book_movement(
    context, context.warehouse_id, p_id, in_bin, (counted - expected)::integer, 1, 'counted ' || counted
  );
  update public.alerts a set acknowledged_at = clock_timestamp(), acknowledged_by = context.user_id
  where a.warehouse_id = context.warehouse_id and a.product_id = p_id and a.kind in ('count_task', 'negative_stock')
    and a.acknowledged_at is null and a.facts ->> 'bin' = in_bin;
  return jsonb_build_object(
    'on_hand', on_hand, 'counted', counted, 'expected', expected, 'difference', counted - expected, 'moved', moved
  );
end
$$;
