import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A script of this folder as a process that is spoken with. */
export interface Spoken<To, From extends { kind: string }> {
  readonly pid: number
  tell(message: To): void
  /** The next message of this kind. */
  hears<K extends From['kind']>(kind: K): Promise<Extract<From, { kind: K }>>
  /** Settles when it has ended; `message` asks it to. */
  end(message?: To): Promise<void>
}

/** @param boot given to it as JSON */
export function startSpoken<To, From extends { kind: string }>(
  script: string,
  boot: object,
): Spoken<To, From> {
  const child = fork(join(import.meta.dirname, script), [JSON.stringify(boot)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return {
    pid: child.pid ?? 0,
    tell: (message) => void child.send(message as never),
    hears: (kind) =>
      new Promise((resolve, reject) => {
        const hear = (message: From): void => {
          if (message.kind !== kind) return
          child.off('message', hear)
          child.off('exit', gone)
          resolve(message as Extract<From, { kind: typeof kind }>)
        }
        const gone = (code: number | null): void => reject(new Error(`${script} ended (code ${code}).`))
        child.on('message', hear)
        child.once('exit', gone)
      }),
    end: async (message) => {
      if (isOver(child)) return
      const ended = once(child, 'exit')
      if (message === undefined) child.disconnect()
      else child.send(message as never)
      await ended
    },
  }
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null
