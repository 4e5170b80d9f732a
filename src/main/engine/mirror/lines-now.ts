import { prepareOne, type Db } from './database.ts'
import type { Lines } from './found-lists.ts'
import type { LineKeys } from './mirror.ts'
import type { ProductSearch } from './search.ts'
import { stateNamed } from './stock-rows.ts'

type KeysTuple = [...[number, string, string, string], ...[number, number, number | null]]

/** Lines as the file has them. */
export function linesNow(db: Db, search: ProductSearch): Lines {
  const columns = 'line, sku_key, name_key, bin_key, free, changed_at, state from stock_line'
  const keysFrom = (...tuple: KeysTuple): LineKeys | null => {
    const [line, skuKey, nameKey, binKey, free, changedAt, state] = tuple
    return state === null
      ? null
      : { line, skuKey, nameKey, binKey, free, changedAt, state: stateNamed(state) }
  }
  return {
    keys: prepareOne(db, `select ${columns} where line = ?`, keysFrom),
    keysOf: prepareOne(
      db,
      `select ${columns} where product = (select no from product_no where id = ?) and warehouse = ?`,
      keysFrom,
    ),
    isFound: (product, words) => search.isFound(product, words),
  }
}
