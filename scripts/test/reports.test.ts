import { expect, test } from 'vitest'
import { firstLine, inShort } from './in-short.ts'
import { readPlaywright, readVitest, sum } from './reports.ts'

const vitest = {
  numPassedTests: 12,
  numFailedTests: 0,
  numFailedTestSuites: 0,
  success: true,
  testResults: [],
}
const playwright = { stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 1 }, errors: [], suites: [] }

test('tests are counted as their runners report them', () => {
  expect(sum([readVitest(vitest).counts, readPlaywright(playwright).counts])).toEqual({
    passed: 15,
    failed: 0,
  })
})

test('a test file that could not be loaded is a failure', () => {
  const broken = { name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }
  const report = { ...vitest, numFailedTestSuites: 1, success: false, testResults: [broken] }
  expect(readVitest(report)).toEqual({
    counts: { passed: 12, failed: 1 },
    failures: [{ file: 'a.test.ts', title: '', message: 'no such module' }],
  })
})

test('an error outside of tests, and a test that passes only at times, are failures', () => {
  expect(readPlaywright({ ...playwright, errors: [{ message: 'no display' }] }).counts.failed).toBe(1)
  expect(readPlaywright({ ...playwright, stats: { ...playwright.stats, flaky: 2 } }).counts.failed).toBe(2)
})

test('a report in another shape is refused', () => {
  expect(() => readVitest({ tests: 12 })).toThrow()
})

test('what failed is named, with what it said, also in a suite within a suite', () => {
  const assertion = { status: 'failed', fullName: '[M1] both or neither', failureMessages: ['expected 1'] }
  const passed = { status: 'passed', fullName: 'holds', failureMessages: [] }
  const file = { name: 'm.test.ts', status: 'failed', assertionResults: [passed, assertion] }
  const report = { ...vitest, numFailedTests: 1, success: false, testResults: [file] }
  expect(readVitest(report).failures).toEqual([
    { file: 'm.test.ts', title: '[M1] both or neither', message: 'expected 1' },
  ])

  const spec = (title: string, errors: { message: string }[]) => ({
    ...{ title, file: 'o.e2e.ts' },
    tests: [{ results: [{ errors }] }],
  })
  const inner = { specs: [spec('an outage', [{ message: 'not live' }])] }
  const suites = [{ specs: [spec('opens', [])], suites: [inner] }]
  expect(readPlaywright({ ...playwright, suites }).failures).toEqual([
    { file: 'o.e2e.ts', title: 'an outage', message: 'not live' },
  ])
})

test('of a long message the beginning and the end are shown, and its first line is its name', () => {
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at}`)
  const short = inShort(`\u001b[31m${lines.join('\n\n')}\u001b[0m`).split('\n')
  expect(short).toHaveLength(17)
  expect([short[0], short[10], short[16]]).toEqual(['     line 0', '     (24 lines)', '     line 39'])
  expect(inShort(lines.slice(0, 17).join('\n')).split('\n')).toHaveLength(17)
  expect(firstLine(`\n${lines.join('\n')}`)).toBe('line 0')
  expect(firstLine('')).toBe('')
})
