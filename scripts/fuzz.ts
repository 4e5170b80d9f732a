import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RunOptions } from '../test/fuzz/run.ts'
import type { Done } from '../test/fuzz/worker.ts'
import { readOptions, USAGE } from './fuzz/options.ts'
import type { FuzzOptions, ServerChoice } from './fuzz/options.ts'
import { Tally } from './fuzz/tally.ts'

/*
 * npm run test:fuzz: whole sites with random faults, checked at every step and compared at rest; see test/fuzz/README.md. A run
 * that goes wrong prints its steps and the command that plays it again.
 */

const POSTGRES_EVERY = 10
const WORK_EVERY = 10
const REPORT_EVERY_MS = 30_000
/** Thousands of small databases come and go: in memory where the system has a folder for that. */
const MEMORY_FOLDER = '/dev/shm'

function main(): void {
  let options: FuzzOptions
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    process.exitCode = 2
    return
  }
  void fuzz(options)
}

async function fuzz(options: FuzzOptions): Promise<void> {
  const startedAt = performance.now()
  const seconds = (): number => (performance.now() - startedAt) / 1_000
  const tally = new Tally()
  const waiting = plan(options)
  const planned = waiting.length
  const reporting = setInterval(
    () => console.log(`${tally.runs} of ${planned} after ${seconds().toFixed(0)} s`),
    REPORT_EVERY_MS,
  )
  const workers = Math.min(options.workers, planned)
  await Promise.all(
    Array.from({ length: workers }, () =>
      runWorker(waiting, (done) => {
        tally.add(done)
        if (done.report.problems.length > 0 || options.run !== null) tell(done)
      }),
    ),
  )
  clearInterval(reporting)
  for (const line of tally.details()) console.log(line)
  console.log(tally.summary(seconds()))
  if (tally.runs < planned) console.log(`${planned - tally.runs} runs were not finished: a worker ended.`)
  process.exitCode = tally.failed.length > 0 || tally.runs < planned ? 1 : 0
}

function plan({ runs, seed, run, server }: FuzzOptions): RunOptions[] {
  const numbers = run === null ? Array.from({ length: runs }, (_, i) => i) : [run]
  return numbers.flatMap((number): RunOptions[] => {
    if (server === 'both') return [option(seed, number, 'memory'), option(seed, number, 'postgres')]
    return [option(seed, number, server === 'mixed' ? mixedChoice(number) : server)]
  })
}

function mixedChoice(run: number): Exclude<ServerChoice, 'both' | 'mixed'> {
  if (run % POSTGRES_EVERY === POSTGRES_EVERY - 1) return 'postgres'
  return run % WORK_EVERY === 4 ? 'work' : 'memory'
}

const option = (seed: number, run: number, server: RunOptions['server'] | 'work'): RunOptions =>
  server === 'work' ? { seed, run, server: 'postgres', work: true } : { seed, run, server }

/** Keeps one process at work until nothing waits; ends early only when the process does. */
function runWorker(waiting: RunOptions[], finished: (done: Done) => void): Promise<void> {
  return new Promise((resolve) => {
    const script = fileURLToPath(new URL('../test/fuzz/worker.ts', import.meta.url))
    const worker = fork(script, {
      env: { ...process.env, ...(existsSync(MEMORY_FOLDER) && { TMPDIR: MEMORY_FOLDER }) },
    })
    const next = (): void => {
      const options = waiting.shift()
      if (options) worker.send(options)
      else worker.disconnect()
    }
    worker.on('message', (message) => {
      finished(message as Done)
      next()
    })
    worker.on('exit', () => resolve())
    next()
  })
}

function tell({ options, report }: Done): void {
  const { seed, run } = options
  const server = options.work ? 'work' : options.server
  console.log(`\nrun ${run} of seed ${seed} on ${server}:`)
  for (const line of report.log) console.log(line)
  for (const { kind, words } of report.problems) console.log(`  ${kind}: ${words}`)
  console.log(`  again: npm run test:fuzz -- --seed ${seed} --run ${run} --server ${server}\n`)
}

main()
