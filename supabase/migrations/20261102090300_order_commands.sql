-- Orders: what they hold back of the stock, and the ways they may go.

-- Where nothing of a product was ever seen in a warehouse, what is promised of it stands here.
create function private.no_bin() returns text language sql immutable return 'NO-BIN';

-- What a command held back (or gave back: below 0) stands in the facts of its outcome, so that its undo goes to the same
-- bins: [{product_id, bin, held}]. The station expects the same, by the same rules (src/main/engine/commands/allocation.ts).

create function private.hold(p_id uuid, in_bin text, quantity integer) returns jsonb language sql immutable
return jsonb_build_array(jsonb_build_object('product_id', p_id, 'bin', in_bin, 'held', quantity));

/** Of a product, what was held back (sign 1) or given back (sign -1), bin by bin. */
create function private.holds_of(holds jsonb, p_id uuid, sign integer) returns table (bin text, quantity integer)
language sql immutable set search_path = '' as $$
  select h ->> 'bin', (sum((h ->> 'held')::integer) * sign)::integer
  from jsonb_array_elements(coalesce(holds, '[]')) h
  where (h ->> 'product_id')::uuid = p_id
  group by 1
  having sum((h ->> 'held')::integer) * sign > 0
  order by (h ->> 'bin') collate "C"
$$;

/**
 * Holds back stock for an order: where it was before, if it is being taken back; else where most is free.
 * @param before the holds of what is taken back
 * @returns how many units are promised beyond what is there, and the holds
 */
create function private.allocate(
  w_id uuid, p_id uuid, quantity integer, before jsonb, out short integer, out holds jsonb
) language plpgsql set search_path = '' as $$
declare
  stock record;
  fullest text;
  taken integer;
begin
  short := quantity;
  holds := '[]';
  for stock in select b.bin, b.quantity from private.holds_of(before, p_id, -1) b loop
    taken := least(stock.quantity, short);
    exit when taken = 0;
    update public.inventory i set quantity_allocated = i.quantity_allocated + taken
    where i.product_id = p_id and i.warehouse_id = w_id and i.bin = stock.bin;
    continue when not found;
    holds := holds || private.hold(p_id, stock.bin, taken);
    short := short - taken;
  end loop;
  if short = 0 then
    return;
  end if;
  for stock in
    select i.bin, i.quantity_on_hand - i.quantity_allocated as free from public.inventory i
    where i.product_id = p_id and i.warehouse_id = w_id
    order by i.quantity_on_hand - i.quantity_allocated desc, i.bin collate "C" for update
  loop
    fullest := coalesce(fullest, stock.bin);
    taken := least(greatest(stock.free, 0), short);
    exit when taken = 0;
    update public.inventory i set quantity_allocated = i.quantity_allocated + taken
    where i.product_id = p_id and i.warehouse_id = w_id and i.bin = stock.bin;
    holds := holds || private.hold(p_id, stock.bin, taken);
    short := short - taken;
  end loop;
  if short > 0 then
    fullest := coalesce(fullest, private.no_bin());
    insert into public.inventory as i (warehouse_id, product_id, bin, quantity_allocated) values (w_id, p_id, fullest, short)
    on conflict (product_id, warehouse_id, bin)
      do update set quantity_allocated = i.quantity_allocated + excluded.quantity_allocated;
    holds := holds || private.hold(p_id, fullest, short);
  end if;
end
$$;

/**
 * Gives back what was held: of this bin first, or what is taken back where it was held; else in the order of the bins.
 * @returns the holds, each below 0
 */
create function private.release(
  w_id uuid, p_id uuid, quantity integer, first_bin text default null, before jsonb default null
) returns jsonb language plpgsql set search_path = '' as $$
declare
  stock record;
  given integer;
  open integer := quantity;
  holds jsonb := '[]';
begin
  for stock in
    select i.bin, least(i.quantity_allocated, b.quantity) as held
    from private.holds_of(before, p_id, 1) b
    join public.inventory i on i.product_id = p_id and i.warehouse_id = w_id and i.bin = b.bin
    order by b.bin collate "C"
  loop
    given := least(stock.held, open);
    continue when given = 0;
    update public.inventory i set quantity_allocated = i.quantity_allocated - given
    where i.product_id = p_id and i.warehouse_id = w_id and i.bin = stock.bin;
    holds := holds || private.hold(p_id, stock.bin, -given);
    open := open - given;
  end loop;
  if open = 0 then
    return holds;
  end if;
  for stock in
    select i.bin, i.quantity_allocated as held from public.inventory i
    where i.product_id = p_id and i.warehouse_id = w_id and i.quantity_allocated > 0
    order by (i.bin = first_bin) desc nulls last, i.bin collate "C" for update
  loop
    exit when open <= 0;
    given := least(stock.held, open);
    update public.inventory i set quantity_allocated = i.quantity_allocated - given
    where i.product_id = p_id and i.warehouse_id = w_id and i.bin = stock.bin;
    holds := holds || private.hold(p_id, stock.bin, -given);
    open := open - given;
  end loop;
  return holds;
end
$$;

