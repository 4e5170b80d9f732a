-- Reading the ledger on demand: its pages, the story behind a figure, stock as of a moment, and how busy the hours of a day were.
-- The order of the ledger is the order in which the server received it; movements of one import, received together, are in the
-- order they happened. A page ends with a cursor, the place of its last row, and the next one begins there: never by an offset.

drop index public.stock_movements_product_idx;
create index stock_movements_product_idx
  on public.stock_movements (product_id, warehouse_id, received_at, happened_at, id);
create index stock_movements_ledger_idx on public.stock_movements (warehouse_id, received_at, happened_at, id);
-- Rows of one moment are sorted as they are read: each insert pays for the columns here.
create index stock_movements_bin_idx on public.stock_movements (warehouse_id, bin, received_at);
create index stock_movements_user_idx on public.stock_movements (warehouse_id, user_id, received_at)
  where user_id is not null;
create index stock_movements_station_idx on public.stock_movements (warehouse_id, station_id, received_at)
  where station_id is not null;
create index stock_movements_happened_idx on public.stock_movements (warehouse_id, happened_at);
-- Serves what it served (a delivery of a product), and a whole document.
drop index public.stock_movements_reference_idx;
create index stock_movements_reference_idx on public.stock_movements (warehouse_id, reference, product_id)
  where reference is not null;

/**
 * Whose ledger may be read: that of a warehouse the caller belongs to. The functions below are definers that ask this once, and
 * look at no row of another warehouse: the policy would be asked again for every row.
 */
create function private.require_ledger(w_id uuid) returns void language plpgsql stable set search_path = '' as $$
begin
  perform private.signed_in_user();
  if w_id is null or w_id not in (select private.my_warehouses()) then
    raise sqlstate 'PT403' using message = 'You do not belong to this warehouse';
  end if;
end
$$;

create function private.ledger_row(m public.stock_movements) returns jsonb language sql immutable
return jsonb_build_object(
  'id', m.id, 'product_id', m.product_id, 'bin', m.bin, 'quantity', m.quantity, 'kind', m.kind, 'reason', m.reason,
  'reference', m.reference, 'station_id', m.station_id, 'operator_id', m.operator_id, 'user_id', m.user_id,
  'mutation_id', m.mutation_id, 'order_item_id', m.order_item_id, 'happened_at', m.happened_at, 'received_at', m.received_at
);

/** How many rows a page may have. */
create function private.ledger_limit(asked integer) returns integer language sql immutable
return greatest(1, least(coalesce(asked, 100), 500));

/**
 * A page of a warehouse's ledger, the newest first.
 * @param filter any of {product_id, bin, order_id, document, user_id, station_id, kind, from, to}. `document` is the number of an order
 *   that it was moved for, or its reference. The two moments are the server's: from (included) and to (not included)
 * @param before `next` of the page before; null for the newest
 * @returns {server_time, rows, next}: next is null on the last page
 * Raises PT401 without a signed-in user, PT403 for somebody else's warehouse.
 */
create function public.ledger_page(warehouse uuid, filter jsonb default '{}', before jsonb default null, page_limit integer default 100)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  size integer := private.ledger_limit(page_limit);
  wanted text := 'm.warehouse_id = $1';
  answer jsonb;
