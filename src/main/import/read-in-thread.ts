import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ImportCheck } from '#shared/protocol/import.ts'
import type { PlanPart } from './plan.ts'
import type { FromImportThread, ImportThreadBoot, ProblemFacts } from './thread-protocol.ts'

/** A file that was read and can be sent. Its rows stay on the thread that read it until `close`. */
export interface ReadImport {
  readonly check: ImportCheck
  readonly hash: string
  rows(part: PlanPart, from: number, to: number): Promise<unknown[]>
  close(): void
}

export type ImportReading = { kind: 'read'; read: ReadImport } | { kind: 'problem'; problem: ProblemFacts }

export type ReadingProgress = (at: { readBytes: number; totalBytes: number; lines: number }) => void

export interface RunningRead {
  result: Promise<ImportReading>
  /** Ends it; what it read is thrown away, and `result` rejects. */
  cancel(): void
}

/** From source it is a source file, built it is a built one. */
const entry = (): string =>
  fileURLToPath(new URL(`import-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))

/** Reads a file on a thread of its own. */
export function readInThread(boot: ImportThreadBoot, progress: ReadingProgress): RunningRead {
  const worker = new Worker(entry(), { name: 'import', workerData: boot })
  const wanted = new Map<number, { resolve(rows: unknown[]): void; reject(error: Error): void }>()
  let lastId = 0
  let gone: Error | null = null
  const close = (): void => void worker.terminate()

  function rows(part: PlanPart, from: number, to: number): Promise<unknown[]> {
    if (gone) return Promise.reject(gone)
    const id = ++lastId
    return new Promise((resolve, reject) => {
      wanted.set(id, { resolve, reject })
      worker.postMessage({ id, part, from, to })
    })
  }

  const result = new Promise<ImportReading>((resolve, reject) => {
    const end = (error: Error): void => {
      gone ??= error
      reject(gone)
      for (const waiting of wanted.values()) waiting.reject(gone)
      wanted.clear()
    }
    worker.on('error', (error: unknown) => end(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', (code) => end(new Error(`The import thread ended with exit code ${code}.`)))
    worker.on('message', (message: FromImportThread) => {
      switch (message.kind) {
        case 'progress':
          return progress(message)
        case 'problem':
          resolve({ kind: 'problem', problem: message.problem })
          return close()
        case 'read':
          return resolve({ kind: 'read', read: { check: message.check, hash: message.hash, rows, close } })
        case 'rows': {
          const waiting = wanted.get(message.id)
          wanted.delete(message.id)
          return waiting?.resolve(message.rows)
        }
      }
    })
  })
  return { result, cancel: close }
}
