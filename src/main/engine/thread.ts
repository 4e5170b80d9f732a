import { parentPort, workerData } from 'node:worker_threads'
import { unreachable } from '#shared/lib/must.ts'
import { failed } from '#shared/protocol/reply.ts'
import type { Reply } from '#shared/protocol/reply.ts'
import { composeEngine } from './compose.ts'
import type { Engine } from './engine.ts'
import { realClock } from './platform/real-clock.ts'
import type { Log, Secrets } from './ports.ts'
import type { EngineBoot, FromEngine, ToEngine } from './thread-protocol.ts'

/*
 * The engine thread's door: messages in, messages out. What goes wrong inside one message is logged and answered, and does
 * not end the thread; what goes wrong outside all of them ends it, and the main thread starts a new one on the same files.
 */

const port = parentPort
if (port === null) throw new Error('The engine thread must be started as a worker.')

const say = (message: FromEngine): void => port.postMessage(message)

function threadLog(fixed: Record<string, unknown>): Log {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, facts: Record<string, unknown> = {}): void =>
      say({ kind: 'log', level, event, facts: { ...fixed, ...facts } })
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: (facts) => threadLog({ ...fixed, ...facts }),
  }
}

const log = threadLog({})
const asked = new Map<number, { resolve: (value: string | null) => void; reject: (error: Error) => void }>()
let lastId = 0

function askSecret(operation: 'get' | 'set' | 'delete', key: string, value?: string): Promise<string | null> {
  const id = ++lastId
  return new Promise((resolve, reject) => {
    asked.set(id, { resolve, reject })
    say({ kind: 'secret', id, operation, key, ...(value === undefined ? {} : { value }) })
  })
}

const secrets: Secrets = {
  get: (key) => askSecret('get', key),
  set: async (key, value) => {
    await askSecret('set', key, value)
  },
  delete: async (key) => {
    await askSecret('delete', key)
  },
}

const engine = composeEngine(
  {
    clock: realClock,
    random: Math.random,
    log,
    secrets,
    post: (window, channel, message) =>
      say({ kind: 'post', window, channel, message } as Extract<FromEngine, { kind: 'post' }>),
    news: (news) => say({ kind: 'news', news }),
    serverConfigured: (server) => say({ kind: 'server-configured', server }),
    inspectorThread: true,
  },
  workerData as EngineBoot,
)

port.on('message', (message: ToEngine) => {
  handle(engine, message).catch((error: unknown) => {
    log.error('engine.message-failed', { kind: message.kind, ...described(error) })
  })
})

async function handle(engine: Engine, message: ToEngine): Promise<void> {
  switch (message.kind) {
    case 'ask': {
      const { window, channel, question } = message
      // It was checked at the guard of the main thread against the contract.
      return answer(message, () => engine.ask(window, channel, question as Parameters<Engine['ask']>[2]))
    }
    case 'ask-own':
      return answer(message, () => engine.askOwn(message.channel, message.question))
    case 'forget':
      return engine.forget(message.window)
    case 'signal':
      return engine.signal(message.signal)
    case 'secret': {
      const waiting = asked.get(message.id)
      asked.delete(message.id)
      return message.failed
        ? waiting?.reject(new Error('The secret was not kept.'))
        : waiting?.resolve(message.value)
    }
    case 'stop':
      return stop(engine)
    default:
      return unreachable(message)
  }
}

async function answer(
  { id, channel }: { id: number; channel: string },
  ask: () => Promise<Reply<unknown>>,
): Promise<void> {
  try {
    say({ kind: 'reply', id, reply: await ask() })
  } catch (error) {
    log.error('engine.question-failed', { channel, ...described(error) })
    say({ kind: 'reply', id, reply: failed('internal', String(error)) })
  }
}

async function stop(engine: Engine): Promise<void> {
  try {
    await engine.stop()
  } finally {
    say({ kind: 'stopped' })
    port?.close()
  }
}

process.on('unhandledRejection', (error) => log.error('engine.unhandled-rejection', described(error)))

function described(error: unknown): Record<string, unknown> {
  return error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) }
}
