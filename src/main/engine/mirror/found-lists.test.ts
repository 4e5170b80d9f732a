import { expect, test } from 'vitest'
import type { ProductId } from '#shared/domain/ids.ts'
import { id, north, south } from '#test/harness/mirror-data.ts'
import { FoundLists, type Lines, type Search } from './found-lists.ts'
import type { LineChange, LineKeys } from './mirror.ts'

const search: Search = { warehouseId: north, search: 'mug', filter: 'all', sort: 'sku', direction: 'asc' }
const NORTH = 7

const keys = (line: number, more: Partial<LineKeys> = {}): LineKeys => ({
  ...{ line, skuKey: `mug ${line}`, nameKey: 'mug', binKey: 'a-1', free: line, changedAt: 1_000 },
  state: 'in-stock',
  ...more,
})

/** Lines 1 to 5 of a product each, all found; `now` says how they stand after the commit. */
function lists(now: Partial<Record<number, LineKeys | null>> = {}, notFound: readonly number[] = []) {
  const lookedAt: number[] = []
  const of = (line: number): LineKeys | null => {
    lookedAt.push(line)
    const changed = now[line]
    return changed === undefined ? keys(line) : changed
  }
  const numberOf = (product: ProductId): number =>
    [1, 2, 3, 4, 5, 6].find((n) => productOf(n) === product) ?? 0
  const lines: Lines = {
    keys: of,
    keysOf: (product) => of(numberOf(product)),
    isFound: (product) => !notFound.includes(numberOf(product)),
  }
  return { found: new FoundLists(lines), lookedAt }
}

const productOf = (line: number) => id<ProductId>(`product ${line}`)
const change = (line: number, more: Partial<LineChange> = {}): LineChange => ({
  ...{ warehouseId: north, productId: productOf(line), before: keys(line), after: keys(line), texts: false },
  ...more,
})

/** What is known of a search that had found lines 1 to 5, after this change. */
function after(
  of: Partial<Search>,
  now: LineKeys | null,
  line: number,
  more: Partial<LineChange> = {},
  notFound: number[] = [],
) {
  const { found, lookedAt } = lists({ [line]: now }, notFound)
  found.put({ ...search, ...of }, NORTH, Uint32Array.of(1, 2, 3, 4, 5))
  found.changed({ lines: [change(line, { after: now, ...more })], everything: false })
  const list = found.get({ ...search, ...of })
  return { list: list && [...list], lookedAt }
}

test('what a search found is left alone while figures change that it is not sorted by', () => {
  const sold = keys(2, { free: 9, changedAt: 2_000 })
  expect(after({}, sold, 2)).toEqual({ list: [1, 2, 3, 4, 5], lookedAt: [] })
  expect(after({ sort: 'name' }, sold, 2)).toEqual({ list: [1, 2, 3, 4, 5], lookedAt: [] })
  expect(after({ warehouseId: south }, null, 2)).toEqual({ list: [1, 2, 3, 4, 5], lookedAt: [] })
})

test('[M3] a line that comes, goes, moves, or is called otherwise does so in what was found', () => {
  expect(after({}, keys(6), 6, { before: null }).list).toEqual([1, 2, 3, 4, 5, 6])
  expect(after({}, null, 2).list).toEqual([1, 3, 4, 5])
  expect(after({ sort: 'available' }, keys(2, { free: 9 }), 2).list).toEqual([1, 3, 4, 5, 2])
  expect(after({}, keys(4, { skuKey: 'mug 11' }), 4).list).toEqual([1, 4, 2, 3, 5])
  expect(after({}, keys(4), 4, { texts: true }, [4]).list).toEqual([1, 2, 3, 5])
  expect(after({}, keys(6), 6, { texts: true, before: keys(6) }).list).toEqual([1, 2, 3, 4, 5, 6])
})

test('[M3] under a filter, a line comes and goes with its state', () => {
  const out = keys(2, { state: 'out', free: 0 })
  expect(after({ filter: 'out' }, out, 2).list).toHaveLength(5)
  expect(after({ filter: 'low' }, out, 2)).toEqual({ list: [1, 2, 3, 4, 5], lookedAt: [] })
  expect(after({ filter: 'low' }, out, 2, { before: keys(2, { state: 'low' }) }).list).toEqual([1, 3, 4, 5])
})

test('after a commit of many lines, or when a scope was taken away, it is forgotten', () => {
  const { found } = lists()
  const many = Array.from({ length: 17 }, (_, n) => change(n + 1, { after: null }))
  found.put(search, NORTH, Uint32Array.of(1, 2, 3))
  expect(found.get({ ...search, warehouseId: south })).toBeNull()
  found.changed({ lines: many, everything: false })
  expect(found.get(search)).toBeNull()
  found.put(search, NORTH, Uint32Array.of(1, 2, 3))
  found.changed({ lines: [], everything: true })
  expect(found.get(search)).toBeNull()
})

test('[M3] a list with a line that is nowhere any more is forgotten, not guessed at', () => {
  const { found } = lists({ 3: null })
  found.put(search, NORTH, Uint32Array.of(1, 2, 3, 4, 5))
  found.changed({ lines: [change(6, { before: null, after: keys(6) })], everything: false })
  expect(found.get(search)).toBeNull()
})

test('only the newest eight are kept; the one asked for longest ago goes', () => {
  const { found } = lists()
  const named = (n: number): Search => ({ ...search, search: `word ${n}` })
  const list = Uint32Array.of(3, 1, 2)
  for (let n = 0; n < 8; n++) found.put(named(n), NORTH, list)
  found.get(named(0))
  found.put(named(8), NORTH, list)
  expect(found.get(named(1))).toBeNull()
  expect([0, 2, 8].map((n) => found.get(named(n)))).toEqual([list, list, list])
})
