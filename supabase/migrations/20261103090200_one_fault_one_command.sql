-- What goes wrong inside one command stays that command's: the station hears it with the answer to the push that brought it,
-- and does not have to look for it by sending halves of the push again.

-- And an applied command tells between which heads its own rows lie, so that a station never shows half of them beside its own drawing.

/**
 * Where a command's effect is.
 * @param before `settled_at` from before the command
 * @param after `settled_at` from after it
 * @returns `after`, each head with the one before it as `since`: the rows in (since, seq] are the command's, and of nobody else
 */
create function private.settled_between(before jsonb, after jsonb) returns jsonb language sql immutable set search_path = ''
return after || jsonb_build_object('since', coalesce((before ->> 'seq')::bigint, 0)) || case
  when after ? 'also' then jsonb_build_object('also', jsonb_build_array(
    (after #> '{also,0}') || jsonb_build_object('since', coalesce((before #>> '{also,0,seq}')::bigint, 0))
  ))
  else '{}'
end;

/** As before, but for mistakes of our own and triggers of the project's: they refuse the command that met them, and no other. */
create or replace function private.decide(command jsonb, uid uuid) returns jsonb language plpgsql set search_path = '' as $$
declare
  context private.command_context;
  before jsonb;
  facts jsonb;
  code text;
  problem text;
  detail text;
begin
  context := (
    (command ->> 'mutation_id')::uuid, uid, command ->> 'kind', (command ->> 'warehouse_id')::uuid,
    (command ->> 'station_id')::uuid, (command ->> 'operator_id')::uuid, (command ->> 'happened_at')::timestamptz,
    command ->> 'reference'
  );
  if context.warehouse_id is not null then
    perform private.require_role(context.warehouse_id, uid, 'picker');
  end if;
  if command ->> 'product_id' is not null then
    perform private.require_product((command ->> 'product_id')::uuid);
  end if;
  before := private.settled_at(command, uid);
  facts := private.do_command(command, context);
  return jsonb_build_object('mutation_id', context.mutation_id, 'outcome', 'applied', 'facts', facts)
    || private.settled_between(before, private.settled_at(command, uid));
exception
  when sqlstate 'SS400' then
    get stacked diagnostics problem = message_text, code = pg_exception_hint, detail = pg_exception_detail;
    return private.refusal(command ->> 'mutation_id', code, problem, detail::jsonb);
  when others then
    -- A deadlock, a full disk, a limit, a damaged file, a server on its way down: none of them is the command's fault, and the whole call may be
    -- sent again as it is. (A cancelled statement never comes here.)
    if left(sqlstate, 2) in ('08', '40', '53', '54', '55', '57', '58', 'XX') then
      raise;
    end if;
    return private.refusal(
      command ->> 'mutation_id', 'invalid', 'The command cannot be booked',
      jsonb_build_object('sqlstate', sqlstate, 'problem', sqlerrm)
    );
end
$$;

revoke execute on all functions in schema private from public;
