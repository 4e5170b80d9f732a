-- Settings of the sync functions, in one row, changed by the project's owner.

create table public.sync_settings (
  only_row boolean primary key default true check (only_row),
  -- Pokes a scope may send in a second. Each delivery to each station counts against the plan's messages per second.
  poke_rate integer not null default 20 check (poke_rate between 0 and 1000),
  -- Bumped with every change of the tables that an older station could not read.
  schema_version integer not null default 1,
  -- The oldest station schema version that may still work with this server.
  min_client integer not null default 1
);
insert into public.sync_settings default values;

alter table public.sync_settings enable row level security;
revoke all on public.sync_settings from anon, authenticated;
