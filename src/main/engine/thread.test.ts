import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ViewId } from '#shared/protocol/delta.ts'
import { removeFolder, temporaryFolder } from '#test/harness/console.ts'
import type { WindowId } from './ports.ts'
import type { EngineBoot, FromEngine, ToEngine } from './thread-protocol.ts'

const window = 1 as WindowId
let directory: string
let worker: Worker
let heard: FromEngine[]

beforeEach(() => {
  directory = temporaryFolder()
  heard = []
})
afterEach(async () => {
  await worker.terminate()
  removeFolder(directory)
})

function start(boot: Partial<EngineBoot> = {}): void {
  const workerData: EngineBoot = {
    directory,
    server: null,
    demoSignIn: null,
    feed: 'broadcast',
    appVersion: '0.0.0',
    station: null,
    nativeBinding: null,
    ...boot,
  }
  worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData })
  worker.on('message', (message: FromEngine) => heard.push(message))
}

const tell = (message: ToEngine): void => worker.postMessage(message)

async function hears<K extends FromEngine['kind']>(kind: K): Promise<Extract<FromEngine, { kind: K }>> {
  for (;;) {
    const found = heard.find((message) => message.kind === kind)
    if (found) return found as Extract<FromEngine, { kind: K }>
    await once(worker, 'message')
  }
}

const askStatus: ToEngine = {
  kind: 'ask',
  id: 1,
  window,
  channel: 'view.open',
  question: { viewId: 'status' as ViewId, view: { name: 'status', params: {} } },
}

test('a question is answered, and the thread ends when it is told to', async () => {
  start()
  tell(askStatus)
  expect(await hears('reply')).toMatchObject({ id: 1, reply: { ok: true } })
  const exit = once(worker, 'exit')
  tell({ kind: 'stop' })
  await hears('stopped')
  expect(await exit).toEqual([0])
})

test('secrets are asked for, and a session found there is used', async () => {
  start({ server: { url: 'http://127.0.0.1:9', anonKey: 'anon', embedded: true } })
  const { id, operation, key } = await hears('secret')
  expect({ operation, key }).toEqual({ operation: 'get', key: 'session:http://127.0.0.1:9' })
  tell(askStatus)
  tell({ kind: 'secret', id, value: null })
  const { message } = await hears('post')
  expect(message).toMatchObject({ change: { value: { link: { at: 'signed-out' } } } })
})

test('the main process’s own questions are answered as well', async () => {
  start()
  tell({ kind: 'ask-own', id: 3, channel: 'work.gather', question: {} })
  expect(await hears('reply')).toMatchObject({ id: 3, reply: { ok: false, error: { code: 'not-ready' } } })
})

test('a question that makes its handler throw is answered as internal, and the next one works', async () => {
  start()
  tell({ ...askStatus, id: 7, question: null })
  expect(await hears('reply')).toMatchObject({ id: 7, reply: { ok: false, error: { code: 'internal' } } })
  expect(heard.find((message) => message.kind === 'log')).toMatchObject({ event: 'engine.question-failed' })
  heard = []
  tell(askStatus)
  expect(await hears('reply')).toMatchObject({ id: 1, reply: { ok: true } })
})
