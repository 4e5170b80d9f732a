import type { Db } from '../database.ts'
import { overlayTables } from '../migrations/0003-overlay.ts'

/* A file from before the overlay, on a disk that does not let it be brought forward: nothing is drawn over it. */

const isOlder = (db: Db): boolean =>
  db.prepare("select 1 from pragma_table_info('stock_line') where name = 'unsent'").get() === undefined

/** Stands in for the tables it does not have, in memory. */
export function standInForOverlay(db: Db): void {
  if (!isOlder(db)) return
  db.pragma('temp_store = memory')
  for (const [table, columns] of Object.entries(overlayTables)) {
    db.exec(`create temp table ${table} (${columns}) strict`)
  }
}

/** The SQL for how much of a line `l` was not sent. */
export const unsentOf = (db: Db): string => (isOlder(db) ? '0' : 'l.unsent')
