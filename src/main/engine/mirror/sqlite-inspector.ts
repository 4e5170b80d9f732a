import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Cancel, Clock, Log } from '../ports.ts'
import { mirrorError } from './disk-trouble.ts'
import { inspectorStopped, type Inspector } from './inspector.ts'
import type { Inspected, InspectorBoot, Inspection, Question } from './inspector-protocol.ts'

export interface OpenInspectorOptions {
  /** Of the mirror's file: see `mirrorPath`. */
  path: string
  nativeBinding: string | null
  clock: Clock
  log: Log
  /** The thread's script, when it does not lie beside this one. */
  entry?: string
}

/** A thread costs some 20 MB: one that was not asked anything for this long is ended. */
const IDLE_MS = 10_000

/** From source it is a source file, built it is a built one. */
const entryBesideUs = (): string =>
  fileURLToPath(new URL(`inspector-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))

interface Pending {
  resolve(value: never): void
  reject(error: Error): void
}

/** Inspects the file on a thread of its own, which is started when something is asked and ended when nothing is. */
export function openInspector(options: OpenInspectorOptions): Inspector {
  const { clock, entry = entryBesideUs() } = options
  const log = options.log.with({ component: 'inspector' })
  const boot: InspectorBoot = { path: options.path, nativeBinding: options.nativeBinding }
  const pending = new Map<number, Pending>()
  let lastId = 0
  let worker: Worker | null = null
  let cancelEnd: Cancel = () => undefined
  let ending: Promise<unknown> = Promise.resolve()
  let stopped = false

  function start(): Worker {
    const mine = new Worker(entry, { name: 'inspector', workerData: boot })
    mine.on('message', (answer: Inspected) => {
      if (mine === worker) hear(answer)
    })
    mine.on('error', (error: unknown) => gone(mine, error))
    mine.on('exit', (code) => gone(mine, new Error(`The inspector thread ended with exit code ${code}.`)))
    return mine
  }

  function hear(answer: Inspected): void {
    const asked = pending.get(answer.id)
    pending.delete(answer.id)
    if (pending.size === 0) cancelEnd = clock.after(IDLE_MS, end)
    if (answer.kind === 'answer') asked?.resolve(answer.value as never)
    else asked?.reject(answer.problem === null ? new Error(answer.message) : mirrorError(answer.problem))
  }

  function gone(which: Worker, error: unknown): void {
    if (which !== worker) return
    log.error('inspector.died', { error: String(error) })
    worker = null
    cancelEnd()
    rejectAll(error instanceof Error ? error : new Error(String(error)))
  }

  function rejectAll(error: Error): void {
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  function end(): void {
    cancelEnd()
    // A thread inside SQLite ends when SQLite returns.
    if (worker) ending = worker.terminate()
    worker = null
  }

  function ask<Q extends Question>(question: Q): Promise<Inspection[Q['ask']]> {
    if (stopped) return Promise.reject(inspectorStopped())
    cancelEnd()
    worker ??= start()
    const id = ++lastId
    worker.postMessage({ id, ...question })
    return new Promise((resolve, reject) => pending.set(id, { resolve, reject }))
  }

  return {
    digest: (scope) => ask({ ask: 'digest', scope }),
    checkpoint: async () => {
      await ask({ ask: 'checkpoint' })
    },
    quickCheck: () => ask({ ask: 'quick-check' }),
    async stop() {
      stopped = true
      end()
      rejectAll(inspectorStopped())
      await ending
    },
  }
}
