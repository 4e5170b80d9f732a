-- Pokes in bursts: changes that follow on each other's heels are each told at once, and a second still has no more than `poke_rate`.
--
-- A scope's budget is the generic cell rate algorithm (ITU-T I.371, annex A): one moment per scope, which each poke moves on by `gap` and
-- which may be ahead of the clock by `slack`. A quarter of the rate may go at once; the rest, three quarters, is how fast it comes back.

-- Until when the scope has spent its budget, instead of when it poked last. What stands there is right for both.
alter table public.sync_scopes rename column poked_at to poked_until;

/** What a poke costs of the budget, and how far it may be overdrawn; nulls where pokes are off. */
create function private.poke_pace(out gap interval, out slack interval) language sql stable set search_path = ''
begin atomic
  select make_interval(secs => 1.0 / (s.poke_rate - s.poke_rate / 4)),
    make_interval(secs => (s.poke_rate / 4)::double precision / (s.poke_rate - s.poke_rate / 4))
  from public.sync_settings s where s.poke_rate > 0;
end;

-- As before, with the budget above.
create or replace function private.advance_heads(kind text, owners uuid[], counts integer[]) returns private.head_step[]
language plpgsql set search_path = '' as $$
declare
  held jsonb := private.held_heads();
  steps private.head_step[] := '{}';
  step private.head_step;
  gap interval;
  slack interval;
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
    select p.gap, p.slack into gap, slack from private.poke_pace() p;
    loop
      update public.sync_scopes s
      set
        head = s.head + step.count,
        poked_until = case
          when s.poked_until <= clock_timestamp() + slack then greatest(s.poked_until, clock_timestamp()) + gap
          else s.poked_until
        end,
        poked_head = case when s.poked_until <= clock_timestamp() + slack then s.head + step.count else s.poked_head end
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

-- As before, with the budget above.
create or replace function private.poke_since(wanted text, base bigint) returns void language plpgsql set search_path = '' as $$
declare
  stands public.sync_scopes;
  gap interval;
  slack interval;
  changed record;
begin
  select * into stands from public.sync_scopes s where s.scope = wanted;
  select p.gap, p.slack into gap, slack from private.poke_pace() p;
  if stands.head = base or (stands.poked_until <= clock_timestamp() + slack) is not true then
    return;
  end if;
  changed := private.changes_after(wanted, base, 100);
  perform private.poke(
    wanted, stands.epoch, base + 1, stands.head, case when changed.entries < 100 then changed.changes end
  );
  update public.sync_scopes s
  set poked_until = greatest(s.poked_until, clock_timestamp()) + gap, poked_head = s.head
  where s.scope = wanted;
end
$$;

drop function private.may_poke(public.sync_scopes);

revoke execute on all functions in schema private from public;
