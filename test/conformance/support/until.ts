import { PATIENCE_MS } from '#test/harness/patience.ts'
import type { Database } from '#backend/database.ts'

/** Waits for a condition, looking often; rejects after `withinMs` with what it waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = PATIENCE_MS,
): Promise<void> {
  const giveUpAt = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`Waited ${withinMs} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Waits until every caught row change was delivered, or dropped. */
export function changesDelivered(database: Database): Promise<void> {
  return until('all row changes are delivered', async () => {
    return (await database.query('select from realtime.captured_changes limit 1')).length === 0
  })
}
