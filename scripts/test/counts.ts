import { z } from 'zod'

/* How many tests passed and failed, as the two test runners write it in their JSON reports. */

export interface Counts {
  passed: number
  failed: number
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  /** A file that could not even be loaded counts here, with no failed test in it. */
  numFailedTestSuites: z.number(),
  success: z.boolean(),
})

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  errors: z.array(z.unknown()),
})

/** A broken file counts as one failure. */
export function vitestCounts(report: unknown): Counts {
  const { numPassedTests, numFailedTests, success } = VitestReport.parse(report)
  return { passed: numPassedTests, failed: numFailedTests === 0 && !success ? 1 : numFailedTests }
}

/** An error outside of any test counts as one failure; a test that passes only at times is one that failed. */
export function playwrightCounts(report: unknown): Counts {
  const { stats, errors } = PlaywrightReport.parse(report)
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length }
}

export function sum(all: readonly Counts[]): Counts {
  return all.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), {
    passed: 0,
    failed: 0,
  })
}
