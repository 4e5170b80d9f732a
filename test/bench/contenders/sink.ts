import { MessageChannel } from 'node:worker_threads'

/** The far end of a thread's port: what is posted is cloned as for a window, and read in a later turn. */
export interface Sink {
  post(message: unknown): void
  posted(): number
  close(): void
}

export function openSink(): Sink {
  const { port1, port2 } = new MessageChannel()
  let posted = 0
  port2.on('message', () => undefined)
  port2.unref()
  return {
    post(message) {
      posted += 1
      port1.postMessage(message)
    },
    posted: () => posted,
    close: () => port1.close(),
  }
}
