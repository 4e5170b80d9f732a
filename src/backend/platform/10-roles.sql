-- What a Supabase project has before its first migration, for PGlite and plain Postgres. The migrations in supabase/ rely on
-- these objects and on nothing else; on a real project this file is never run.
-- Every statement may be repeated: the scripts run at each start.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['anon', 'authenticated', 'service_role', 'authenticator', 'supabase_realtime_admin'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin noinherit', wanted);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'postgres') then
    -- On a project the migrations run as this role, which is not a superuser.
    create role postgres nologin inherit createrole createdb bypassrls;
    execute format('grant all on database %I to postgres', current_database());
  end if;
end
$$;

alter role service_role bypassrls;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, supabase_realtime_admin to postgres;
grant anon, authenticated, service_role to current_user;

create schema if not exists extensions;
grant usage on schema extensions to public;

grant usage on schema public to anon, authenticated, service_role;
grant all on schema public to postgres;

-- A project hands every new object of `public` to its API roles: migrations must take back what is not meant for them.
alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
do $$
begin
  if current_user <> 'postgres' then
    alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
    alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
  end if;
end
$$;
