import { guardedCallback } from './guarded.ts'
import type { Database } from '../database.ts'
import type { RealtimeSettings } from './settings.ts'

/** Deletes stored messages when they are old enough. Returns how to stop it. */
export function startJanitor(
  database: Database,
  settings: RealtimeSettings,
  log: (line: string) => void,
): () => void {
  const tidy = guardedCallback(log, () =>
    database.query(
      `delete from realtime.messages
       where inserted_at < (now() at time zone 'UTC') - make_interval(secs => $1::double precision)`,
      [settings.messageRetentionMs / 1_000],
    ),
  )
  const timer = setInterval(tidy, settings.janitorMs)
  timer.unref()
  return () => clearInterval(timer)
}
