import fc from 'fast-check'
import { expect, test } from 'vitest'
import { firstWindow, windowAround } from './list-window.ts'

test('scrolling a little asks nothing', () => {
  expect(windowAround(firstWindow, 0, 30, 4_000)).toBe(firstWindow)
  expect(windowAround(firstWindow, 60, 90, 4_000)).toBe(firstWindow)
})

test('near the edge the window moves around what is on screen', () => {
  expect(windowAround(firstWindow, 150, 180, 4_000)).toEqual({ offset: 65, limit: 200 })
})

test('wherever one scrolls, what is on screen is inside the window', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(70), fc.nat(100_000), (first, rows, offset) => {
      const total = 100_071
      const last = Math.min(total - 1, first + rows)
      const window = windowAround({ offset, limit: 200 }, first, last, total)
      expect(window.offset).toBeLessThanOrEqual(first)
      expect(window.offset + window.limit).toBeGreaterThan(last)
      expect(window.limit).toBeLessThanOrEqual(500)
    }),
  )
})
