import { PlainError } from '../electron-runtime/index.ts'
import type { Stopper } from './console.ts'

export interface Session {
  say: (sentence: string) => void
  onStop: (stop: Stopper) => void
}

/**
 * Runs a launcher from start to end: whatever it started is stopped in reverse order, however it ends. Sets the exit code to what
 * `work` answers, or to 1 with a plain sentence when it fails.
 */
export async function runSession(work: (session: Session) => Promise<number>): Promise<void> {
  const stops: Stopper[] = []
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(0))
    onParentGone(() => resolve(0))
  })
  const say = (sentence: string) => console.log(sentence)
  try {
    process.exitCode = await Promise.race([work({ say, onStop: (stop) => stops.push(stop) }), interrupted])
  } catch (error) {
    console.error(error instanceof PlainError ? error.message : error)
    process.exitCode = 1
  }
  for (const stop of stops.reverse()) await stop()
  process.exit()
}

const WATCH_MS = 500

/**
 * A signal to npm alone ends npm and the shell between us, and never comes here: that they are gone is how we learn of it. A script
 * started without npm may outlive its terminal on purpose.
 */
function onParentGone(tell: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    tell()
  }, WATCH_MS)
  timer.unref()
}
