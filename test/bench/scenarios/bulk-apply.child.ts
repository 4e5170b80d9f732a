import { join } from 'node:path'
import { fold, sortKey } from '#engine/mirror/text-keys.ts'
import { migrate } from '#engine/mirror/migrations/index.ts'
import { openForWriting } from '#engine/mirror/open-database.ts'
import { start as startBare } from '../contenders/limit.ts'
import { PAGE_ROWS, pagesOf, stockRow, type StockRow } from '../contenders/stock-rows.ts'
import { doJob } from '../suite/child.ts'
import { timed } from '../suite/pace.ts'

export type RawTables = 'own' | 'flat'

export interface RawJob {
  rows: number
  folder: string
  tables: RawTables
}

/** Bare inserts. @returns how long they took, in ms; what is inserted is made beforehand */
doJob(({ rows, folder, tables }: RawJob) =>
  tables === 'own' ? ownTables(rows, folder) : flatTable(rows, folder),
)

async function flatTable(rows: number, folder: string): Promise<number> {
  const keeper = await startBare(folder)
  let tookMs = 0
  for (const numbers of pagesOf(rows)) {
    const arrival = keeper.arrival(numbers.map((n) => stockRow(n)))
    tookMs += await timed(() => keeper.load(arrival))
  }
  await keeper.close()
  return tookMs
}

interface Prepared {
  n: number
  row: StockRow
  changedAt: number
  skuKey: string
  nameKey: string
}

/** What the mirror writes for a row of stock, with every figure and key of it worked out before. */
async function ownTables(rows: number, folder: string): Promise<number> {
  const db = openForWriting(join(folder, 'own.db'), null)
  migrate(db)
  const base = db.prepare(
    `insert into inventory (id, scope, seq, product, bin, quantity_on_hand, quantity_allocated, changed_at)
     values (?, 1, ?, ?, ?, ?, ?, ?)`,
  )
  const line = db.prepare(
    `insert into stock_line (warehouse, product, bin, bin_key, other_bins, on_hand, allocated, free, changed_at, state, sku_key, name_key)
     values (1, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insert = db.transaction((prepared: readonly Prepared[]) => {
    for (const { n, row, changedAt, skuKey, nameKey } of prepared) {
      const { id, bin, onHand, allocated } = row
      base.run(id, n + 1, n + 1, bin, onHand, allocated, row.changedAt)
      line.run(
        n + 1,
        bin,
        fold(bin),
        onHand,
        allocated,
        onHand - allocated,
        changedAt,
        onHand < 15 ? 1 : 0,
        skuKey,
        nameKey,
      )
    }
  })
  let tookMs = 0
  let commit: Prepared[] = []
  for (const numbers of pagesOf(rows)) {
    for (const n of numbers) {
      const row = stockRow(n)
      const keys = { skuKey: sortKey(row.sku), nameKey: sortKey(row.name) }
      commit.push({ n, row, changedAt: Date.parse(row.changedAt), ...keys })
    }
    // As many to a commit as in the mirror's own bulk.
    if (commit.length < 4 * PAGE_ROWS && numbers.length === PAGE_ROWS) continue
    const ready = commit
    tookMs += await timed(() => insert(ready))
    commit = []
  }
  const last = commit
  tookMs += await timed(() => insert(last))
  db.close()
  return tookMs
}
