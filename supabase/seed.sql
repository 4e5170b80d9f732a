-- A demo site to look at: two warehouses, 4,000 products with stock, orders, alerts and a few messages.
-- The same content on every run: every id is made from a name. Running it again changes nothing.
--
-- It fills the site for the user demo@smart-shelf.example. Where passwords can be hashed here (extensions.crypt: a Supabase
-- project started with `supabase start`) that user is made, with the password below. Elsewhere make the user first.

do $$
declare
  demo_id uuid := md5('user:demo')::uuid;
begin
  if to_regprocedure('extensions.crypt(text, text)') is null
    or exists (select from auth.users where email = 'demo@smart-shelf.example') then
    return;
  end if;
  insert into auth.users (
    instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
    raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
    confirmation_token, recovery_token, email_change_token_new, email_change
  ) values (
    '00000000-0000-0000-0000-000000000000', demo_id, 'authenticated', 'authenticated', 'demo@smart-shelf.example',
    extensions.crypt('smart-shelf-demo', extensions.gen_salt('bf')), now(),
    '{"provider": "email", "providers": ["email"]}', '{"display_name": "Demo"}', now(), now(), '', '', '', ''
  );
  insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at)
  values (
    demo_id::text, demo_id, jsonb_build_object('sub', demo_id, 'email', 'demo@smart-shelf.example'), 'email', now(), now()
  );
end
$$;

do $$
declare
  demo_id uuid := (select id from auth.users where email = 'demo@smart-shelf.example');
  berlin uuid := md5('warehouse:BER')::uuid;
  leipzig uuid := md5('warehouse:LEJ')::uuid;
