import { Worker } from 'node:worker_threads'
import type { FromEngine } from './engine/thread-protocol.ts'
import type { StartThread } from './engine-host.ts'

/**
 * Room for objects that have just been made, MB. By itself V8 takes several times as much, and keeps it: a first download held 100 MB more
 * that way and was no sooner done.
 */
const YOUNG_OBJECTS_MB = 24

/**
 * The engine thread as a worker of this process.
 * @param file absolute path of the thread's script
 */
export const engineWorker =
  (file: string): StartThread =>
  (boot, hear) => {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_OBJECTS_MB }
    const worker = new Worker(file, { name: 'engine', workerData: boot, resourceLimits })
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