/** Only open orders hold stock back. */
create function private.is_open(status text) returns boolean language sql immutable
return status in ('pending', 'picking');

create function private.may_go(old_status text, new_status text) returns boolean language sql immutable
return (old_status, new_status) in (
  ('pending', 'picking'), ('pending', 'failed'),
  ('picking', 'packed'), ('picking', 'pending'), ('picking', 'failed'),
  ('packed', 'shipped'), ('packed', 'picking'), ('failed', 'pending')
);

create function private.is_picked(o_id uuid) returns boolean language sql stable set search_path = '' as $$
  select exists (select from public.sales_order_items i where i.order_id = o_id and i.quantity_picked > 0)
$$;

/** The order, locked; refuses an unknown one, and one that has gone on since the station looked. */
create function private.order_at(w_id uuid, o_id uuid, seen_status text) returns public.sales_orders
language plpgsql set search_path = '' as $$
declare
  found_order public.sales_orders;
begin
  select * into found_order from public.sales_orders o where o.id = o_id and o.warehouse_id = w_id for update;
  if found_order.id is null then
    perform private.refuse('unknown_order', 'There is no such order', jsonb_build_object('order_id', o_id));
  end if;
  if seen_status is not null and found_order.status <> seen_status then
    perform private.refuse(
      'stale_version', 'The order has gone on meanwhile',
      jsonb_build_object('number', found_order.number, 'seen', seen_status, 'status', found_order.status)
    );
  end if;
  return found_order;
end
$$;

/**
 * Moves an order to a status, and what it holds back with it.
 * @param before the holds of the step that is taken back, if it is one
 * @returns units not picked, units beyond the stock, and the holds
 */
create function private.set_order_status(
  o public.sales_orders, new_status text, before jsonb default null,
  out unpicked integer, out short integer, out holds jsonb
) language plpgsql set search_path = '' as $$
declare
  line record;
  held record;
begin
  unpicked := 0;
  short := 0;
  holds := '[]';
  for line in
    select i.product_id, sum(greatest(i.quantity_ordered - i.quantity_picked, 0))::integer as rest
    from public.sales_order_items i where i.order_id = o.id group by i.product_id order by i.product_id
  loop
    continue when line.rest = 0;
    unpicked := unpicked + line.rest;
    if private.is_open(o.status) and not private.is_open(new_status) then
      holds := holds || private.release(o.warehouse_id, line.product_id, line.rest, null, before);
    elsif not private.is_open(o.status) and private.is_open(new_status) then
      held := private.allocate(o.warehouse_id, line.product_id, line.rest, before);
      short := short + held.short;
      holds := holds || held.holds;
    end if;
  end loop;
  update public.sales_orders s set status = new_status where s.id = o.id;
end
$$;

