-- The change index: per scope a head, and one entry per row with the seq of its newest change.
--
-- A head moves under its row's lock, which is held until commit. Numbers are therefore dense, in commit order, and given
-- back by a rollback: whoever has read up to a head has missed nothing below it. A timestamp, a bare sequence or a
-- transaction id would skip the change of a transaction that commits late.

create table public.sync_scopes (
  scope text collate "C" primary key,
  epoch uuid not null default gen_random_uuid(),
  head bigint not null default 0,
  -- Tombstones up to this seq are gone; they were older than `pruned_before`.
  pruned_to bigint not null default 0,
  pruned_before timestamptz,
  -- The last poke: when, and for which head.
  poked_at timestamptz not null default '-infinity',
  poked_head bigint not null default 0
) with (fillfactor = 20);

create table public.sync_changes (
  scope text collate "C" not null,
  table_name text collate "C" not null,
  row_id uuid not null,
  seq bigint not null,
  -- U: the row is in the scope. D: a tombstone, the row was deleted or left the scope.
  op "char" not null check (op in ('U', 'D')),
  deleted_at timestamptz,
  primary key (scope, table_name, row_id)
);
create unique index sync_changes_seq_idx on public.sync_changes (scope, seq);
create index sync_changes_tombstones_idx on public.sync_changes (deleted_at) where op = 'D';

alter table public.sync_scopes enable row level security;
alter table public.sync_changes enable row level security;
revoke all on public.sync_scopes, public.sync_changes from anon, authenticated;
revoke insert, update, delete, truncate on public.sync_scopes, public.sync_changes from service_role;

/**
 * Locks heads, in ascending order, until the end of the transaction. A transaction that will write into several scopes in
 * more than one statement calls this first: two of them can then never wait for each other in a circle.
 */
create function private.lock_scopes(wanted text[]) returns void language plpgsql set search_path = '' as $$
begin
  insert into public.sync_scopes (scope)
  select distinct w.scope collate "C" from unnest(wanted) as w (scope)
  where not exists (select from public.sync_scopes s where s.scope = w.scope collate "C")
  order by 1
  on conflict (scope) do nothing;
  perform from public.sync_scopes s where s.scope = any (wanted) order by s.scope for update;
end
$$;

/**
 * Moves heads on by `counts`, in ascending order of the (sorted) `scopes`.
 * `bases` are the heads before; `pokes` says for each scope whether a poke is due.
 */
create function private.advance_heads(
  scopes text[], counts integer[], out bases bigint[], out epochs uuid[], out pokes boolean[]
) language plpgsql set search_path = '' as $$
declare
  gap interval;
  moved record;
begin
  select case when s.poke_rate > 0 then make_interval(secs => 1.0 / s.poke_rate) end into gap from public.sync_settings s;
  -- Whoever holds the pokes back sends its own at the end.
  if current_setting('smart_shelf.hold_pokes', true) = 'on' then
    gap := null;
  end if;
  for i in 1 .. cardinality(scopes) loop
    loop
      update public.sync_scopes s
      set
        head = s.head + counts[i],
        poked_at = case when s.poked_at <= clock_timestamp() - gap then clock_timestamp() else s.poked_at end,
        poked_head = case when s.poked_at <= clock_timestamp() - gap then s.head + counts[i] else s.poked_head end
      where s.scope = scopes[i]
      returning s.head - counts[i] as base, s.epoch, s.poked_head = s.head as poke into moved;
      exit when found;
      insert into public.sync_scopes (scope) values (scopes[i]) on conflict (scope) do nothing;
    end loop;
    bases[i] := moved.base;
    epochs[i] := moved.epoch;
    pokes[i] := moved.poke;
  end loop;
end
$$;

/**
 * Puts a table under the change index: writes its three statement-level trigger functions, with the table's name and
 * scope in them (plain SQL with cached plans, no EXECUTE at run time), and a refusal of TRUNCATE, which has no rows.
 * @param kind the scope's kind; with a `scope_column` the scope is `<kind>:<value>`, without one it is `<kind>`
 */
