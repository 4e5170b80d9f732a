-- Pokes: hints on the private channel `sync:<scope>` that a head moved. Losing one costs a pull, never a figure.

/** Largest `changes` that ride along, in bytes of JSON. */
create function private.poke_room() returns integer language sql immutable set search_path = '' as $$ select 48 * 1024 $$;

/**
 * Says that the head moved over [moved_from, moved_to]. `changes` ride along when they are small.
 * Never fails the transaction it rides in: realtime.send turns its own errors into warnings.
 */
create function private.poke(scope text, epoch uuid, moved_from bigint, moved_to bigint, changes json)
returns void language plpgsql set search_path = '' as $$
declare
  said jsonb := jsonb_build_object(
    'scope', scope, 'epoch', epoch, 'from', moved_from, 'to', moved_to, 'at', clock_timestamp()
  );
begin
  if octet_length(changes::text) <= private.poke_room() then
    said := said || jsonb_build_object('changes', changes);
  end if;
  perform realtime.send(said, 'poke', 'sync:' || scope, true);
end
$$;
