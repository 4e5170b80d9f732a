import { Worker } from 'node:worker_threads'
import type { FromEngine } from './engine/thread-protocol.ts'
import type { StartThread } from './engine-host.ts'

/**
 * The engine thread as a worker of this process.
 * @param file absolute path of the thread's script
 */
export const engineWorker =
  (file: string): StartThread =>
  (boot, hear) => {
    const worker = new Worker(file, { name: 'engine', workerData: boot })
    let diedOf: Error | null = null
    worker.on('message', (message: FromEngine) => hear.message(message))
    worker.on('error', (error: unknown) => {
      diedOf = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('exit', (code) =>
      hear.gone(diedOf ?? new Error(`The thread ended by itself, with exit code ${code}.`)),
    )
    return {
      post: (message) => worker.postMessage(message),
      kill: async () => {
        await worker.terminate()
      },
    }
  }
