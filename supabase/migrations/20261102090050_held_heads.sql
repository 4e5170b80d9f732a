-- Heads in hand: a call that does many commands moves its heads in memory, and writes each of them once at its end. Otherwise
-- every statement would leave one more version of the same few rows behind, which the next has to walk through: the hundredth
-- command of a call would cost more than the first.
--
-- They are in a setting of the transaction, {scope: {id, head}}: what a subtransaction has moved goes with it when it is
-- rolled back, as it would in the table.

create function private.held_heads() returns jsonb language sql stable
return nullif(current_setting('smart_shelf.held_heads', true), '')::jsonb;

/** Locks these scopes until the end of the transaction, and takes their heads in hand until `put_heads_back`. */
create function private.hold_heads(scopes text[]) returns void language plpgsql set search_path = '' as $$
begin
  perform private.lock_scopes(scopes);
  perform set_config('smart_shelf.held_heads', coalesce(
    (
      select jsonb_object_agg(s.scope, jsonb_build_object('id', s.id, 'head', s.head))
      from public.sync_scopes s where s.scope = any (scopes)
    )::text, ''
  ), true);
end
$$;

/** Writes the heads in hand, and pokes once for all that was changed below each of them. */
create function private.put_heads_back() returns void language plpgsql set search_path = '' as $$
declare
  held jsonb := private.held_heads();
  moved record;
begin
  perform set_config('smart_shelf.held_heads', '', true);
  for moved in
    select s.scope, s.head as base, (h.value ->> 'head')::bigint as head
    from jsonb_each(held) h join public.sync_scopes s on s.scope = h.key collate "C"
    where s.head <> (h.value ->> 'head')::bigint
    order by s.scope
  loop
    update public.sync_scopes s set head = moved.head where s.scope = moved.scope;
    perform private.poke_since(moved.scope, moved.base);
  end loop;
end
$$;

/** The scope's head now: what a station must have reached to show all that was changed up to here. */
create function private.head_of(wanted text) returns bigint language plpgsql stable set search_path = '' as $$
declare
  held jsonb := private.held_heads() -> wanted;
begin
  if held is not null then
    return (held ->> 'head')::bigint;
  end if;
  return (select s.head from public.sync_scopes s where s.scope = wanted);
end
$$;

-- As before, but for heads in hand: those are moved there, and poked about when they are put back.
create or replace function private.advance_heads(kind text, owners uuid[], counts integer[]) returns private.head_step[]
language plpgsql set search_path = '' as $$
declare
  held jsonb := private.held_heads();
  steps private.head_step[] := '{}';
  step private.head_step;
  gap interval;
begin
  for i in 1 .. cardinality(owners) loop
    step.owner := owners[i];
    step.count := counts[i];
    step.scope := case when owners[i] = '00000000-0000-0000-0000-000000000000' then kind else kind || ':' || owners[i] end;
    if held ? step.scope then
      step.scope_id := (held #>> array[step.scope, 'id'])::integer;
      step.base := (held #>> array[step.scope, 'head'])::bigint;
      step.poke := false;
      held := jsonb_set(held, array[step.scope, 'head'], to_jsonb(step.base + step.count));
      perform set_config('smart_shelf.held_heads', held::text, true);
      steps := steps || step;
      continue;
    end if;
    select case when s.poke_rate > 0 then make_interval(secs => 1.0 / s.poke_rate) end into gap from public.sync_settings s;
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
