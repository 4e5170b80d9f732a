import { must } from '#shared/lib/must.ts'
import { changesOf, inventoryRow, SmartShelf, stockScope } from '../contenders/smart-shelf.ts'
import { start as startBare } from '../contenders/limit.ts'
import type { StockKeeper } from '../contenders/port.ts'
import { firstBySku, pagesOf, stockRow, type StockRow } from '../contenders/stock-rows.ts'
import { start as startArray } from '../contenders/straightforward.ts'
import { benchFolder, removeFolder } from '../suite/in-folder.ts'

/** A warehouse of some size, kept by us, by bare statements, and in an array. */
export interface Warehouse {
  rows: number
  folder: string
  shelf: SmartShelf
  bare: StockKeeper<readonly StockRow[]>
  array: Pick<StockKeeper<unknown>, 'arrival' | 'apply'>
  /** A row of the list on screen, another each time, with a figure it never had. */
  nextChange(): StockRow
  /** So many rows from all over the warehouse, and one that is on screen. */
  nextBatch(size: number): StockRow[]
  close(): Promise<void>
}

const PRIME = 7_919

export async function openWarehouse(rows: number): Promise<Warehouse> {
  const folder = await benchFolder()
  const shelf = new SmartShelf(folder)
  const bare = await startBare(folder)
  const array = await startArray('')
  for (const keeper of [shelf, bare, array] as StockKeeper<unknown>[]) {
    for (const page of pagesOf(rows)) await keeper.load(keeper.arrival(page.map((n) => stockRow(n))))
    await keeper.loaded()
    await keeper.open()
  }
  const onScreen = firstBySku(rows)
  shelf.watchTotals(1)
  let figure = 1_000
  return {
    ...{ rows, folder, shelf, bare, array: array },
    nextChange() {
      figure += 1
      return stockRow(must(onScreen[(figure * 7) % onScreen.length], 'a row on screen'), figure)
    },
    nextBatch(size) {
      figure += 1
      const numbers = new Set(onScreen.slice(0, 1))
      for (let i = 0; numbers.size < size; i += 1) numbers.add(((figure + i) * PRIME) % rows)
      return [...numbers].map((n) => stockRow(n, figure))
    },
    async close() {
      shelf.close()
      await bare.close()
      await removeFolder(folder)
    },
  }
}

/** A poke comes in: committed, and posted to the window where it is quiet. */
export const applyToShelf = ({ shelf }: Warehouse, rows: readonly StockRow[]) => {
  const changes = changesOf('inventory', rows.map(inventoryRow))
  return () => shelf.applyNow(stockScope, changes)
}