create function private.track(target text, kind text, scope_column text default null) returns void
language plpgsql set search_path = '' as $track$
declare
  scope_of_new text := case when scope_column is null then quote_literal(kind)
    else format('%L || n.%I', kind || ':', scope_column) end;
  scope_of_old text := case when scope_column is null then quote_literal(kind)
    else format('%L || o.%I', kind || ':', scope_column) end;
  rows_written text;
  entry_source text;
  operation text;
begin
  foreach operation in array array['insert', 'update', 'delete'] loop
    -- The entries of a statement: (scope, id, op). One row has at most one entry per scope.
    entry_source := case operation
      when 'insert' then format($sql$select (%s) collate "C" as scope, n.id, 'U'::"char" as op from new_rows n$sql$, scope_of_new)
      when 'delete' then format(
        -- A row that one statement deleted and put back is there: the insert's entry stands.
        $sql$select (%s) collate "C" as scope, o.id, 'D'::"char" as op from old_rows o
          where not exists (select from public.%I n where n.id = o.id and (%s) = (%s))$sql$,
        scope_of_old, target, scope_of_new, scope_of_old)
      else format(
        $sql$select (%1$s) collate "C" as scope, n.id, 'U'::"char" as op
          from new_rows n left join old_rows o on o.id = n.id
          where o.id is null or n.* is distinct from o.*
          union all
          select (%2$s) collate "C", o.id, 'D'::"char"
          from old_rows o left join new_rows n on n.id = o.id
          where n.id is null or (%1$s) <> (%2$s)$sql$,
        scope_of_new, scope_of_old)
    end;
    rows_written := case operation when 'delete' then 'null::json' else 'row_to_json(n)' end;

    execute format($sql$
      create function private.%1$I() returns trigger
      language plpgsql security definer set search_path = '' %5$s as $body$
      declare
        scopes text[];
        counts integer[];
        step record;
      begin
        select array_agg(c.scope order by c.scope), array_agg(c.n order by c.scope) into scopes, counts
        from (select e.scope, count(*)::integer as n from (%3$s) e group by e.scope) c;
        if scopes is null then
          return null;
        end if;
        step := private.advance_heads(scopes, counts);
        insert into public.sync_changes as c (scope, table_name, row_id, seq, op, deleted_at)
        select
          e.scope, %2$L, e.id, s.base + row_number() over (partition by e.scope order by e.id), e.op,
          case e.op when 'D' then clock_timestamp() end
        from (%3$s) e join unnest(scopes, step.bases) as s (scope, base) on s.scope = e.scope
        on conflict (scope, table_name, row_id)
          do update set seq = excluded.seq, op = excluded.op, deleted_at = excluded.deleted_at;
        for i in 1 .. cardinality(scopes) loop
          if step.pokes[i] then
            perform private.poke(
              scopes[i], step.epochs[i], step.bases[i] + 1, step.bases[i] + counts[i],
              case when counts[i] <= 100 then (
                select json_agg(
                  json_build_object('table', c.table_name, 'id', c.row_id, 'seq', c.seq, 'row', %4$s) order by c.seq
                )
                from public.sync_changes c %6$s
                where c.scope = scopes[i] and c.seq > step.bases[i] and c.seq <= step.bases[i] + counts[i]
              ) end
            );
          end if;
        end loop;
        return null;
      end
      $body$
      $sql$,
      'sync_' || target || '_' || operation,
      target,
      entry_source,
      rows_written,
      -- A plan is made for the first, often tiny, statement and kept: a nested loop would then meet 100,000 rows.
      case operation when 'update' then 'set enable_nestloop = off' else '' end,
      case operation when 'delete' then '' else $join$left join new_rows n on n.id = c.row_id and c.op = 'U'$join$ end
    );
    execute format(
      'create trigger %I after %s on public.%I referencing %s for each statement execute function private.%I()',
      'sync_' || operation, operation, target,
      case operation
        when 'insert' then 'new table as new_rows'
        when 'delete' then 'old table as old_rows'
        else 'old table as old_rows new table as new_rows'
      end,
      'sync_' || target || '_' || operation
    );
  end loop;
  execute format(
    'create trigger sync_truncate before truncate on public.%I for each statement execute function private.refuse_truncate()',
    target
  );
