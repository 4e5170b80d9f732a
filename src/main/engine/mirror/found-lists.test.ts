import { expect, test } from 'vitest'
import { id, north, south } from '#test/harness/mirror-data.ts'
import { FoundLists, type Search } from './found-lists.ts'
import type { LineChange, LineKeys } from './mirror.ts'

const search: Search = { warehouseId: north, search: 'mug', filter: 'all', sort: 'sku', direction: 'asc' }
const found = Uint32Array.of(3, 1, 2)

const keys = (more: Partial<LineKeys> = {}): LineKeys => ({
  ...{ line: 1, skuKey: 'mug', nameKey: 'mug', binKey: 'a-1', free: 5, changedAt: 1_000, state: 'in-stock' },
  ...more,
})
const change = (more: Partial<LineChange> = {}): LineChange => ({
  ...{ warehouseId: north, productId: id('mug'), before: keys(), after: keys(), texts: false },
  ...more,
})

/** Whether a search that was made is still answered after this change. */
function isKept(of: Partial<Search>, ...lines: LineChange[]): boolean {
  const lists = new FoundLists()
  lists.put({ ...search, ...of }, found)
  lists.changed({ lines, everything: false })
  return lists.get({ ...search, ...of }) === found
}

test('what a search found is kept while figures change that it is not sorted by', () => {
  const figures = change({ after: keys({ free: 4, changedAt: 2_000 }) })
  expect(isKept({}, figures)).toBe(true)
  expect(isKept({ sort: 'name', direction: 'desc' }, figures)).toBe(true)
  expect(isKept({ sort: 'available' }, figures)).toBe(false)
  expect(isKept({ sort: 'changed' }, figures)).toBe(false)
})

test('[M3] it is forgotten when a line comes, goes, moves, or may be found by other words', () => {
  expect(isKept({}, change({ before: null }))).toBe(false)
  expect(isKept({}, change({ after: null }))).toBe(false)
  expect(isKept({}, change({ after: keys({ skuKey: 'nug' }) }))).toBe(false)
  expect(isKept({}, change({ texts: true }))).toBe(false)
})

test('[M3] under a filter, it is forgotten when a line gets or loses that state, and no other one', () => {
  const sold = change({ after: keys({ state: 'out', free: 0 }) })
  expect(isKept({ filter: 'out' }, sold)).toBe(false)
  expect(isKept({ filter: 'low' }, sold)).toBe(true)
  expect(isKept({ filter: 'all' }, sold)).toBe(true)
})

test('another warehouse is another list, and a scope taken away ends them all', () => {
  expect(isKept({}, change({ warehouseId: south, after: null }))).toBe(true)
  const lists = new FoundLists()
  lists.put(search, found)
  expect(lists.get({ ...search, warehouseId: south })).toBeNull()
  lists.changed({ lines: [], everything: true })
  expect(lists.get(search)).toBeNull()
})

test('only the newest eight are kept; the one asked for longest ago goes', () => {
  const lists = new FoundLists()
  const named = (n: number): Search => ({ ...search, search: `word ${n}` })
  for (let n = 0; n < 8; n++) lists.put(named(n), found)
  lists.get(named(0))
  lists.put(named(8), found)
  expect(lists.get(named(1))).toBeNull()
  expect([0, 2, 8].map((n) => lists.get(named(n)))).toEqual([found, found, found])
})
