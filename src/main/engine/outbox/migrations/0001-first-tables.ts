import type { Db } from '../../mirror/database.ts'

/*
 * `work` is what was kept and never changes, `fate` what became of it since; both are sealed JSON (sealed.ts), so that a changed
 * byte is noticed. The other columns repeat what is in them, for the indexes.
 *
 * Most entries are settled: what is asked for again and again has indexes of its own over only what is not.
 */
const tables = `
  create table meta (key text primary key, value text not null) strict, without rowid;

  -- How far the journal is in these tables, and the highest number ever given to an entry.
  create table progress (one integer primary key check (one = 1), line integer not null, last_no integer not null) strict;
  insert into progress values (1, 0, 0);

  create table entries (
    no integer primary key,
    id text not null unique,
    state text not null,
    changed_at real not null,
    work text not null,
    fate text not null
  ) strict;
  create index entries_by_state on entries (state, no);
  create index entries_live on entries (no, id)
    where state in ('queued', 'sending', 'applied', 'refused', 'discarded');
  create index entries_ended on entries (changed_at) where state in ('settled', 'taken-back');
`

export function firstTables(db: Db): void {
  db.exec(tables)
}
