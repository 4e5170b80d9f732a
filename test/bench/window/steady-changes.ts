import { setTimeout as sleep } from 'node:timers/promises'
import type { Site } from '../../e2e/support/site.ts'

/** So many statements a second carry the changes: more than the poke budget of a scope, as in a busy hall. */
const STATEMENTS_PER_SECOND = 25
/** One change in so many is of a line at the top of the list, where somebody looks. */
const SHARE_ON_SCREEN = 10

export interface Made {
  changes: number
  /** Of the lines that were said to be on screen. */
  onScreen: number
  tookMs: number
}

/**
 * Changes stock at a steady rate until it is over; what comes late is caught up with.
 * @param topIds stock rows that are on screen
 */
export async function changeSteadily(
  site: Site,
  topIds: readonly string[],
  rate: number,
  durationMs: number,
): Promise<Made> {
  const rows = await site.sql<{ id: string }>(
    `select i.id::text as id from inventory i join warehouses w on w.id = i.warehouse_id where w.code = 'BER' order by md5(i.id::text)`,
  )
  const perStatement = Math.round(rate / STATEMENTS_PER_SECOND)
  const ofTop = Math.round(perStatement / SHARE_ON_SCREEN)
  const made: Made = { changes: 0, onScreen: 0, tookMs: 0 }
  const startedAt = performance.now()
  for (let statement = 0; performance.now() - startedAt < durationMs; statement++) {
    const aheadMs = (statement * 1_000) / STATEMENTS_PER_SECOND - (performance.now() - startedAt)
    if (aheadMs > 0) await sleep(aheadMs)
    const ids = new Set(
      Array.from({ length: perStatement }, (_, at) =>
        at < ofTop
          ? topIds[(statement * ofTop + at) % topIds.length]!
          : rows[(statement * perStatement + at) % rows.length]!.id,
      ),
    )
    await site.sql(
      'update inventory set quantity_on_hand = (quantity_on_hand + 1) % 1000 + 100 where id = any ($1::uuid[])',
      [...ids],
    )
    made.changes += ids.size
    made.onScreen += Math.min(ofTop, topIds.length)
  }
  return { ...made, tookMs: performance.now() - startedAt }
}
