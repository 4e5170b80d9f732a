import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { planParts, type ImportPlan } from '../../src/main/import/plan.ts'
import type { Target } from './target.ts'

const CHUNK_ROWS = 5_000

/** How many rows of each kind were new on the server. */
export const Booked = z.object({
  warehouse_id: z.guid(),
  products: z.int(),
  barcodes: z.int(),
  movements: z.int(),
  orders: z.int(),
  order_items: z.int(),
})
export type Booked = z.infer<typeof Booked>

export interface Site {
  code: string
  name?: string
  time_zone?: string
}

/**
 * Stages the plan in chunks, then books it in one call: all of it or nothing.
 * @param progress rows staged so far and in all, then `'booking'`
 */
export async function send(
  target: Target,
  plan: ImportPlan,
  site: Site,
  progress: (at: { staged: number; total: number } | 'booking') => void,
): Promise<Booked> {
  const import_id = randomUUID()
  const total = planParts.reduce((sum, part) => sum + plan[part].length, 0)
  let staged = 0
  try {
    for (const part of planParts) {
      for (let from = 0; from < plan[part].length; from += CHUNK_ROWS) {
        const rows = plan[part].slice(from, from + CHUNK_ROWS)
        await target.call('import_stage', { import_id, part, rows })
        staged += rows.length
        progress({ staged, total })
      }
    }
    progress('booking')
    return Booked.parse(await target.call('import_commit', { import_id, site }))
  } catch (error) {
    // What is staged is invisible and forgotten after a day; taking it back now is only tidier.
    await target.call('import_cancel', { import_id }).catch(() => undefined)
    throw error
  }
}
