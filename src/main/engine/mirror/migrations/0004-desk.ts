import type { Db } from '../database.ts'

/*
 * What the supervisor's desk shows: who people are, what stations say of themselves, who answered what was said to all. The
 * server sent these columns to nobody before: what is here already has none of it, until the row comes again.
 */
const columns: Readonly<Record<string, string>> = {
  notifications: `severity text not null default 'info', from_user text, warehouse_id text, escalated_at text`,
  alerts: 'key text, raised_by text, raised_at_station text, created_ms integer not null default 0',
  stations: `
    user_id text, app_version text, link text, behind integer, complete_as_of text, unsent integer,
    oldest_unsent_at text, refused integer, last_scan_at text, clock_offset_ms integer, seen_at text, expected_by text`,
}

const tables: Readonly<Record<string, string>> = {
  people: `
    id text not null, scope integer not null, seq integer not null,
    warehouse_id text not null, user_id text not null, display_name text not null, role text,
    primary key (id, scope)`,
  alert_receipts: `
    id text not null, scope integer not null, seq integer not null,
    alert_id text not null, warehouse_id text not null, station_id text, user_id text not null,
    answer text not null, facts text not null, answered_at text not null,
    primary key (id, scope)`,
}

const indexes = `
  create index people_by_user on people (user_id, warehouse_id);
  create index alert_receipts_by_alert on alert_receipts (alert_id);
  create index alerts_open on alerts (scope, created_ms, id) where key is null and acknowledged_at is null;
  create index alerts_newest on alerts (scope, created_ms, id) where key is null;
  create index alerts_said on alerts (created_ms, id) where key is null and kind in ('message', 'drill');
  create index alerts_by_key on alerts (scope, created_ms) where key is not null;
  create index notifications_unread on notifications (user_id, created_ms) where read_at is null;
`

export function desk(db: Db): void {
  addColumns(db)
  for (const [table, body] of Object.entries(tables)) db.exec(`create table ${table} (${body}) strict`)
  db.exec(indexes)
}

/**
 * Stands in, in memory, for what a file lacks that the disk does not let be brought forward: copies of its few rows with the new
 * columns, and empty tables.
 */
export function standInForDesk(db: Db): void {
  if (db.prepare("select 1 from main.sqlite_schema where name = 'people'").get() !== undefined) return
  db.pragma('temp_store = memory')
  for (const table of Object.keys(columns)) {
    const made = db.prepare<[string], string>('select sql from main.sqlite_schema where name = ?').pluck()
    db.exec(String(made.get(table)).replace(/^create table/i, 'create temp table'))
    db.exec(`insert into temp.${table} select * from main.${table}`)
  }
  addColumns(db)
  for (const [table, body] of Object.entries(tables)) db.exec(`create temp table ${table} (${body}) strict`)
}

/** To the tables of these names that are found first. */
function addColumns(db: Db): void {
  for (const [table, added] of Object.entries(columns)) {
    for (const column of added.split(',')) db.exec(`alter table ${table} add column ${column.trim()}`)
  }
  const alerts = db.prepare<[], { id: string; scope: number; at: string }>(
    'select id, scope, created_at as at from alerts',
  )
  const date = db.prepare('update alerts set created_ms = ? where id = ? and scope = ?')
  for (const { id, scope, at } of alerts.all()) date.run(Date.parse(at) || 0, id, scope)
}
