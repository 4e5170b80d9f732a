import type { SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import type { LineKeys } from './mirror.ts'
import type { Place } from './places.ts'
import { compareBinary } from './text-keys.ts'

/* The order of stock lists, said twice: as SQL sorts them, and as a comparison of two lines; and what is in them. */

/** What the columns a list can be sorted by are called in keys. */
const keyOf = {
  line: 'line',
  sku_key: 'skuKey',
  name_key: 'nameKey',
  bin_key: 'binKey',
  free: 'free',
  changed_at: 'changedAt',
} as const satisfies Record<string, keyof LineKeys>

type SortColumn = keyof typeof keyOf

/** Columns of `stock_line` by which a list is sorted; ties go by SKU, then by the line's number. */
export const sortColumns: Record<StockSort, readonly SortColumn[]> = {
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

/** Whether a line is in the list of a filter. @param keys null for a line that is not (or no longer) there */
export const isListed = (keys: LineKeys | null, filter: StockFilter): keys is LineKeys =>
  keys !== null && (filter === 'all' || keys.state === filter)

/** Descending is the exact mirror image of ascending, ties and all, so that one index serves both. */
export const lineOrder = (sort: StockSort, direction: SortDirection): Compare =>
  direction === 'asc' ? ascending[sort] : (a, b) => ascending[sort](b, a)

/** The `order by` of a list. @param of the name by which `stock_line` goes in the query */
export const orderBy = (sort: StockSort, direction: SortDirection, of = 'stock_line'): string =>
  sortColumns[sort].map((column) => `${of}.${column} ${direction}`).join(', ')

/** Where a line stands in a list: the values of the columns it is sorted by. */
export const placeOf = (sort: StockSort, keys: LineKeys): Place =>
  sortColumns[sort].map((column) => keys[keyOf[column]])
