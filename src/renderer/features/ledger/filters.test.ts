import { expect, test } from 'vitest'
import { filterOf, noFilter } from './LedgerFilters.tsx'

const zone = 'Europe/Berlin'

test('empty fields leave nothing out', () => {
  expect(filterOf({ ...noFilter, bin: '  ' }, zone)).toEqual({})
})

test("days are those of the warehouse's wall, the last of them to its end", () => {
  expect(filterOf({ ...noFilter, firstDay: '2026-01-31', lastDay: '2026-01-31' }, zone)).toEqual({
    from: Date.parse('2026-01-30T23:00Z'),
    to: Date.parse('2026-01-31T23:00Z'),
  })
})

test('a day on which the clock was put forward has 23 hours', () => {
  const { from = 0, to = 0 } = filterOf({ ...noFilter, firstDay: '2026-03-29', lastDay: '2026-03-29' }, zone)
  expect((to - from) / 3_600_000).toBe(23)
})
