import { z } from 'zod'

/* How many tests passed and which failed, as the two test runners write it in their JSON reports. */

export interface Counts {
  passed: number
  failed: number
}

/** A test that did not hold: where it stands, what it is called, what it said. */
export interface Failure {
  file: string
  title: string
  message: string
}

/** What a runner's report says. `failures` names what it can of those that `counts` counts. */
export interface Report {
  counts: Counts
  failures: Failure[]
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  /** A file that could not even be loaded counts here, with no failed test in it. */
  numFailedTestSuites: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

const PlaywrightSpec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(
    z.object({
      results: z.array(
        z.object({ errors: z.array(z.object({ message: z.string().optional() })).optional() }),
      ),
    }),
  ),
})

const PlaywrightSuite = z.object({
  specs: z.array(PlaywrightSpec),
  get suites() {
    return z.array(PlaywrightSuite).optional()
  },
})
type PlaywrightSuite = z.infer<typeof PlaywrightSuite>

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  errors: z.array(z.object({ message: z.string().optional() })),
  suites: z.array(PlaywrightSuite),
})

/** A file that is broken as a whole counts as one failure. */
export function readVitest(report: unknown): Report {
  const { numPassedTests, numFailedTests, success, testResults } = VitestReport.parse(report)
  const failures = testResults.flatMap(({ name: file, status, message, assertionResults }): Failure[] => {
    const failed = assertionResults.filter((result) => result.status === 'failed')
    if (failed.length === 0 && status === 'failed') return [{ file, title: '', message: message ?? '' }]
    return failed.map(({ fullName, failureMessages }) => ({
      file,
      title: fullName,
      message: failureMessages?.[0] ?? '',
    }))
  })
  const failed = numFailedTests === 0 && !success ? 1 : numFailedTests
  return { counts: { passed: numPassedTests, failed }, failures }
}

/** An error outside of any test counts as one failure; a test that passes only at times is one that failed. */
export function readPlaywright(report: unknown): Report {
  const { stats, errors, suites } = PlaywrightReport.parse(report)
  const failures = suites.flatMap(failedSpecs)
  const outside = errors.map(({ message }) => ({ file: '', title: '', message: message ?? '' }))
  return {
    counts: { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length },
    failures: [...failures, ...outside],
  }
}

const failedSpecs = ({ specs, suites = [] }: PlaywrightSuite): Failure[] => [
  ...specs
    .map(({ title, file, tests }) => ({ file, title, message: firstError(tests) }))
    .filter((spec): spec is Failure => spec.message !== null),
  ...suites.flatMap(failedSpecs),
]

/** Also of a test that passed when it was tried again. */
const firstError = (tests: z.infer<typeof PlaywrightSpec>['tests']): string | null =>
  tests.flatMap(({ results }) => results.flatMap(({ errors = [] }) => errors))[0]?.message ?? null

export function sum(all: readonly Counts[]): Counts {
  return all.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), {
    passed: 0,
    failed: 0,
  })
}
