import type { Db } from '../database.ts'
import { overlayTables } from '../migrations/0003-overlay.ts'
import { standInForDesk } from '../migrations/0004-desk.ts'
import { standInForOrderCards } from '../migrations/0005-order-cards.ts'

/* A file of an earlier version, on a disk that does not let it be brought forward. */

const isOlder = (db: Db): boolean =>
  db.prepare("select 1 from pragma_table_info('stock_line') where name = 'unsent'").get() === undefined

/** Stands in for the tables it does not have, in memory: nothing is drawn over its rows. */
export function standInForNewer(db: Db): void {
  standInForDesk(db)
  standInForOrderCards(db)
  if (!isOlder(db)) return
  db.pragma('temp_store = memory')
  for (const [table, columns] of Object.entries(overlayTables)) {
    db.exec(`create temp table ${table} (${columns}) strict`)
  }
}

/** The SQL for how much of a line `l` was not sent. */
export const unsentOf = (db: Db): string => (isOlder(db) ? '0' : 'l.unsent')
