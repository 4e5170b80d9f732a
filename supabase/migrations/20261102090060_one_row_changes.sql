-- Most statements of a command change one row. They note it without the work that many rows take: joins of transition tables,
-- arrays and a window.

/** One row's newest state in its scope `<kind>:<owner>`. @returns where it went */
create function private.note_change(kind text, owner uuid, target text, row_id uuid) returns private.head_step
language plpgsql set search_path = '' as $$
declare
  steps private.head_step[] := private.advance_heads(kind, array[owner], array[1]);
begin
  insert into public.sync_changes as c (scope_id, table_name, row_id, seq, op)
  values (steps[1].scope_id, target, note_change.row_id, steps[1].base + 1, 'U')
  on conflict on constraint sync_changes_pkey
    do update set seq = excluded.seq, op = excluded.op, deleted_at = excluded.deleted_at;
  return steps[1];
end
$$;

-- As before, with the shortcut; it may be called again for a table that is tracked.
create or replace function private.track(target text, kind text, owner_column text default null) returns void
language plpgsql set search_path = '' as $track$
declare
  nobody text := quote_literal('00000000-0000-0000-0000-000000000000') || '::uuid';
  new_owner text := coalesce('n.' || quote_ident(owner_column), nobody);
  old_owner text := coalesce('o.' || quote_ident(owner_column), nobody);
  operation text;
  -- The entries of a statement: (owner, id, op). One row has at most one entry per scope.
  entries text;
  -- What a statement does that changed one row and left it in its scope.
  shortcut text;
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

    shortcut := case operation
      when 'delete' then ''
      else format($sql$
        select n.id, %1$s as owner, %2$s as changed into single
        from new_rows n %3$s where not exists (select from new_rows offset 1);
        if found then
          if single.changed then
            step := private.note_change(%4$L, single.owner, %5$L, single.id);
          end if;
          if step.poke then
            perform private.poke(
              step.scope, step.epoch, step.base + 1, step.base + 1, (
                select json_build_array(
                  json_build_object('table', %5$L, 'id', n.id, 'seq', step.base + 1, 'row', row_to_json(n))
                )
                from new_rows n
              )
            );
          end if;
          return null;
        end if;$sql$,
        new_owner,
        case operation when 'insert' then 'true' else 'n.* is distinct from o.*' end,
        case operation
          when 'insert' then ''
          else format('join old_rows o on o.id = n.id and %s = %s', old_owner, new_owner)
        end,
        kind, target)
    end;

    execute format($sql$
      create or replace function private.%1$I() returns trigger
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
        single record;
      begin
        %8$s
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
      case operation when 'delete' then '' else $join$left join new_rows n on n.id = c.row_id and c.op = 'U'$join$ end,
      shortcut
    );
    execute format(
      'create or replace trigger %I after %s on public.%I referencing %s for each statement execute function private.%I()',
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
    'create or replace trigger sync_truncate before truncate on public.%I for each statement execute function private.refuse_truncate()',
    target
  );
end
$track$;

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
