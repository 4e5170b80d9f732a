import { afterAll, describe, expect, test } from 'vitest'
import { closeSharedPostgres } from '#test/harness/site/postgres-database.ts'
import { fuzzRun } from './run.ts'
import type { RunOptions, RunReport } from './run.ts'

/* A small fixed dose of `npm run test:fuzz`, and the promise that its seeds can be trusted. */

const SEED = 20261122

afterAll(() => closeSharedPostgres())

/** The report's steps stand in the failure, with the command that plays them again. */
function expectNoProblem(report: RunReport, { seed, run, server, work }: RunOptions): void {
  const problems = report.problems.map(({ kind, words }) => `${kind}: ${words}`)
  const again = `npm run test:fuzz -- --seed ${seed} --run ${run} --server ${work ? 'work' : server}`
  expect(problems, [...report.log, again].join('\n')).toEqual([])
}

describe('[M3] [L2] [L3] sites with random faults end live and equal, and never claim more than is true', () => {
  test.each(Array.from({ length: 5 }, (_, i) => i * 8))(
    'eight sites from run %i of the seed',
    async (first) => {
      for (let run = first; run < first + 8; run += 1) {
        const options = { seed: SEED, run, server: 'memory' } as const
        expectNoProblem(await fuzzRun(options), options)
      }
    },
  )

  test('a site on the SQL of the migrations', async () => {
    const options = { seed: SEED, run: 40, server: 'postgres' } as const
    expectNoProblem(await fuzzRun(options), options)
  })
})

describe('the same seed makes the same run', () => {
  test.each(['memory', 'postgres'] as const)('on a server of kind %s', async (server) => {
    const options = { seed: 5, run: 3, server, steps: 14 } as const
    const first = await fuzzRun(options)
    const second = await fuzzRun(options)
    expect(second.log).toEqual(first.log)
    expect(second.fingerprint).toBe(first.fingerprint)
  })

  test('another seed makes another', async () => {
    const first = await fuzzRun({ seed: 5, run: 3, server: 'memory', steps: 6 })
    const other = await fuzzRun({ seed: 6, run: 3, server: 'memory', steps: 6 })
    expect(other.fingerprint).not.toBe(first.fingerprint)
  })
})

describe('[O1] [O2] [O3] people work at sites that go wrong: each figure shows their work once, and the books close', () => {
  test.each([0, 1, 2, 3])('run %i of the seed', async (run) => {
    const options = { seed: SEED, run, server: 'postgres', work: true } as const
    expectNoProblem(await fuzzRun(options), options)
  })

  test('the same seed makes the same run', async () => {
    const options = { seed: 5, run: 3, server: 'postgres', work: true, steps: 14 } as const
    const first = await fuzzRun(options)
    const second = await fuzzRun(options)
    expect(second.log).toEqual(first.log)
    expect(second.fingerprint).toBe(first.fingerprint)
  })
})
