import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../electron-runtime/run.ts'
import { projectFolder } from '../launch/folders.ts'
import { readPlaywright, readVitest, type Counts, type Failure, type Report } from './reports.ts'

/** One thing that must hold. */
export interface Step {
  name: string
  /** Program and arguments, on this Node, from the project's folder. */
  command: readonly string[]
  /** For steps that run tests: where the runner leaves its report, and how to read it. */
  report?: { file: string; read: (report: unknown) => Report }
}

const reports = join(projectFolder, '.cache/test')
const tool = (path: string) => join(projectFolder, 'node_modules', path)
const tsc = tool('typescript/bin/tsc')

export const steps: readonly Step[] = [
  { name: 'format', command: [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  {
    name: 'lint',
    command: [
      tool('eslint/bin/eslint.js'),
      ...['--cache', '--cache-location', '.cache/eslint/', '--cache-strategy', 'content'],
      ...['--max-warnings', '0', '.'],
    ],
  },
  { name: 'types: main', command: [tsc, '-p', 'tsconfig.main.json'] },
  { name: 'types: renderer', command: [tsc, '-p', 'tsconfig.renderer.json'] },
  { name: 'types: tests', command: [tsc, '-p', 'tsconfig.test.json'] },
  { name: 'build', command: [join(projectFolder, 'scripts/build.ts')] },
  { name: 'runtime', command: [join(projectFolder, 'scripts/electron-runtime/prepare.ts')] },
  {
    name: 'tests',
    command: [
      tool('vitest/vitest.mjs'),
      ...[
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${join(reports, 'vitest.json')}`,
      ],
    ],
    report: { file: join(reports, 'vitest.json'), read: readVitest },
  },
  {
    name: 'end to end',
    command: [tool('@playwright/test/cli.js'), 'test'],
    report: { file: join(reports, 'playwright.json'), read: readPlaywright },
  },
]

export interface Outcome {
  ok: boolean
  counts: Counts
  failures: Failure[]
  seconds: number
}

/** Runs a step with its output on our terminal. A step whose report is missing or unreadable has failed. */
export async function take(step: Step): Promise<Outcome> {
  const startedAt = performance.now()
  await mkdir(reports, { recursive: true })
  if (step.report) await rm(step.report.file, { force: true })
  const { code } = await run(process.execPath, step.command, { cwd: projectFolder, output: 'show' })
  const seconds = (performance.now() - startedAt) / 1000
  if (!step.report) return { ok: code === 0, counts: { passed: 0, failed: 0 }, failures: [], seconds }
  const { counts, failures } = await readReport(step.report)
  return { ok: code === 0 && counts.failed === 0, counts, failures, seconds }
}

async function readReport({ file, read }: Required<Step>['report']): Promise<Report> {
  try {
    return read(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    console.error(`There is no usable report at ${file}: ${String(error)}`)
    return { counts: { passed: 0, failed: 1 }, failures: [] }
  }
}
