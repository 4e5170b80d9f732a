/*
 * The warehouse that every contender is given: made from numbers, the same each time, so that nobody has to keep what it should be.
 */

/** One line of stock, as flat as the straightforward way would have it. */
export interface StockRow {
  id: string
  sku: string
  name: string
  bin: string
  onHand: number
  allocated: number
  /** ISO 8601 */
  changedAt: string
}

/** Rows of one page of a download, and of one batch of live changes. */
export const PAGE_ROWS = 5_000

/** How many rows a list shows. */
export const WINDOW_ROWS = 100

const colours = ['RED', 'BLUE', 'GREEN', 'WHITE', 'PINK']
const things = ['MUG', 'LANTERN', 'HEART', 'CAKE TIN', 'LUNCH BAG', 'BUNTING', 'CLOCK']

/** Scattered like random uuids, but the same each time. */
export function scatteredId(n: number, kind: number): string {
  const scattered = (Math.imul(n + kind * 7_919, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return `${scattered}-0000-4000-8000-${(kind * 1e9 + n).toString(16).padStart(12, '0')}`
}

/** The number that an id was made of. */
export const lineOf = (id: string): number => parseInt(id.slice(24), 16) % 1e9

const SKUS = 9_000_000

/** Every SKU has seven digits, so that all ways to order text order it alike. 7,919 has no factor in common with their number. */
export const skuOf = (n: number): string => String(1_000_000 + ((n * 7_919) % SKUS))

export const stockRow = (n: number, onHand = (n * 31) % 300): StockRow => ({
  id: scatteredId(n, 2),
  sku: skuOf(n),
  name: `SET OF ${n % 97} VINTAGE ${colours[n % 5] ?? ''} ${things[n % 7] ?? ''} ${n}`,
  bin: `${String.fromCharCode(65 + (n % 20))}-${n % 50}-${n % 7}`,
  onHand,
  allocated: n % 5,
  changedAt: new Date(1_760_000_000_000 + n * 1_000).toISOString(),
})

/** The numbers of `rows` lines from `from`, a page at a time. */
export function* pagesOf(rows: number, from = 0): Generator<readonly number[]> {
  for (let at = 0; at < rows; at += PAGE_ROWS)
    yield Array.from({ length: Math.min(PAGE_ROWS, rows - at) }, (_, i) => from + at + i)
}

/** The numbers of the lines that stand first by SKU. */
export function firstBySku(rows: number, count = WINDOW_ROWS): number[] {
  // Only the smallest SKUs are kept while looking: a million strings need no sorting for a hundred of them.
  let kept: number[] = []
  const bySku = (a: number, b: number): number => (skuOf(a) < skuOf(b) ? -1 : 1)
  for (let n = 0; n < rows; n++) {
    kept.push(n)
    if (kept.length >= count * 20) kept = kept.sort(bySku).slice(0, count)
  }
  return kept.sort(bySku).slice(0, count)
}
