-- The change index: per scope a head, and one entry per row with the seq of its newest change.
--
-- A head moves under its row's lock, which is held until commit. Numbers are therefore dense, in commit order, and given
-- back by a rollback: whoever has read up to a head has missed nothing below it. A timestamp, a bare sequence or a
-- transaction id would skip the change of a transaction that commits late.

create table public.sync_scopes (
  scope text collate "C" primary key,
  -- Stands for the scope in sync_changes, where 46 characters in every entry and index would cost as much as the rest.
  id integer generated always as identity unique,
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
  scope_id integer not null,
  table_name text collate "C" not null,
  row_id uuid not null,
  seq bigint not null,
  -- U: the row is in the scope. D: a tombstone, the row was deleted or left the scope.
  op "char" not null check (op in ('U', 'D')),
  deleted_at timestamptz,
  primary key (scope_id, table_name, row_id)
);
create unique index sync_changes_seq_idx on public.sync_changes (scope_id, seq);
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

/** Where a statement's changes go in one scope. */
create type private.head_step as (owner uuid, scope text, scope_id integer, epoch uuid, base bigint, count integer, poke boolean);

/**
 * Moves the heads of the scopes `<kind>:<owner>` (or of `<kind>` itself, for owner 0) on by `counts`, in ascending order,
 * which is that of the given owners. Each step tells the head before, and whether a poke is due.
 */
create function private.advance_heads(kind text, owners uuid[], counts integer[]) returns private.head_step[]
language plpgsql set search_path = '' as $$
declare
  steps private.head_step[] := '{}';
  step private.head_step;
  gap interval;
begin
  -- Whoever holds the pokes back sends its own at the end.
  if current_setting('smart_shelf.hold_pokes', true) is distinct from 'on' then
    select case when s.poke_rate > 0 then make_interval(secs => 1.0 / s.poke_rate) end into gap from public.sync_settings s;
  end if;
  for i in 1 .. cardinality(owners) loop
    step.owner := owners[i];
    step.count := counts[i];
    step.scope := case when owners[i] = '00000000-0000-0000-0000-000000000000' then kind else kind || ':' || owners[i] end;
    loop
      update public.sync_scopes s
      set
        head = s.head + step.count,
        poked_at = case when s.poked_at <= clock_timestamp() - gap then clock_timestamp() else s.poked_at end,
        poked_head = case when s.poked_at <= clock_timestamp() - gap then s.head + step.count else s.poked_head end
      where s.scope = step.scope
      returning s.id, s.epoch, s.head - step.count, s.poked_head = s.head
      into step.scope_id, step.epoch, step.base, step.poke;
      exit when found;
      insert into public.sync_scopes (scope) values (step.scope) on conflict (scope) do nothing;
    end loop;
    steps := steps || step;
  end loop;
  return steps;
end
$$;

/**
 * Puts a table under the change index: writes its three statement-level trigger functions, with the table's name and
 * scope in them (plain SQL with cached plans, no EXECUTE at run time), and a refusal of TRUNCATE, which has no rows.
 * @param kind the scope's kind; with an `owner_column` the scope is `<kind>:<value>`, without one it is `<kind>`
 */
create function private.track(target text, kind text, owner_column text default null) returns void
language plpgsql set search_path = '' as $track$
declare
  nobody text := quote_literal('00000000-0000-0000-0000-000000000000') || '::uuid';
  new_owner text := coalesce('n.' || quote_ident(owner_column), nobody);
  old_owner text := coalesce('o.' || quote_ident(owner_column), nobody);
  operation text;
  -- The entries of a statement: (owner, id, op). One row has at most one entry per scope.
  entries text;
begin
  foreach operation in array array['insert', 'update', 'delete'] loop
    entries := case operation
      when 'insert' then format($sql$select %s as owner, n.id, 'U'::"char" as op from new_rows n$sql$, new_owner)
      when 'delete' then format(
        -- A row that one statement deleted and put back is there: the insert's entry stands.
        $sql$select %s as owner, o.id, 'D'::"char" as op from old_rows o
          where not exists (select from public.%I n where n.id = o.id and %s = %s)$sql$,
        old_owner, target, new_owner, old_owner)
      else format(
        $sql$select %1$s as owner, n.id, 'U'::"char" as op
          from new_rows n left join old_rows o on o.id = n.id
          where o.id is null or n.* is distinct from o.*
          union all
          select %2$s, o.id, 'D'::"char"
          from old_rows o left join new_rows n on n.id = o.id
          where n.id is null or %1$s <> %2$s$sql$,
        new_owner, old_owner)
    end;

    execute format($sql$
      create function private.%1$I() returns trigger
      language plpgsql security definer set search_path = '' %5$s as $body$
      declare
        -- The entries, gathered once: transition tables have no index and no statistics.
        entry_owners uuid[];
        entry_ids uuid[];
        entry_ops "char"[];
        owners uuid[];
        counts integer[];
        steps private.head_step[];
        step private.head_step;
      begin
        select array_agg(e.owner), array_agg(e.id), array_agg(e.op) into entry_owners, entry_ids, entry_ops from (%4$s) e;
        if entry_ids is null then
          return null;
        elsif cardinality(entry_ids) = 1 then
          owners := entry_owners;
          counts := array[1];
        else
          select array_agg(c.owner order by c.owner), array_agg(c.n order by c.owner) into owners, counts
          from (select o.owner, count(*)::integer as n from unnest(entry_owners) o (owner) group by o.owner) c;
        end if;
        steps := private.advance_heads(%2$L, owners, counts);
        insert into public.sync_changes as c (scope_id, table_name, row_id, seq, op, deleted_at)
        select
          s.scope_id, %3$L, e.id, s.base + row_number() over (partition by e.owner order by e.id), e.op,
          case e.op when 'D' then clock_timestamp() end
        from unnest(entry_owners, entry_ids, entry_ops) e (owner, id, op) join unnest(steps) s on s.owner = e.owner
        on conflict (scope_id, table_name, row_id)
          do update set seq = excluded.seq, op = excluded.op, deleted_at = excluded.deleted_at;
        foreach step in array steps loop
          if step.poke then
            perform private.poke(
              step.scope, step.epoch, step.base + 1, step.base + step.count,
              case when step.count <= 100 then (
                select json_agg(
                  json_build_object('table', c.table_name, 'id', c.row_id, 'seq', c.seq, 'row', %6$s) order by c.seq
                )
                from public.sync_changes c %7$s
                where c.scope_id = step.scope_id and c.seq > step.base and c.seq <= step.base + step.count
              ) end
            );
          end if;
        end loop;
        return null;
      end
      $body$
      $sql$,
      'sync_' || target || '_' || operation,
      kind,
      target,
      entries,
      -- A plan is made for the first, often tiny, statement and kept: a nested loop would then meet 100,000 rows.
      case operation when 'update' then 'set enable_nestloop = off' else '' end,
      case operation when 'delete' then 'null::json' else 'row_to_json(n)' end,
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
    select s.scope from public.sync_scopes s where s.id in (
      select c.scope_id from public.sync_changes c where c.op = 'D' and c.deleted_at < cutoff
    )
  ));
  with gone as (
    delete from public.sync_changes c where c.op = 'D' and c.deleted_at < cutoff returning c.scope_id, c.seq
  ), marked as (
    update public.sync_scopes s
    set pruned_to = greatest(s.pruned_to, g.top), pruned_before = cutoff
    from (select scope_id, max(seq) as top from gone group by scope_id) g
    where s.id = g.scope_id
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