begin
  if demo_id is null or exists (select from public.warehouses where code in ('BER', 'LEJ')) then
    return;
  end if;

  insert into public.warehouses (id, code, name, time_zone) values
    (berlin, 'BER', 'Berlin', 'Europe/Berlin'), (leipzig, 'LEJ', 'Leipzig', 'Europe/Berlin');
  insert into public.warehouse_members (id, user_id, warehouse_id, role)
  select md5('member:demo:' || w)::uuid, demo_id, w, 'manager' from unnest(array[berlin, leipzig]) w;
  update public.profiles set display_name = 'Demo', language = 'en' where id = demo_id;

  -- 10 families of 10 things, each in 8 sizes and 5 finishes.
  create temporary table seed_products on commit drop as
  with families (n, prefix, category, unit, things, sizes, finishes) as (values
    (0, 'FAS', 'Fasteners', 'box', array['Wood screw', 'Machine screw', 'Hex bolt', 'Carriage bolt', 'Lock nut', 'Flat washer',
      'Wall anchor', 'Threaded rod', 'Blind rivet', 'Cotter pin'],
      array['M3', 'M4', 'M5', 'M6', 'M8', 'M10', 'M12', 'M16'],
      array['zinc', 'stainless A2', 'stainless A4', 'brass', 'black oxide']),
    (1, 'TOO', 'Hand tools', 'piece', array['Claw hammer', 'Cross-head screwdriver', 'Combination spanner', 'Side cutter',
      'Pipe wrench', 'Wood chisel', 'Hacksaw', 'Bench plane', 'Tape measure', 'Spirit level'],
      array['size 1', 'size 2', 'size 3', 'size 4', 'size 5', 'size 6', 'size 7', 'size 8'],
      array['standard', 'insulated', 'forged', 'compact', 'heavy duty']),
    (2, 'ELE', 'Electrical', 'piece', array['Extension lead', 'Circuit breaker', 'Junction box', 'Cable gland', 'Socket outlet',
      'Toggle switch', 'Terminal block', 'Cable tie pack', 'Conduit pipe', 'Earth rod'],
      array['6 A', '10 A', '13 A', '16 A', '20 A', '25 A', '32 A', '40 A'],
      array['white', 'grey', 'black', 'IP44', 'IP67']),
    (3, 'PLU', 'Plumbing', 'piece', array['Ball valve', 'Elbow 90', 'Tee piece', 'Reducer', 'Compression joint', 'Hose clamp',
      'Flexible hose', 'Pipe cap', 'Check valve', 'Drain trap'],
      array['1/4"', '3/8"', '1/2"', '3/4"', '1"', '1 1/4"', '1 1/2"', '2"'],
      array['brass', 'copper', 'PVC', 'steel', 'chrome']),
    (4, 'PAC', 'Packaging', 'pack', array['Shipping carton', 'Padded envelope', 'Bubble wrap roll', 'Stretch film', 'Packing tape',
      'Corner protector', 'Strapping band', 'Pallet cover', 'Void fill', 'Label roll'],
      array['XS', 'S', 'M', 'L', 'XL', 'XXL', 'half pallet', 'pallet'],
      array['brown', 'white', 'clear', 'recycled', 'printed']),
    (5, 'SAF', 'Safety', 'piece', array['Work glove', 'Safety goggles', 'Ear defender', 'Hard hat', 'Hi-vis vest', 'Dust mask',
      'Knee pad', 'Safety boot', 'First-aid kit', 'Warning sign'],
      array['6', '7', '8', '9', '10', '11', '12', '13'],
      array['yellow', 'orange', 'blue', 'black', 'green']),
    (6, 'KIT', 'Kitchen', 'piece', array['Mixing bowl', 'Saucepan', 'Cutting board', 'Storage jar', 'Ladle', 'Colander',
      'Baking tray', 'Measuring jug', 'Tea caddy', 'Serving dish'],
      array['12 cm', '14 cm', '16 cm', '18 cm', '20 cm', '24 cm', '28 cm', '32 cm'],
      array['steel', 'enamel', 'glass', 'bamboo', 'ceramic']),
    (7, 'OFF', 'Stationery', 'pack', array['Copy paper', 'Ring binder', 'Notebook', 'Gel pen set', 'Sticky notes', 'Envelope pack',
      'Desk tray', 'Hole punch', 'Stapler', 'Whiteboard marker'],
      array['A3', 'A4', 'A5', 'A6', 'B4', 'B5', 'C4', 'DL'],
      array['white', 'blue', 'red', 'green', 'assorted']),
    (8, 'CLE', 'Cleaning', 'piece', array['Floor cleaner', 'Glass cleaner', 'Microfibre cloth', 'Scrubbing brush', 'Mop head',
      'Refuse sack', 'Hand soap', 'Degreaser', 'Descaler', 'Paper towel'],
      array['250 ml', '500 ml', '750 ml', '1 l', '2 l', '5 l', '10 l', '20 l'],
      array['lemon', 'neutral', 'pine', 'concentrate', 'sensitive']),
    (9, 'LIG', 'Lighting', 'piece', array['LED bulb', 'LED tube', 'Floodlight', 'Desk lamp', 'Head torch', 'Battery lantern',
      'Track spot', 'Ceiling panel', 'Strip light', 'Emergency light'],
      array['3 W', '5 W', '7 W', '9 W', '12 W', '18 W', '24 W', '36 W'],
      array['warm white', 'neutral white', 'daylight', 'dimmable', 'motion sensor'])
  ), numbered as (
    select i, f.*, i / 10 as k from generate_series(0, 3999) i join families f on f.n = i % 10
  )
  select
    i,
    md5('product:' || prefix || i)::uuid as id,
    prefix || '-' || lpad((1000 + k * 7)::text, 4, '0') as sku,
    things[1 + k % 10] || ' ' || sizes[1 + (k / 10) % 8] || ', ' || finishes[1 + (k / 80) % 5] as name,
    category, unit,
    5 + 5 * ('x' || substr(md5('reorder' || i), 1, 2))::bit(8)::integer / 32 as reorder_point,
    '40' || lpad(((i * 7919) % 100000)::text, 5, '0') || lpad((i + 10000)::text, 5, '0') as ean12,
    -- A figure from 0 to 255 that looks like chance and is the same every time.
    ('x' || substr(md5('stock' || i), 1, 2))::bit(8)::integer as luck,
    chr(65 + i % 6) || '-' || lpad((1 + (k * 3) % 24)::text, 2, '0') || '-' || (1 + (k / 24) % 5) as shelf
  from numbered;

  insert into public.products (id, sku, name, category, unit, reorder_point)
  select id, sku, name, category, unit, reorder_point from seed_products;

  insert into public.product_barcodes (id, product_id, barcode, pack_quantity)
  select md5('barcode:' || p.id)::uuid, p.id, p.ean12 || (10 - (
    select sum(substr(p.ean12, d, 1)::integer * case d % 2 when 0 then 3 else 1 end) from generate_series(1, 12) d
  ) % 10) % 10, 1
  from seed_products p;

  -- Some 120 orders: older ones shipped, the newest waiting.
  create temporary table seed_orders on commit drop as
  select
    o, md5('order:' || o)::uuid as id, case o % 3 when 0 then leipzig else berlin end as warehouse_id,
    'SO-' || (24000 + o) as number,
    (array['Nordlicht Bau GmbH', 'Hansen & Sohn', 'Kiosk am Markt', 'Elektro Krause', 'Hotel Bellevue', 'Schule am Park',
      'Werkstatt Weber', 'Café Zimt', 'Stadtwerke', 'Gartenhof Lenz'])[1 + o % 10] as customer,
    case when o <= 40 then 'shipped' when o <= 50 then 'packed' when o <= 66 then 'picking'
      when o in (70, 90) then 'cancelled' when o = 81 then 'failed' else 'pending' end as status,
    1 + (o * 7) % 5 as priority,
    now() - make_interval(hours => (120 - o) * 2) as created_at
  from generate_series(1, 120) o;
  insert into public.sales_orders (id, warehouse_id, number, customer, status, priority, due_at, created_at, changed_at)
  select id, warehouse_id, number, customer, status, priority, created_at + interval '3 days', created_at,
    created_at + interval '40 minutes'
  from seed_orders;

  create temporary table seed_lines on commit drop as
  select
    md5('line:' || s.o || ':' || l)::uuid as id, s.id as order_id, s.warehouse_id, p.id as product_id, l as line_no, s.status,
    1 + (s.o * l) % 6 as ordered,
    case when s.status in ('shipped', 'packed') then 1 + (s.o * l) % 6
      when s.status = 'picking' and l = 1 then 1 + (s.o * l) % 6 else 0 end as picked
  from seed_orders s
  cross join lateral generate_series(1, 2 + s.o % 5) l
  -- Even numbers of families 0, 3, 6 and 9 are kept in Leipzig too: its orders ask only for those.
  join seed_products p on p.i = ((s.o * 31 + l * 397) % 400) * 10 + (s.o + l) % 4 * 3;
  -- Two products that Berlin has none of, and that an order there waits for.
  insert into seed_lines (id, order_id, warehouse_id, product_id, line_no, status, ordered, picked)
  select md5('line:100:' || p.i)::uuid, s.id, s.warehouse_id, p.id, 10 + row_number() over (order by p.i), s.status,
    3 + p.luck % 3, 0
  from seed_orders s join seed_products p on p.i in (1205, 2417) where s.o = 100;
  insert into public.sales_order_items (id, order_id, warehouse_id, product_id, line_no, quantity_ordered, quantity_picked)
  select id, order_id, warehouse_id, product_id, line_no, ordered, picked from seed_lines;

  create temporary table seed_stock on commit drop as
  with bins as (
    select p.*, berlin as warehouse_id, p.shelf as bin, true as first from seed_products p
    union all
    select p.*, berlin, 'R-' || p.shelf, false from seed_products p where p.luck % 4 = 0
    union all
    select p.*, leipzig, 'L' || p.shelf, true from seed_products p where p.i % 10 in (0, 3, 6, 9) or p.luck % 2 = 0
  ), promised as (
    select warehouse_id, product_id, sum(ordered - picked)::integer as allocated
    from seed_lines where status in ('pending', 'picking') group by 1, 2
  )
  select
    md5('stock:' || b.warehouse_id || b.id || b.bin)::uuid as id, b.warehouse_id, b.id as product_id, b.bin,
    case
      when not b.first then 20 + b.luck
      when b.i in (1205, 2417) then 0
      when b.i % 503 = 7 and b.luck % 4 <> 0 and a.allocated is null then 0
      when b.i % 19 = 4 and b.luck % 4 <> 0 then 1 + b.luck % b.reorder_point
      else b.reorder_point * 2 + 10 + b.luck
    end as on_hand,
    case when not b.first then 0 else coalesce(a.allocated, 0) end as allocated,
    now() - make_interval(secs => 60 + (b.i * 127) % 260000) as changed_at
  from bins b left join promised a on a.warehouse_id = b.warehouse_id and a.product_id = b.id and b.first;
  -- Two products in Berlin are promised more than they have.
  delete from seed_stock s using seed_products p
  where p.id = s.product_id and p.i in (1205, 2417) and (s.warehouse_id = leipzig or s.bin like 'R-%');

  insert into public.inventory (id, warehouse_id, product_id, bin, quantity_on_hand, quantity_allocated, changed_at)
  select id, warehouse_id, product_id, bin, on_hand, allocated, changed_at from seed_stock;
  insert into public.stock_movements (
    id, warehouse_id, product_id, bin, quantity, kind, reference, happened_at, received_at
  )
  select md5('opening:' || id)::uuid, warehouse_id, product_id, bin, on_hand, 'opening', 'Opening stock', changed_at, changed_at
  from seed_stock where on_hand <> 0;

  insert into public.alerts (id, warehouse_id, kind, severity, product_id, message, facts, created_at)
  select
    md5('alert:' || s.id)::uuid, s.warehouse_id, 'oversold', 'critical', p.id,
    p.name || ': ' || s.allocated || ' promised, ' || s.on_hand || ' there',
    jsonb_build_object('bin', s.bin, 'on_hand', s.on_hand, 'allocated', s.allocated), now() - interval '35 minutes'
  from seed_stock s join seed_products p on p.id = s.product_id
  where s.allocated > s.on_hand;
  insert into public.alerts (id, warehouse_id, kind, severity, message, facts, created_at) values
    (md5('alert:door')::uuid, berlin, 'site', 'info', 'Goods-in gate 3 is closed until Thursday', '{}', now() - interval '5 hours'),
    (md5('alert:count')::uuid, leipzig, 'site', 'info', 'Stock count of aisle LC starts on Monday', '{}', now() - interval '1 day');

  insert into public.stations (id, warehouse_id, name, kind) values
    (md5('station:BER-DESK')::uuid, berlin, 'Berlin office', 'desk'),
    (md5('station:BER-T1')::uuid, berlin, 'Berlin terminal 1', 'terminal'),
    (md5('station:BER-T2')::uuid, berlin, 'Berlin terminal 2', 'terminal'),
    (md5('station:BER-K1')::uuid, berlin, 'Berlin packing kiosk', 'kiosk'),
    (md5('station:LEJ-T1')::uuid, leipzig, 'Leipzig terminal 1', 'terminal');

  insert into public.notifications (id, user_id, kind, title, body, link, created_at, read_at)
  select
    md5('notification:' || n)::uuid, demo_id, kind, title, body, link, now() - age, case when n > 2 then now() - age / 2 end
  from (values
    (1, 'order', 'Order SO-24081 could not be allocated', 'One line has less stock than ordered.',
      'order/' || md5('order:81')::uuid, interval '20 minutes'),
    (2, 'stock', 'Two products are oversold in Berlin', 'See the stock screen, filter Oversold.', 'stock/oversold', interval '35 minutes'),
    (3, 'order', 'Order SO-24040 was shipped', 'Hotel Bellevue, 2 parcels.', 'order/' || md5('order:40')::uuid, interval '1 day'),
    (4, 'system', 'Welcome to Smart Shelf Console', 'This is a demo site. Everything in it is made up.', null, interval '2 days')
  ) v (n, kind, title, body, link, age);
end
$$;