end
$track$;

create function private.refuse_truncate() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% is mirrored by stations: delete its rows instead, so that they hear of it', tg_table_name
    using errcode = 'restrict_violation';
end
$$;

select private.track('products', 'site');
select private.track('product_barcodes', 'site');
select private.track('warehouses', 'warehouse', 'id');
select private.track('inventory', 'warehouse', 'warehouse_id');
select private.track('sales_orders', 'warehouse', 'warehouse_id');
select private.track('sales_order_items', 'warehouse', 'warehouse_id');
select private.track('alerts', 'warehouse', 'warehouse_id');
select private.track('stations', 'warehouse', 'warehouse_id');
select private.track('stock_movements', 'ledger', 'warehouse_id');
select private.track('notifications', 'user', 'user_id');
select private.track('profiles', 'user', 'id');
select private.track('warehouse_members', 'user', 'user_id');

insert into public.sync_scopes (scope) values ('site');

-- A scope is there, with its epoch, from the moment someone can be granted it.
create function private.open_warehouse_scopes() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_scopes(array_agg(kind || n.id)) from new_rows n, unnest(array['ledger:', 'warehouse:']) kind;
  return null;
end
$$;
create trigger open_scopes after insert on public.warehouses
  referencing new table as new_rows for each statement execute function private.open_warehouse_scopes();

/**
 * Forgets tombstones older than `keep` and notes up to which seq, so that a mirror which needed them is told to start over.
 * @returns how many were forgotten
 */
create function public.sync_prune(keep interval default '30 days') returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  cutoff timestamptz := clock_timestamp() - keep;
  pruned bigint;
begin
  perform private.lock_scopes(array(
    select distinct c.scope from public.sync_changes c where c.op = 'D' and c.deleted_at < cutoff
  ));
  with gone as (
    delete from public.sync_changes c where c.op = 'D' and c.deleted_at < cutoff returning c.scope, c.seq
  ), marked as (
    update public.sync_scopes s
    set pruned_to = greatest(s.pruned_to, g.top), pruned_before = cutoff
    from (select scope, max(seq) as top from gone group by scope) g
    where s.scope = g.scope
  )
  select count(*) into pruned from gone;
  return pruned;
end
$$;

/** After a restore: every mirror must start over, for the numbers behind its cursors may have been given out twice. */
create function public.sync_renew_epochs() returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  renewed bigint;
begin
  perform private.lock_scopes(array(select s.scope from public.sync_scopes s));
  update public.sync_scopes set epoch = gen_random_uuid();
  get diagnostics renewed = row_count;
  return renewed;
end
$$;

revoke execute on function public.sync_prune(interval), public.sync_renew_epochs() from public, anon, authenticated;
grant execute on function public.sync_prune(interval), public.sync_renew_epochs() to service_role;

-- Where the project has pg_cron, pruning looks after itself; elsewhere something calls sync_prune() once in a while.
do $$
begin
  if exists (select from pg_extension where extname = 'pg_cron') then
    perform cron.schedule('smart-shelf-prune', '17 3 * * *', 'select public.sync_prune()');
  end if;
end
$$;

-- Users from before this migration get a profile, and with it their scope.
insert into public.profiles (id, display_name)
select u.id, coalesce(nullif(u.raw_user_meta_data ->> 'display_name', ''), nullif(split_part(u.email, '@', 1), ''), 'User')
from auth.users u
on conflict (id) do nothing;
