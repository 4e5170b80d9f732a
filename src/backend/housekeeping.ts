import type { Database } from './database.ts'

const HOUR_MS = 60 * 60_000

/** Tables whose rows are written over and over; PGlite has no autovacuum, and they would only grow. */
const BUSY_TABLES = [
  'public.sync_scopes',
  'public.sync_changes',
  'public.inventory',
  'public.sales_orders',
  'public.sales_order_items',
  'public.alerts',
  'public.command_ledger',
]

/** Prunes old tombstones and gives the room of old row versions back: what pg_cron and autovacuum do on a hosted project. */
export async function tidyUp(database: Database): Promise<void> {
  await database.query('select public.sync_prune()')
  // One statement at a time: each holds the one session for as long as it takes.
  for (const table of BUSY_TABLES) await database.script(`vacuum ${table}`)
}

/**
 * Tidies up every hour from now on. A failure is told and tried again the next hour.
 * @returns ends it, after the round under way
 */
export function keepHouse(database: Database, log: (line: string) => void): () => Promise<void> {
  let round = Promise.resolve()
  const timer = setInterval(() => {
    round = tidyUp(database).catch((error: unknown) => log(`Tidying up failed: ${String(error)}`))
  }, HOUR_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await round
  }
}
