import { expect, test } from 'vitest'
import { playwrightCounts, sum, vitestCounts } from './counts.ts'

const vitest = { numPassedTests: 12, numFailedTests: 0, numFailedTestSuites: 0, success: true }
const playwright = { stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 1 }, errors: [] }

test('tests are counted as their runners report them', () => {
  expect(sum([vitestCounts(vitest), playwrightCounts(playwright)])).toEqual({ passed: 15, failed: 0 })
})

test('a test file that could not be loaded is a failure', () => {
  expect(vitestCounts({ ...vitest, numFailedTestSuites: 1, success: false })).toEqual({
    passed: 12,
    failed: 1,
  })
})

test('an error outside of tests, and a test that passes only at times, are failures', () => {
  expect(playwrightCounts({ ...playwright, errors: [{ message: 'no display' }] }).failed).toBe(1)
  expect(playwrightCounts({ ...playwright, stats: { ...playwright.stats, flaky: 2 } }).failed).toBe(2)
})

test('a report in another shape is refused', () => {
  expect(() => vitestCounts({ tests: 12 })).toThrow()
})
