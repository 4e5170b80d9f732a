import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { run } from '../electron-runtime/run.ts'
import type { Mutation } from './mutations.ts'

/** A copy of the project in which rules may be broken without harm. */
export interface Workshop {
  /** Breaks the rule, runs the tests, and puts the rule back. */
  tryOut(mutation: Mutation | null): Promise<TestRun>
  /** Takes the copy away. */
  close(): void
}

export interface TestRun {
  passed: number
  /** Titles of the tests that failed. */
  failed: string[]
  seconds: number
}

const Report = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/**
 * @param project folder of the project; what git knows or would add is copied, as it stands on disk
 * @param suites paths of the tests to run, from the project's folder
 */
export function openWorkshop(project: string, suites: readonly string[]): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'shelf-mutations-'))
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: project,
    encoding: 'utf8',
  })
  for (const file of listed.split('\0').filter((name) => name !== '' && !name.startsWith('docs/'))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(project, file), join(folder, file))
  }
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'), 'dir')

  return {
    async tryOut(mutation) {
      const restore = breakRule(folder, mutation)
      try {
        return await runTests(folder, suites)
      } finally {
        restore()
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** @throws Error when an edit's text does not stand exactly once where it should: the mutation is out of date */
function breakRule(folder: string, mutation: Mutation | null): () => void {
  const originals = new Map<string, string>()
  for (const { file, find, replace } of mutation?.edits ?? []) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    const times = text.split(find).length - 1
    if (times !== 1) {
      throw new Error(
        `${mutation?.name}: its text stands ${times} times in ${file}. Write the mutation anew.`,
      )
    }
    if (!originals.has(path)) originals.set(path, text)
    writeFileSync(
      path,
      text.replace(find, () => replace),
    )
  }
  return () => {
    for (const [path, text] of originals) writeFileSync(path, text)
  }
}

async function runTests(folder: string, suites: readonly string[]): Promise<TestRun> {
  const report = join(folder, 'mutation-report.json')
  rmSync(report, { force: true })
  const startedAt = performance.now()
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  const { stderr } = await run(
    process.execPath,
    [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...suites],
    { cwd: folder },
  )
  const seconds = (performance.now() - startedAt) / 1_000
  const { numPassedTests, testResults } = readReport(report, stderr)
  const failed = testResults.flatMap(({ name, status, assertionResults }) => {
    const titles = assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName)
    const file = name.slice(folder.length + 1)
    return titles.length > 0 || status !== 'failed' ? titles.map((title) => `${file}: ${title}`) : [file]
  })
  return { passed: numPassedTests, failed, seconds }
}

function readReport(report: string, said: string): z.infer<typeof Report> {
  try {
    return Report.parse(JSON.parse(readFileSync(report, 'utf8')))
  } catch (error) {
    throw new Error(`The tests left no report. They said: ${said.slice(-2_000)}`, { cause: error })
  }
}