begin
  perform private.require_ledger(warehouse);
  -- Only what is asked for is a condition: so the planner sees which index serves it.
  if filter ->> 'product_id' is not null then wanted := wanted || $q$ and m.product_id = ($2 ->> 'product_id')::uuid$q$; end if;
  if filter ->> 'bin' is not null then wanted := wanted || $q$ and m.bin = $2 ->> 'bin'$q$; end if;
  if filter ->> 'document' is not null then
    wanted := wanted || $q$ and (m.reference = $2 ->> 'document' or m.order_item_id = any (array(
      select i.id from public.sales_orders o join public.sales_order_items i on i.order_id = o.id
      where o.warehouse_id = $1 and o.number = $2 ->> 'document')))$q$;
  end if;
  if filter ->> 'user_id' is not null then wanted := wanted || $q$ and m.user_id = ($2 ->> 'user_id')::uuid$q$; end if;
  if filter ->> 'station_id' is not null then wanted := wanted || $q$ and m.station_id = ($2 ->> 'station_id')::uuid$q$; end if;
  if filter ->> 'kind' is not null then wanted := wanted || $q$ and m.kind = $2 ->> 'kind'$q$; end if;
  if filter ->> 'from' is not null then wanted := wanted || $q$ and m.received_at >= ($2 ->> 'from')::timestamptz$q$; end if;
  if filter ->> 'to' is not null then wanted := wanted || $q$ and m.received_at < ($2 ->> 'to')::timestamptz$q$; end if;
  if filter ->> 'order_id' is not null then
    wanted := wanted || $q$ and m.order_item_id = any (array(
      select i.id from public.sales_order_items i where i.order_id = ($2 ->> 'order_id')::uuid))$q$;
  end if;
  if before is not null then
    wanted := wanted || $q$ and (m.received_at, m.happened_at, m.id)
      < (($3 ->> 'received_at')::timestamptz, ($3 ->> 'happened_at')::timestamptz, ($3 ->> 'id')::uuid)$q$;
  end if;
  execute format($q$
    with page as (
      select m as movement, m.received_at, m.happened_at, m.id,
        row_number() over (order by m.received_at desc, m.happened_at desc, m.id desc) as n
      from public.stock_movements m
      where %s
      order by m.received_at desc, m.happened_at desc, m.id desc
      limit $4 + 1
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(private.ledger_row(p.movement) order by p.n) filter (where p.n <= $4), '[]'),
      'next', case when count(*) > $4 then (
        select jsonb_build_object('received_at', e.received_at, 'happened_at', e.happened_at, 'id', e.id)
        from page e where e.n = $4) end
    ) from page p$q$, wanted)
  into answer using warehouse, filter, before, size;
  return answer || jsonb_build_object('server_time', clock_timestamp());
end
$$;

/**
 * What made a figure: a product's movements in a warehouse or one of its bins, the newest first, each with the balance after it.
 * The balance after the newest is what is on hand. The cursor carries the balance, so that a later page costs what the first does.
 * @param in_bin null for all bins together
 * @returns {server_time, on_hand, movements, rows, next}: `movements` is how many there are in all; `balance` of the last row, without
 *   its quantity, is what was there before the ledger began
 */
create function public.ledger_story(
  warehouse uuid, product uuid, in_bin text default null, before jsonb default null, page_limit integer default 100
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  size integer := private.ledger_limit(page_limit);
  on_hand bigint;
  start bigint;
  answer jsonb;
begin
  perform private.require_ledger(warehouse);
  select coalesce(sum(i.quantity_on_hand), 0) into on_hand from public.inventory i
  where i.warehouse_id = warehouse and i.product_id = product and (in_bin is null or i.bin = in_bin);
  start := coalesce((before ->> 'balance')::bigint, on_hand);
  execute format($q$
    with page as (
      select m as movement, m.received_at, m.happened_at, m.id, m.quantity
      from public.stock_movements m
      where m.warehouse_id = $1 and m.product_id = $2 %s %s
      order by m.received_at desc, m.happened_at desc, m.id desc
      limit $5 + 1
    ), told as (
      select p.*, row_number() over newest_first as n,
        $6 - coalesce(sum(p.quantity) over (newest_first rows between unbounded preceding and 1 preceding), 0) as balance
      from page p
      window newest_first as (order by p.received_at desc, p.happened_at desc, p.id desc)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(
        private.ledger_row(t.movement) || jsonb_build_object('balance', t.balance) order by t.n
      ) filter (where t.n <= $5), '[]'),
      'next', case when count(*) > $5 then (
        select jsonb_build_object(
          'received_at', e.received_at, 'happened_at', e.happened_at, 'id', e.id, 'balance', e.balance - e.quantity)
        from told e where e.n = $5) end
    ) from told t$q$,
    case when in_bin is not null then 'and m.bin = $3' end,
    case when before is not null then $q$and (m.received_at, m.happened_at, m.id)
      < (($4 ->> 'received_at')::timestamptz, ($4 ->> 'happened_at')::timestamptz, ($4 ->> 'id')::uuid)$q$ end)
  into answer using warehouse, product, in_bin, before, size, start;
  return answer || jsonb_build_object('server_time', clock_timestamp(), 'on_hand', on_hand, 'movements', (
    select count(*) from public.stock_movements m
    where m.warehouse_id = warehouse and m.product_id = product and (in_bin is null or m.bin = in_bin)));
