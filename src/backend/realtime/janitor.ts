import { guardedCallback } from './guarded.ts'
import type { Database } from '../database.ts'
import type { RealtimeSettings } from './settings.ts'

/**
 * Deletes stored messages when they are old enough, and gives their room back: PGlite has no autovacuum, and a table that
 * is written and emptied all day would grow for ever. Returns how to stop it.
 */
export function startJanitor(
  database: Database,
  settings: RealtimeSettings,
  log: (line: string) => void,
): () => void {
  const timer = setInterval(
    guardedCallback(log, () => tidy(database, settings.messageRetentionMs)),
    settings.janitorMs,
  )
  timer.unref()
  return () => clearInterval(timer)
}

async function tidy(database: Database, retentionMs: number): Promise<void> {
  const deleted = await database.query<{ count: number }>(
    `with deleted as (
       delete from realtime.messages
       where inserted_at < (now() at time zone 'UTC') - make_interval(secs => $1::double precision)
       returning 1
     )
     select count(*)::int as count from deleted`,
    [retentionMs / 1_000],
  )
  if (deleted[0]?.count) await database.script('vacuum realtime.messages')
}
