import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A program we started, with everything it starts in turn. */
export interface Child {
  readonly pid: number
  /** Settles when it has ended, by itself or by `stop`. Never rejects once started. */
  readonly ended: Promise<Ended>
  /** Asks it to end, in its own order, and ends its whole group after `graceMs`. */
  stop(graceMs?: number): Promise<Ended>
}

export interface ChildOptions {
  env: NodeJS.ProcessEnv
  cwd?: string
  /** Keeps the program's standard input open until we end: it can tell by that. */
  holdsStdin?: boolean
  /** Called with each line; null lets the lines through to our own terminal. */
  onStdout: ((line: string) => void) | null
  onStderr: ((line: string) => void) | null
}

const ownGroup = process.platform !== 'win32'
const GRACE_MS = 8_000

/**
 * Starts a program in a process group of its own: Ctrl-C reaches only us, so that we end things in their order, and none of its
 * children outlives it.
 */
export async function startChild(
  program: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<Child> {
  const child = spawn(program, args, {
    env: options.env,
    cwd: options.cwd,
    detached: ownGroup,
    stdio: [
      options.holdsStdin ? 'pipe' : 'ignore',
      options.onStdout ? 'pipe' : 'inherit',
      options.onStderr ? 'pipe' : 'inherit',
    ],
  })
  eachLine(child.stdout, options.onStdout)
  eachLine(child.stderr, options.onStderr)
  const ended = new Promise<Ended>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  const pid = child.pid as number
  const killGroup = () => kill(ownGroup ? -pid : pid, 'SIGKILL')
  process.once('exit', killGroup)

  const stop = async (graceMs = GRACE_MS) => {
    kill(pid, 'SIGTERM')
    const timer = setTimeout(killGroup, graceMs)
    const how = await ended
    clearTimeout(timer)
    // What the program itself left behind.
    killGroup()
    process.off('exit', killGroup)
    return how
  }
  return { pid, ended, stop }
}

function eachLine(stream: Readable | null, hear: ((line: string) => void) | null): void {
  if (stream !== null && hear !== null) createInterface({ input: stream }).on('line', hear)
}

/** @param target a process, or a group when negative */
function kill(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    // ESRCH: nobody is left, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
