-- A pull tells what became of commands that a station has sent and got no answer to, in the same snapshot as its pages: so
-- the station never shows such a command beside the rows that contain it already.

/** The outcomes of those of these commands that are the caller's and decided. */
create function private.fates_of(wanted uuid[], uid uuid) returns json
language sql stable set search_path = '' set enable_seqscan = off as $$
  select coalesce(json_agg(l.outcome), '[]')
  from public.command_ledger l
  where l.mutation_id = any (wanted) and l.user_id = uid
$$;

drop function public.sync_pull(jsonb, integer);

/**
 * What changed since the cursors, in one snapshot; see PullAnswer in src/shared/protocol/server.ts.
 * @param cursors array of {scope, epoch, seq, as_of?}; scopes that are not granted are left out of the pages
 * @param page_limit most changes in the answer, over all scopes together; 1 to 20000
 * @param unsure mutation ids of the caller's commands that were sent and not answered: `outcomes` has those that are decided
 * Raises PT401 without a signed-in user, PT400 when the cursors cannot be read.
 */
create function public.sync_pull(cursors jsonb, page_limit integer default 5000, unsure uuid[] default '{}') returns json
language plpgsql stable security definer set search_path = '' as $$
declare
  uid uuid := private.signed_in_user();
  room integer := least(greatest(coalesce(page_limit, 5000), 1), 20000);
  granted text[] := array(select g from private.granted_scopes() g order by g);
  seen text[] := '{}';
  pages json[] := '{}';
  asked jsonb;
  part record;
begin
  if jsonb_typeof(cursors) is distinct from 'array' then
    raise sqlstate 'PT400' using message = 'cursors must be an array of {scope, epoch, seq}';
  end if;
  for asked in select value from jsonb_array_elements(cursors) loop
    continue when asked ->> 'scope' is null or not asked ->> 'scope' = any (granted) or asked ->> 'scope' = any (seen);
    part := private.scope_page(asked ->> 'scope', asked, room);
    seen := seen || (asked ->> 'scope');
    pages := pages || part.page;
    room := room - part.entries;
  end loop;
  return (
    select json_build_object(
      'uid', uid, 'server_time', statement_timestamp(), 'schema_version', s.schema_version, 'min_client', s.min_client,
      'granted', granted, 'pages', array_to_json(pages), 'outcomes', private.fates_of(unsure, uid)
    )
    from public.sync_settings s
  );
exception
  when invalid_text_representation or invalid_datetime_format or datetime_field_overflow or numeric_value_out_of_range then
    raise sqlstate 'PT400' using message = 'cursors must be an array of {scope, epoch, seq}', detail = sqlerrm;
end
$$;

revoke execute on function public.sync_pull(jsonb, integer, uuid[]) from public, anon;
grant execute on function public.sync_pull(jsonb, integer, uuid[]) to authenticated, service_role;

-- A station of version 2 asks for fates; one of version 1 goes on reading.
alter table public.sync_settings alter column schema_version set default 2;
update public.sync_settings set schema_version = 2;

revoke execute on all functions in schema private from public;
