-- The realtime schema: messages written here are broadcast after commit, in commit order, and their row level security
-- decides who may join a private channel.

create schema if not exists realtime;
grant usage on schema realtime to anon, authenticated, service_role, postgres;

create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  binary_payload bytea,
  event text,
  private boolean default false,
  updated_at timestamp not null default (now() at time zone 'utc'),
  inserted_at timestamp not null default (now() at time zone 'utc'),
  id uuid not null default gen_random_uuid(),
  primary key (id, inserted_at)
);
create index if not exists messages_inserted_at_topic_idx
  on realtime.messages (inserted_at desc, topic) where extension = 'broadcast' and private;

alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant all on realtime.messages to postgres;
do $$
begin
  -- Where the migrations run as someone else than the owner of this script, that role must be able to write policies.
  if current_user <> 'postgres' then
    grant usage, create on schema realtime to supabase_realtime_admin;
    alter table realtime.messages owner to supabase_realtime_admin;
  end if;
end
$$;

/** The topic of the channel whose join or message is being judged. */
create or replace function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;

-- A message that cannot be stored is a warning, as on the real server: it never fails the transaction it rides in.
create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language plpgsql as $$
declare
  message_id uuid := gen_random_uuid();
begin
  if jsonb_typeof(payload) is distinct from 'object' then
    raise warning 'realtime.send: the payload must be a JSON object';
    return;
  end if;
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (
    message_id,
    case when payload ? 'id' then payload else payload || jsonb_build_object('id', message_id) end,
    event, topic, private, 'broadcast'
  );
exception when others then
  raise warning 'realtime.send: %', sqlerrm;
end
$$;

create or replace function realtime.send_binary(payload bytea, event text, topic text, private boolean default true)
returns void language plpgsql as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (binary_payload, event, topic, private, extension)
  values (payload, event, topic, private, 'broadcast');
exception when others then
  raise warning 'realtime.send_binary: %', sqlerrm;
end
$$;

create or replace function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text,
  new record, old record, level text default 'ROW'
) returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then
    raise exception 'realtime.broadcast_changes works in row triggers only' using errcode = '0A000';
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', case when operation = 'INSERT' then null else to_jsonb(old) end,
      'record', case when operation = 'DELETE' then null else to_jsonb(new) end,
      'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name, topic_name, true
  );
end
$$;

-- How the server beside this database hears of a message once it is committed: NOTIFY keeps commit order. Lines of the
-- announcement: id, private or public, topic, event, and the payload itself where NOTIFY has room for it.
create or replace function realtime.announce_message() returns trigger language plpgsql as $$
declare
  head text := concat_ws(
    e'\n', new.id, case when new.private then 'private' else 'public' end, to_json(new.topic), to_json(coalesce(new.event, ''))
  );
  whole text := head || e'\n' || new.payload::text;
begin
  if new.extension = 'broadcast' then
    -- `whole` is NULL for a binary payload.
    perform pg_notify('realtime_messages', case when octet_length(whole) < 7900 then whole else head end);
  end if;
  return null;
end
$$;
create or replace trigger announce_message
  after insert on realtime.messages for each row execute function realtime.announce_message();

do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
  if current_user <> 'postgres' then
    alter publication supabase_realtime owner to postgres;
  end if;
end
$$;