create function private.do_order_create(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  asked jsonb := command -> 'order';
  item record;
  held record;
  short jsonb := '[]';
  holds jsonb := '[]';
begin
  perform private.require_role(context.warehouse_id, context.user_id, 'supervisor');
  if exists (
    select from public.sales_orders o
    where o.id = (asked ->> 'id')::uuid or (o.warehouse_id = context.warehouse_id and o.number = asked ->> 'number')
  ) then
    perform private.refuse('order_exists', 'There is such an order', jsonb_build_object('number', asked -> 'number'));
  end if;
  insert into public.sales_orders (id, warehouse_id, number, customer, priority, due_at)
  values (
    (asked ->> 'id')::uuid, context.warehouse_id, asked ->> 'number', asked ->> 'customer',
    (asked ->> 'priority')::integer, (asked ->> 'due_at')::timestamptz
  );
  for item in
    select (i.value ->> 'product_id')::uuid as product_id, sum((i.value ->> 'quantity')::integer)::integer as ordered
    from jsonb_array_elements(asked -> 'items') i group by 1 order by 1
  loop
    perform private.require_product(item.product_id);
    held := private.allocate(context.warehouse_id, item.product_id, item.ordered, null);
    holds := holds || held.holds;
    if held.short > 0 then
      short := short || jsonb_build_object('product_id', item.product_id, 'short', held.short);
    end if;
  end loop;
  insert into public.sales_order_items (id, order_id, warehouse_id, product_id, line_no, quantity_ordered)
  select (i.value ->> 'id')::uuid, (asked ->> 'id')::uuid, context.warehouse_id, (i.value ->> 'product_id')::uuid, i.place,
    (i.value ->> 'quantity')::integer
  from jsonb_array_elements(asked -> 'items') with ordinality i (value, place);
  return jsonb_build_object('number', asked -> 'number', 'short', short, 'holds', holds);
end
$$;

create function private.do_order_advance(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  o public.sales_orders := private.order_at(context.warehouse_id, (command ->> 'order_id')::uuid, command ->> 'from');
  went record;
begin
  if not private.may_go(o.status, command ->> 'to') or (command ->> 'to' = 'pending' and private.is_picked(o.id)) then
    perform private.refuse(
      'illegal_transition', 'The order may not go there',
      jsonb_build_object('number', o.number, 'status', o.status, 'to', command -> 'to')
    );
  end if;
  went := private.set_order_status(o, command ->> 'to');
  if command ->> 'to' = 'packed' and went.unpicked > 0 then
    insert into public.alerts (warehouse_id, kind, severity, message, facts) values (
      o.warehouse_id, 'short_pick', 'warning', format('%s was packed with %s units missing', o.number, went.unpicked),
      jsonb_build_object('order_id', o.id, 'missing', went.unpicked, 'mutation_id', context.mutation_id)
    );
  end if;
  return jsonb_build_object(
    'number', o.number, 'status', command -> 'to', 'unpicked', went.unpicked, 'short', went.short, 'holds', went.holds
  );
end
$$;

create function private.do_order_cancel(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  o public.sales_orders;
  went record;
begin
  perform private.require_role(context.warehouse_id, context.user_id, 'supervisor');
  o := private.order_at(context.warehouse_id, (command ->> 'order_id')::uuid, command ->> 'from');
  if o.status not in ('pending', 'picking', 'failed') then
    perform private.refuse(
      'illegal_transition', 'The order may not be cancelled any more',
      jsonb_build_object('number', o.number, 'status', o.status, 'to', 'cancelled')
    );
  end if;
  went := private.set_order_status(o, 'cancelled');
  return jsonb_build_object(
    'number', o.number, 'status', 'cancelled', 'unpicked', went.unpicked, 'holds', went.holds
  );
end
$$;

/** The order line a pick or return is for, locked with its order. */
create function private.order_line(
  context private.command_context, item_id uuid, p_id uuid, out line public.sales_order_items, out o public.sales_orders
) language plpgsql set search_path = '' as $$
begin
  select * into line from public.sales_order_items i where i.id = item_id and i.warehouse_id = context.warehouse_id;
  if line.id is null then
    perform private.refuse('unknown_order', 'There is no such order line', jsonb_build_object('order_item_id', item_id));
  end if;
  if line.product_id <> p_id then
    perform private.refuse('invalid', 'The order line is for another product', jsonb_build_object('field', 'order_item_id'));
  end if;
  o := private.order_at(context.warehouse_id, line.order_id, null);
  select * into line from public.sales_order_items i where i.id = item_id for update;
end
$$;

create function private.do_pick(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  p_id uuid := (command ->> 'product_id')::uuid;
  quantity integer := (command ->> 'quantity')::integer;
  item_id uuid := (command ->> 'order_item_id')::uuid;
  on_order record;
  holds jsonb;
begin
  if item_id is null then
    return jsonb_build_object(
      'on_hand', private.book_movement(context, context.warehouse_id, p_id, command ->> 'bin', -quantity, 1)
    );
  end if;
  on_order := private.order_line(context, item_id, p_id);
  if not private.is_open((on_order.o).status) then
    perform private.refuse(
      'order_closed', 'The order is not being picked any more',
      jsonb_build_object('number', (on_order.o).number, 'status', (on_order.o).status)
    );
  end if;
  if (on_order.line).quantity_picked + quantity > (on_order.line).quantity_ordered then
    perform private.refuse(
      'over_pick', 'More than was ordered',
      jsonb_build_object('number', (on_order.o).number, 'ordered', (on_order.line).quantity_ordered,
        'picked', (on_order.line).quantity_picked, 'asked', quantity)
    );
  end if;
  update public.sales_order_items i set quantity_picked = i.quantity_picked + quantity where i.id = item_id;
  update public.sales_orders s set status = 'picking' where s.id = (on_order.o).id and s.status = 'pending';
  holds := private.release(context.warehouse_id, p_id, quantity, command ->> 'bin');
  return jsonb_build_object(
    'on_hand',
    private.book_movement(context, context.warehouse_id, p_id, command ->> 'bin', -quantity, 1, null, item_id),
    'picked', (on_order.line).quantity_picked + quantity, 'ordered', (on_order.line).quantity_ordered, 'holds', holds
  );
end
$$;

/** How much came back of what was picked for an order line. */
create function private.returned(item_id uuid) returns bigint language sql stable set search_path = '' as $$
  select coalesce(sum(m.quantity), 0) from public.stock_movements m where m.order_item_id = item_id and m.kind = 'return'
$$;

/** Goods that come back from a customer; of an order line never more than were picked for it. */
create function private.do_return(command jsonb, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  p_id uuid := (command ->> 'product_id')::uuid;
  quantity integer := (command ->> 'quantity')::integer;
  item_id uuid := (command ->> 'order_item_id')::uuid;
  on_order record;
  before bigint;
begin
  if item_id is not null then
    on_order := private.order_line(context, item_id, p_id);
    before := private.returned(item_id);
    if before + quantity > (on_order.line).quantity_picked then
      perform private.refuse(
        'over_return', 'More than went out',
        jsonb_build_object('number', (on_order.o).number, 'picked', (on_order.line).quantity_picked,
          'returned', before, 'asked', quantity)
      );
    end if;
  end if;
  return jsonb_build_object(
    'on_hand', private.book_movement(context, context.warehouse_id, p_id, command ->> 'bin', quantity, 1, null, item_id)
  );
end
$$;
