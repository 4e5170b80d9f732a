import type { Db } from '../database.ts'

/*
 * What the station knows of its own health. These tables are kept when a damaged file is rebuilt (kept-tables.ts): they
 * name scopes by their text, for the numbers of `scopes` end with the file, and have an integer key to be salvaged by.
 */
const tables = `
  create table link_moves (
    no integer primary key,
    at real not null, from_state text not null, to_state text not null, event text not null, because text
  ) strict;

  create table proofs (
    no integer primary key,
    at real not null, scope text not null, outcome text not null, head integer,
    compared integer not null, changing integer not null, differing integer not null, rows_repaired integer not null
  ) strict;

  create table integrity_checks (
    no integer primary key,
    at real not null, sound integer not null, problems text not null
  ) strict;

  create table heads_seen (
    no integer primary key,
    scope text not null unique, head integer not null, at real not null
  ) strict;
`

export function diagnostics(db: Db): void {
  db.exec(tables)
}