end
$$;

create function private.require_clock(clock text) returns void language plpgsql immutable set search_path = '' as $$
begin
  if clock is null or clock not in ('happened', 'received') then
    raise sqlstate 'PT400' using message = 'The clock is happened or received';
  end if;
end
$$;

/**
 * What was in a product's bins at a moment, by the ledger: by what had happened then (terminals' clocks), or by what the server
 * had been told by then.
 * @param moment included
 * @returns {server_time, total, movements, bins: [{bin, quantity, movements}]}: every bin that had seen a movement
 */
create function public.stock_at(warehouse uuid, product uuid, moment timestamptz, clock text default 'happened') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_ledger(warehouse);
  perform private.require_clock(clock);
  return (
    select jsonb_build_object(
      'server_time', clock_timestamp(), 'total', coalesce(sum(b.quantity), 0), 'movements', coalesce(sum(b.movements), 0),
      'bins', coalesce(jsonb_agg(
        jsonb_build_object('bin', b.bin, 'quantity', b.quantity, 'movements', b.movements) order by b.bin), '[]'))
    from (
      select m.bin, sum(m.quantity) as quantity, count(*) as movements
      from public.stock_movements m
      where m.warehouse_id = warehouse and m.product_id = product
        and case clock when 'happened' then m.happened_at else m.received_at end <= moment
      group by m.bin
    ) b
  );
end
$$;

/**
 * A product's stock over a span of time, as steps. Of more than `most` movements only the last of each of `most` equal parts of
 * the span is told.
 * @returns {server_time, opening, points: [[moment, quantity after it]], part_ms, offline: [[from, to]]}: `part_ms` is null when every
 *   movement is a point; `offline` are the times between a movement and the server's hearing of it, beyond a minute
 */
