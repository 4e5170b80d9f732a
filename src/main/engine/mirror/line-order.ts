import type { SortDirection, StockSort } from '#shared/protocol/views.ts'
import type { LineKeys } from './mirror.ts'
import { compareBinary } from './text-keys.ts'

/* The order of stock lists, said twice: as SQL sorts them, and as a comparison of two lines. */

/** Columns of `stock_line` by which a list is sorted; ties go by SKU, then by the line's number. */
export const sortColumns: Record<StockSort, readonly string[]> = {
  sku: ['sku_key', 'line'],
  name: ['name_key', 'sku_key', 'line'],
  bin: ['bin_key', 'sku_key', 'line'],
  available: ['free', 'sku_key', 'line'],
  changed: ['changed_at', 'sku_key', 'line'],
}

type Compare = (a: LineKeys, b: LineKeys) => number

const bySku: Compare = (a, b) => compareBinary(a.skuKey, b.skuKey) || a.line - b.line

const ascending: Record<StockSort, Compare> = {
  sku: bySku,
  name: (a, b) => compareBinary(a.nameKey, b.nameKey) || bySku(a, b),
  bin: (a, b) => compareBinary(a.binKey, b.binKey) || bySku(a, b),
  available: (a, b) => a.free - b.free || bySku(a, b),
  changed: (a, b) => a.changedAt - b.changedAt || bySku(a, b),
}

/** Descending is the exact mirror image of ascending, ties and all, so that one index serves both. */
export const lineOrder = (sort: StockSort, direction: SortDirection): Compare =>
  direction === 'asc' ? ascending[sort] : (a, b) => ascending[sort](b, a)

/** The `order by` of a list. @param of the name by which `stock_line` goes in the query */
export const orderBy = (sort: StockSort, direction: SortDirection, of = 'stock_line'): string =>
  sortColumns[sort].map((column) => `${of}.${column} ${direction}`).join(', ')
