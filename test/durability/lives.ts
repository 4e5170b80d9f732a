import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FromConsole, Life, Report, ToConsole } from './messages.ts'

/** A console's process from the outside. */
export interface Process {
  live(life: Life): void
  networkUp(): void
  /** Settles at its n-th receipt (of the first and every tenth); rejects when it ends before. */
  receipts(least: number): Promise<void>
  reaches(link: string): Promise<void>
  report(): Promise<Report>
  /** SIGKILL; settles when nothing of it is left. */
  kill(): Promise<void>
  /** Ends it as a person ends it. */
  stop(): Promise<void>
}

const script = fileURLToPath(new URL('console.ts', import.meta.url))

/** Starts a process that has loaded everything and waits for its life. */
export function startProcess(): Process {
  const child = fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const gone = once(child, 'exit')
  const heard = listening(child, gone)
  let link = 'unknown'
  child.on('message', (message) => {
    const said = message as FromConsole
    if (said.kind === 'link') link = said.at
  })
  const tell = (message: ToConsole): void => {
    // It may be killed while this is on its way.
    if (child.connected) child.send(message, () => undefined)
  }
  const loaded = heard(({ kind }) => kind === 'loaded')
  // Whoever kills it before it has loaded does not wait for this.
  loaded.catch(() => undefined)

  return {
    live(life) {
      loaded.then(() => tell({ kind: 'live', life })).catch(() => undefined)
    },
    networkUp: () => tell({ kind: 'network-up' }),
    async receipts(least) {
      await heard((said) => said.kind === 'receipts' && said.count >= least)
    },
    async reaches(at) {
      if (link !== at) await heard((said) => said.kind === 'link' && said.at === at)
    },
    async report() {
      await loaded
      const answer = heard((said) => said.kind === 'report')
      tell({ kind: 'report' })
      const said = await answer
      if (said.kind !== 'report') throw new Error('The console did not report.')
      return said.report
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      tell({ kind: 'stop' })
      await gone
    },
  }
}

/** Waits for what a process says; rejects when it ends first. */
function listening(child: ChildProcess, gone: Promise<unknown>) {
  return (is: (said: FromConsole) => boolean): Promise<FromConsole> =>
    new Promise((resolve, reject) => {
      const hear = (message: unknown): void => {
        const said = message as FromConsole
        if (!is(said)) return
        child.off('message', hear)
        resolve(said)
      }
      child.on('message', hear)
      void gone.then(() => reject(new Error('The console’s process ended.')))
    })
}
