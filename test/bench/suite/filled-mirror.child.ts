import { statSync } from 'node:fs'
import { siteScope } from '#shared/domain/scope.ts'
import { mirrorPath } from '#engine/mirror/sqlite-mirror.ts'
import {
  changesOf,
  inventoryRow,
  owner,
  productRow,
  serverUrl,
  SmartShelf,
  stockScope,
} from '../contenders/smart-shelf.ts'
import { pagesOf, stockRow } from '../contenders/stock-rows.ts'
import { doJob } from './child.ts'
import { timed } from './pace.ts'

export interface FillJob {
  rows: number
  folder: string
}

export interface FillSeen {
  /** Products and stock, as a first download brings them. */
  loadMs: number
  /** Of these, what the stock took. */
  inventoryMs: number
  /** The most the process ever held of the machine's memory. */
  peakMb: number
  fileMb: number
}

/** As a first download: every product, then the stock of the warehouse. */
doJob(async ({ rows, folder }: FillJob) => {
  const shelf = new SmartShelf(folder)
  const fillWith = async (
    scope: typeof stockScope,
    page: (numbers: readonly number[]) => ReturnType<typeof changesOf>,
  ) => {
    let tookMs = 0
    for (const numbers of pagesOf(rows)) {
      const changes = page(numbers)
      tookMs += await timed(() => shelf.bulkApply(scope, changes))
    }
    return tookMs + (await timed(() => shelf.commit()))
  }
  const productsMs = await fillWith(siteScope, (numbers) =>
    changesOf(
      'products',
      numbers.map((n) => productRow(stockRow(n))),
    ),
  )
  const inventoryMs = await fillWith(stockScope, (numbers) =>
    changesOf(
      'inventory',
      numbers.map((n) => inventoryRow(stockRow(n))),
    ),
  )
  shelf.close()
  return {
    loadMs: productsMs + inventoryMs,
    inventoryMs,
    peakMb: process.resourceUsage().maxRSS / 1e3,
    fileMb: statSync(mirrorPath(folder, serverUrl, owner)).size / 1e6,
  }
})