create function public.stock_history(
  warehouse uuid, product uuid, starts timestamptz, ends timestamptz, clock text default 'happened', most integer default 1000
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  parts integer := greatest(10, least(coalesce(most, 1000), 5000));
  part interval;
  answer jsonb;
begin
  perform private.require_ledger(warehouse);
  perform private.require_clock(clock);
  if starts is null or ends is null or starts >= ends then
    raise sqlstate 'PT400' using message = 'A span of time begins before it ends';
  end if;
  part := (ends - starts) / parts;
  with moved as (
    select case clock when 'happened' then m.happened_at else m.received_at end as at, m.happened_at, m.received_at, m.id, m.quantity,
      m.mutation_id
    from public.stock_movements m
    where m.warehouse_id = warehouse and m.product_id = product
  ), opening as (
    select coalesce(sum(v.quantity), 0) as quantity from moved v where v.at < starts
  ), steps as (
    select v.at, floor(extract(epoch from v.at - starts) / extract(epoch from part)) as part_no, count(*) over () as all_of_them,
      row_number() over told_in_order as n,
      (select o.quantity from opening o) + sum(v.quantity) over told_in_order as quantity
    from moved v
    where v.at >= starts and v.at <= ends
    window told_in_order as (order by v.at, v.received_at, v.id rows unbounded preceding)
  ), points as (
    select s.at, s.n, s.quantity, s.all_of_them, max(s.n) over (partition by s.part_no) as last_of_part from steps s
  ), offline as (
    -- An import tells of what happened long ago: nobody was offline then.
    select range_agg(tstzrange(v.happened_at, v.received_at)) * tstzmultirange(tstzrange(starts, ends)) as times
    from moved v
    where v.mutation_id is not null and v.received_at - v.happened_at > interval '1 min'
      and v.happened_at < ends and v.received_at > starts
  )
  select jsonb_build_object(
    'opening', (select o.quantity from opening o),
    'points', coalesce((
      select jsonb_agg(jsonb_build_array(p.at, p.quantity) order by p.n) from points p
      where p.all_of_them <= parts or p.n = p.last_of_part), '[]'),
    'part_ms', (select case when max(p.all_of_them) > parts then extract(epoch from part) * 1000 end from points p),
    'offline', coalesce((
      select jsonb_agg(jsonb_build_array(lower(r), upper(r)) order by lower(r)) from offline f, unnest(f.times) r), '[]')
  ) into answer;
  return answer || jsonb_build_object('server_time', clock_timestamp());
end
$$;

/**
 * How busy the hours of a day were, in the warehouse's time zone and by when things happened, against what is usual: the median of
 * the same weekday in the eight weeks before, of those weeks in which anything was done that day. A command is one movement, also
 * when it books two lines.
 * @returns {server_time, time_zone, weeks, hours: [{hour, movements, units, usual_movements, usual_units}]} of 24 hours; the usual is
 *   null when there is no week to compare with
 */
create function public.throughput(warehouse uuid, day date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  zone text;
begin
  perform private.require_ledger(warehouse);
  if day is null then
    raise sqlstate 'PT400' using message = 'Which day?';
  end if;
  select w.time_zone into zone from public.warehouses w where w.id = warehouse;
  return (
    with days as (
      select day - 7 * n as day, n = 0 as is_asked,
        (day - 7 * n)::timestamp at time zone zone as starts, (day - 7 * n + 1)::timestamp at time zone zone as ends
      from generate_series(0, 8) n
    ), counted as materialized (
      select d.day, d.is_asked, extract(hour from m.happened_at at time zone zone)::integer as hour,
        count(*) as movements, sum(abs(m.quantity)) as units
      from days d
      join public.stock_movements m
        on m.warehouse_id = warehouse and m.happened_at >= d.starts and m.happened_at < d.ends
      where m.line_no = 1 and m.kind <> 'opening'
      group by 1, 2, 3
    ), weeks as (
      select distinct c.day from counted c where not c.is_asked
    ), usual as (
      select h.hour,
        percentile_cont(0.5) within group (order by coalesce(c.movements, 0)) as movements,
        percentile_cont(0.5) within group (order by coalesce(c.units, 0)) as units
      from generate_series(0, 23) h (hour)
      cross join weeks w
      left join counted c on c.day = w.day and c.hour = h.hour
      group by h.hour
    )
    select jsonb_build_object(
      'server_time', clock_timestamp(), 'time_zone', zone, 'weeks', (select count(*) from weeks),
      'hours', jsonb_agg(jsonb_build_object(
        'hour', h.hour, 'movements', coalesce(c.movements, 0), 'units', coalesce(c.units, 0),
        'usual_movements', u.movements, 'usual_units', u.units) order by h.hour))
    from generate_series(0, 23) h (hour)
    left join counted c on c.is_asked and c.hour = h.hour
    left join usual u on u.hour = h.hour
  );
end
$$;

revoke execute on function public.ledger_page(uuid, jsonb, jsonb, integer),
  public.ledger_story(uuid, uuid, text, jsonb, integer), public.stock_at(uuid, uuid, timestamptz, text),
  public.stock_history(uuid, uuid, timestamptz, timestamptz, text, integer), public.throughput(uuid, date) from public, anon;
grant execute on function public.ledger_page(uuid, jsonb, jsonb, integer),
  public.ledger_story(uuid, uuid, text, jsonb, integer), public.stock_at(uuid, uuid, timestamptz, text),
  public.stock_history(uuid, uuid, timestamptz, timestamptz, text, integer), public.throughput(uuid, date)
  to authenticated, service_role;
revoke execute on all functions in schema private from public;
