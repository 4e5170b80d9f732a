import { spawn } from 'node:child_process'

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
  timedOut: boolean
}

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  timeoutMs?: number
  /** `show` lets the program write to our terminal. */
  output?: 'keep' | 'show'
}

/** Runs a program to its end. A non-zero code is an answer, not an exception; only a program that cannot be started throws. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const stream = options.output === 'show' ? 'inherit' : 'pipe'
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', stream, stream],
    })
    const kept = { stdout: '', stderr: '' }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (kept.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (kept.stderr += text))
    let timedOut = false
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            child.kill('SIGKILL')
          }, options.timeoutMs)
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, ...kept, timedOut })
    })
  })
}

/** The last few lines of what a program said: enough to see why it failed. */
export function lastLines(text: string, count = 6): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
