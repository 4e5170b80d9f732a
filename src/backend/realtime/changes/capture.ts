import type { Database, Queryable } from '../../database.ts'

/*
 * How row changes are caught. The real server reads them from the write-ahead log, which PGlite does not offer; here a
 * trigger on each followed table writes them to a queue and announces the transaction, which Postgres tells after commit and
 * in commit order. Only followed tables carry the trigger, so that nobody else pays for it.
 */

export const CHANGES_CHANNEL = 'realtime_changes'

/** A caught change of one row. */
export interface CapturedChange {
  seq: string
  transaction: string
  tableId: string
  operation: 'INSERT' | 'UPDATE' | 'DELETE'
  /** jsonb as Postgres prints it. */
  newRow: string | null
  oldRow: string | null
}

const SETUP_SQL = `
  create unlogged table if not exists realtime.captured_changes (
    seq bigint generated always as identity primary key,
    transaction text not null,
    table_id oid not null,
    operation text not null,
    new_row jsonb,
    old_row jsonb,
    captured_at timestamptz not null default now()
  );
  create index if not exists captured_changes_transaction on realtime.captured_changes (transaction);
  alter table realtime.captured_changes enable row level security;
  revoke all on realtime.captured_changes from public, anon, authenticated;

  create or replace function realtime.capture_change() returns trigger
  language plpgsql security definer set search_path = '' set timezone = 'UTC' set intervalstyle = 'postgres' as $$
  begin
    insert into realtime.captured_changes (transaction, table_id, operation, new_row, old_row)
    values (
      pg_current_xact_id()::text, tg_relid, tg_op,
      case when tg_op <> 'DELETE' then to_jsonb(new) end,
      case when tg_op <> 'INSERT' then to_jsonb(old) end
    );
    perform pg_notify('${CHANGES_CHANNEL}', pg_current_xact_id()::text);
    return null;
  end
  $$;
  revoke all on function realtime.capture_change() from public;

  -- Triggers of an earlier run, whose followers are gone.
  do $$
  declare
    followed record;
  begin
    for followed in select tgrelid::regclass::text as name from pg_trigger where tgname = 'realtime_capture' loop
      execute format('drop trigger realtime_capture on %s', followed.name);
    end loop;
  end
  $$;
  truncate realtime.captured_changes;`

export function setUpCapture(database: Database): Promise<void> {
  return database.script(SETUP_SQL)
}

export async function follow(database: Queryable, tableSqlName: string): Promise<void> {
  await database.script(
    `create or replace trigger realtime_capture after insert or update or delete on ${tableSqlName}
     for each row execute function realtime.capture_change()`,
  )
}

/** The table may be gone by now. */
export async function unfollow(database: Queryable, tableId: string): Promise<void> {
  const rows = await database.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = $1::oid`,
    [tableId],
  )
  for (const { name } of rows) await database.script(`drop trigger if exists realtime_capture on ${name}`)
}

interface ChangeRow extends Record<string, unknown> {
  seq: string
  transaction: string
  table_id: string
  operation: CapturedChange['operation']
  new_row: string | null
  old_row: string | null
}

/** The first changes of these transactions, in the order of the list. */
export async function readCaptured(
  database: Queryable,
  transactions: readonly string[],
  limit: number,
): Promise<CapturedChange[]> {
  const rows = await database.query<ChangeRow>(
    `select seq::text as seq, transaction, table_id::text as table_id, operation,
       new_row::text as new_row, old_row::text as old_row
     from realtime.captured_changes where transaction = any($1::text[])
     order by array_position($1::text[], transaction), captured_changes.seq limit $2::int`,
    [transactions, limit],
  )
  return rows.map((row) => ({
    seq: row.seq,
    transaction: row.transaction,
    tableId: row.table_id,
    operation: row.operation,
    newRow: row.new_row,
    oldRow: row.old_row,
  }))
}

export async function forgetCaptured(database: Queryable, changes: readonly CapturedChange[]): Promise<void> {
  await database.query('delete from realtime.captured_changes where seq = any($1::bigint[])', [
    changes.map(({ seq }) => seq),
  ])
}

/**
 * Deletes changes whose announcement never came, because the listening session was lost, and gives back the room of all that
 * were delivered: PGlite has no autovacuum.
 */
export async function tidyCaptured(database: Database): Promise<void> {
  await database.query(
    `delete from realtime.captured_changes where captured_at < now() - interval '1 minute'`,
  )
  await database.script('vacuum realtime.captured_changes')
}
