-- Undo: a command that takes back another one, once, by booking the opposite. The first stays in the ledger.

/** The line of an open order gets back what was picked for it, and its stock is held back again where it was before. */
create function private.unpick(m public.stock_movements, before jsonb, context private.command_context) returns void
language plpgsql set search_path = '' as $$
declare
  on_order record := private.order_line(context, m.order_item_id, m.product_id);
  picked integer := (on_order.line).quantity_picked + m.quantity;
  returned bigint := private.returned(m.order_item_id);
begin
  if not private.is_open((on_order.o).status) then
    perform private.refuse(
      'order_closed', 'The order is not being picked any more',
      jsonb_build_object('number', (on_order.o).number, 'status', (on_order.o).status)
    );
  elsif returned > picked then
    perform private.refuse(
      'over_return', 'It came back already',
      jsonb_build_object('number', (on_order.o).number, 'picked', picked - m.quantity, 'returned', returned,
        'asked', -m.quantity)
    );
  end if;
  update public.sales_order_items i set quantity_picked = picked where i.id = m.order_item_id;
  perform private.allocate(m.warehouse_id, m.product_id, -m.quantity, before);
end
$$;

/** Books the opposite of every movement of a command. */
create function private.undo_movements(done public.command_ledger, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  m public.stock_movements;
  on_hand integer;
begin
  -- What came last goes first: out of the bin it was brought to, back into the one it was taken from.
  for m in select * from public.stock_movements s where s.mutation_id = done.mutation_id order by s.line_no desc loop
    context.warehouse_id := m.warehouse_id;
    context.kind := m.kind;
    context.reference := m.reference;
    on_hand := private.book_movement(
      context, m.warehouse_id, m.product_id, m.bin, -m.quantity, m.line_no, 'undo', m.order_item_id
    );
    if m.kind = 'pick' and m.order_item_id is not null then
      perform private.unpick(m, done.outcome #> '{facts,holds}', context);
    end if;
  end loop;
  return jsonb_build_object('on_hand', on_hand);
end
$$;

create function private.undo_order_step(done public.command_ledger, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  o public.sales_orders;
  was text;
  is_now text;
begin
  case done.kind
    when 'order.create' then
      is_now := 'pending';
      was := 'cancelled';
      o := private.order_at(context.warehouse_id, (done.asked #>> '{order,id}')::uuid, is_now);
    else
      is_now := coalesce(done.asked ->> 'to', 'cancelled');
      was := done.asked ->> 'from';
      o := private.order_at(context.warehouse_id, (done.asked ->> 'order_id')::uuid, is_now);
  end case;
  -- An order of which something is picked is not pending, however it came there.
  if was = 'pending' and private.is_picked(o.id) then
    perform private.refuse(
      'illegal_transition', 'The order may not go there',
      jsonb_build_object('number', o.number, 'status', o.status, 'to', was)
    );
  end if;
  perform private.set_order_status(o, was, done.outcome #> '{facts,holds}');
  return jsonb_build_object('number', o.number, 'status', was);
end
$$;

create function private.do_notification_read(command jsonb, context private.command_context) returns jsonb
language sql set search_path = '' as $$
  with asked as (
    select (e #>> '{}')::uuid as id from jsonb_array_elements(command -> 'notification_ids') e
  ), read as (
    update public.notifications n set read_at = clock_timestamp()
    from asked a where n.id = a.id and n.user_id = context.user_id and n.read_at is null
    returning n.id
  )
  select jsonb_build_object('read', coalesce((select jsonb_agg(r.id) from read r), '[]'))
$$;

create function private.undo_notification_read(done public.command_ledger, context private.command_context) returns jsonb
language sql set search_path = '' as $$
  with unread as (
    update public.notifications n set read_at = null
    where n.user_id = context.user_id
      and n.id in (select (e #>> '{}')::uuid from jsonb_array_elements(done.outcome #> '{facts,read}') e)
    returning n.id
  )
  select jsonb_build_object('unread', coalesce((select jsonb_agg(u.id) from unread u), '[]'))
$$;

create function private.do_undo(command jsonb, context private.command_context) returns jsonb
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
  if done.kind in ('undo', 'refusal.assign') or done.asked is null then
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
