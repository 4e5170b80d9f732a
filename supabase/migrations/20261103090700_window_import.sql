-- The bulk way in from a console's window: what `npm run import` does with the service key, for a manager of the warehouse who is
-- signed in. An import has an id made by the window; its chunks are numbered, so that one that is sent again is kept once; and
-- its outcome is kept, so that booking it again answers the same and books nothing.

alter table private.import_chunks add column chunk_no integer;
create unique index import_chunks_once_idx on private.import_chunks (import_id, part, chunk_no) where chunk_no is not null;

create table private.window_imports (
  import_id uuid primary key,
  user_id uuid not null,
  warehouse_id uuid not null references public.warehouses (id) on delete cascade,
  begun_at timestamptz not null default now(),
  booked_at timestamptz,
  -- As `import_commit` answered; null until then.
  booked jsonb
);

/** Refuses whoever does not manage this warehouse now. */
create function private.require_manager(w_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if w_id not in (select private.my_warehouses('manager')) then
    raise insufficient_privilege using message = 'Only a manager of the warehouse may import into it';
  end if;
end
$$;

/** The caller's own import, locked until the end of the transaction. */
create function private.own_import(import_id uuid) returns private.window_imports
language plpgsql set search_path = '' as $$
declare
  found_import private.window_imports;
begin
  select i.* into found_import from private.window_imports i where i.import_id = own_import.import_id for update;
  if found_import.import_id is null then
    raise sqlstate 'PT404' using message = 'No import was begun under this id';
  end if;
  if found_import.user_id is distinct from auth.uid() then
    raise insufficient_privilege using message = 'This import is another person''s';
  end if;
  perform private.require_manager(found_import.warehouse_id);
  return found_import;
end
$$;

/**
 * Begins an import, or says how far one is: asking again is how a station finds out after a break. Imports that were never booked
 * are forgotten with their chunks after seven days; outcomes after ninety.
 * @returns {booked: null or what was booked, staged: [{part, chunk_no}]}
 */
create function public.import_begin(import_id uuid, warehouse_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  mine private.window_imports;
begin
  perform private.require_manager(import_begin.warehouse_id);
  delete from private.import_chunks c using private.window_imports i
  where c.import_id = i.import_id and i.booked is null and i.begun_at < now() - interval '7 days';
  delete from private.window_imports i
  where i.begun_at < now() - case when i.booked is null then interval '7 days' else interval '90 days' end;
  insert into private.window_imports (import_id, user_id, warehouse_id)
  values (import_begin.import_id, auth.uid(), import_begin.warehouse_id)
  on conflict do nothing;
  mine := private.own_import(import_begin.import_id);
  if mine.warehouse_id <> import_begin.warehouse_id then
    raise sqlstate '22023' using message = 'This import is for another warehouse';
  end if;
  return jsonb_build_object(
    'booked', mine.booked,
    'staged', (
      select coalesce(jsonb_agg(jsonb_build_object('part', c.part, 'chunk_no', c.chunk_no)), '[]')
      from private.import_chunks c where c.import_id = mine.import_id and c.chunk_no is not null
    )
  );
end
$$;

/** Keeps one numbered chunk of rows, once. */
create function public.import_put(import_id uuid, part text, chunk_no integer, rows jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  mine private.window_imports := private.own_import(import_put.import_id);
begin
  if mine.booked is not null then
    return;
  end if;
  if jsonb_typeof(rows) <> 'array' or jsonb_array_length(rows) > 5000 then
    raise sqlstate '22023' using message = 'A chunk is an array of at most 5000 rows';
  end if;
  insert into private.import_chunks (import_id, part, chunk_no, rows)
  values (import_put.import_id, import_put.part, import_put.chunk_no, import_put.rows)
  on conflict do nothing;
end
$$;

/**
 * Books all chunks in one transaction, or nothing. A repeat answers what the first one did.
 * @param chunks how many chunks the whole import has: with fewer nothing is booked
 */
create function public.import_book(import_id uuid, chunks integer) returns jsonb
language plpgsql security definer set search_path = '' set statement_timeout = '30min' as $$
declare
  mine private.window_imports := private.own_import(import_book.import_id);
  kept integer;
  outcome jsonb;
begin
  if mine.booked is not null then
    return mine.booked;
  end if;
  select count(*) into kept from private.import_chunks c where c.import_id = mine.import_id;
  if kept <> import_book.chunks then
    raise sqlstate 'PT409' using message = format('%s of %s chunks are here', kept, import_book.chunks);
  end if;
  outcome := public.import_commit(
    mine.import_id,
    (select jsonb_build_object('code', w.code) from public.warehouses w where w.id = mine.warehouse_id)
  );
  update private.window_imports i set booked = outcome, booked_at = clock_timestamp() where i.import_id = mine.import_id;
  return outcome;
end
$$;

/** Forgets an import that was not booked. One that was booked stays booked. */
create function public.import_drop(import_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  mine private.window_imports := private.own_import(import_drop.import_id);
begin
  if mine.booked is null then
    delete from private.import_chunks c where c.import_id = mine.import_id;
    delete from private.window_imports i where i.import_id = mine.import_id;
  end if;
end
$$;

-- Only the chunks of `npm run import` are thrown away after a day: those of a window wait for their station to come back.
create or replace function public.import_stage(import_id uuid, part text, rows jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.import_chunks c where c.chunk_no is null and c.staged_at < now() - interval '1 day';
  insert into private.import_chunks (import_id, part, rows) values (import_stage.import_id, import_stage.part, import_stage.rows);
end
$$;

revoke execute on function public.import_begin(uuid, uuid), public.import_put(uuid, text, integer, jsonb),
  public.import_book(uuid, integer), public.import_drop(uuid) from public, anon;
grant execute on function public.import_begin(uuid, uuid), public.import_put(uuid, text, integer, jsonb),
  public.import_book(uuid, integer), public.import_drop(uuid) to authenticated, service_role;
revoke execute on all functions in schema private from public;
