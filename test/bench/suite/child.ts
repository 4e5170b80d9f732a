import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Said by a child: its result, or why there is none. */
type Answer<Result> = { kind: 'done'; result: Result } | { kind: 'failed'; message: string }

/** What a child may take before it is ended, where nothing else is said. */
const LONGEST_MS = 180_000

/** The heap a contender with a million rows in memory may have; Node's own bound is lower on small machines. */
const HEAP_MB = 12_000

/** It did not end in time: a reason to leave a contender out rather than a fault. */
export class TooSlow extends Error {}

/**
 * Gives a job to a process of its own.
 * @param module of the child, which calls `doJob`
 * @throws TooSlow
 */
export function inChild<Result>(module: URL, job: object, longestMs = LONGEST_MS): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(module), {
      execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new TooSlow(`not done within ${Math.round(longestMs / 1_000)} s`))
    }, longestMs)
    child.once('message', (answer: Answer<Result>) => {
      clearTimeout(timer)
      if (answer.kind === 'done') resolve(answer.result)
      else reject(new Error(answer.message))
    })
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`A child ended without an answer (${signal ?? code}). ${said}`))
    })
    child.send(job)
  })
}

/** In the child: does the one job it is given, and ends. */
export function doJob(work: (job: never) => Promise<unknown>): void {
  process.once('message', (job) => {
    work(job as never).then(
      (result) => leave({ kind: 'done', result }),
      (error: unknown) =>
        leave({
          kind: 'failed',
          message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
    )
  })
}

/** A contender may have left a timer or a worker behind: nobody waits for those. */
function leave(answer: Answer<unknown>): void {
  process.send?.(answer, () => process.exit(0))
}
