import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_WAIT_MS, SHORTEST_WAIT_MS, spread, waitMs } from './backoff.ts'

test('[L2] a wait lies between 1 s and 30 s, whatever the attempt and the die', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      (attempt, die) => {
        const delayMs = waitMs(attempt, () => die)
        expect(delayMs).toBeGreaterThanOrEqual(SHORTEST_WAIT_MS)
        expect(delayMs).toBeLessThanOrEqual(LONGEST_WAIT_MS)
      },
    ),
  )
})

test('the range doubles with each failed try and stops at 30 s', () => {
  const longest = [1, 2, 3, 4, 5, 6, 60].map((attempt) => waitMs(attempt, () => 0.999_999))
  expect(longest).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('what the server asks for is respected up to five minutes, and spread by a fifth of it, or a second', () => {
  expect(waitMs(1, () => 0.5, 60_000)).toBe(66_000)
  expect(waitMs(1, () => 0.5, 2_000)).toBe(2_500)
  expect(waitMs(1, () => 0, 60 * 60_000)).toBe(300_000)
  expect(waitMs(5, () => 0.999_999, 2_000)).toBe(30_000)
})

test('what is done again and again is spread by a fifth either way', () => {
  expect([0, 0.5, 0.999_999].map((die) => spread(10_000, () => die))).toEqual([8_000, 10_000, 12_000])
})
