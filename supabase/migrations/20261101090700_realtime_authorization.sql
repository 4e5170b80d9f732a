-- Who may join which private channel, and send on it.
--   sync:<scope>                 pokes from the database: received by those who are granted the scope, sent by no client
--   site, warehouse:<id>         events: received and sent by members
--   user:<id>                    events for one person: received by them, sent by the server only

create policy "scopes granted: receive" on realtime.messages for select to authenticated
  using (
    extension in ('broadcast', 'presence')
    and (
      (select realtime.topic()) in (select 'sync:' || g from private.granted_scopes() g)
      or (select realtime.topic()) in (select g from private.granted_scopes() g where g not like 'ledger:%')
    )
  );

create policy "members: send events" on realtime.messages for insert to authenticated
  with check (
    extension in ('broadcast', 'presence')
    and (select realtime.topic()) in (
      select g from private.granted_scopes() g where g = 'site' or g like 'warehouse:%'
    )
  );

-- The second feed: a station that cannot use private channels watches its scopes' heads.
do $$
begin
  if exists (select from pg_publication where pubname = 'supabase_realtime' and not puballtables) then
    alter publication supabase_realtime add table public.sync_scopes;
  end if;
end
$$;

-- Nothing of `private` is callable but what policies need.
revoke execute on all functions in schema private from public;
grant execute on function private.my_warehouses(text), private.is_member(text), private.granted_scopes() to authenticated;
