-- Undo: a command that takes back another one, once, by booking the opposite. The first stays in the ledger.

/** Books the opposite of every movement of a command. */
create function private.undo_movements(done public.command_ledger, context private.command_context) returns jsonb
language plpgsql set search_path = '' as $$
declare
  m public.stock_movements;
  on_order record;
  on_hand integer;
begin
  -- What came last goes first: out of the bin it was brought to, back into the one it was taken from.
  for m in select * from public.stock_movements s where s.mutation_id = done.mutation_id order by s.line_no desc loop
    context.warehouse_id := m.warehouse_id;
    if m.kind = 'pick' and m.order_item_id is not null then
      on_order := private.order_line(context, m.order_item_id, m.product_id);
      if not private.is_open((on_order.o).status) then
        perform private.refuse(
          'order_closed', 'The order is not being picked any more',
          jsonb_build_object('number', (on_order.o).number, 'status', (on_order.o).status)
        );
      end if;
      update public.sales_order_items i set quantity_picked = i.quantity_picked + m.quantity where i.id = m.order_item_id;
    end if;
    context.kind := m.kind;
    on_hand := private.book_movement(
      context, m.warehouse_id, m.product_id, m.bin, -m.quantity, m.line_no, 'undo', m.order_item_id
    );
    if m.kind = 'pick' and m.order_item_id is not null then
      perform private.allocate(m.warehouse_id, m.product_id, -m.quantity);
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
  perform private.set_order_status(o, was);
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
