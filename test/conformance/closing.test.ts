import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RawSocket } from './support/raw-socket.ts'
import {
  openTestDatabase,
  startBackendUnderTest,
  type BackendUnderTest,
} from './support/backend-under-test.ts'
import { until } from './support/until.ts'
import type { Database } from '#backend/database.ts'
import type { RealtimeSettings } from '#backend/realtime/index.ts'

let database: Database
const open: BackendUnderTest[] = []

beforeAll(async () => {
  database = await openTestDatabase('')
})
afterAll(() => database.close())

async function backendWith(settings: Partial<RealtimeSettings>): Promise<BackendUnderTest> {
  const backend = await startBackendUnderTest(database, { settings })
  open.push(backend)
  return backend
}

afterEach(async () => {
  for (const backend of open.splice(0)) await backend.stop()
})

function closed(socket: RawSocket): Promise<void> {
  return until('the socket is closed', () => socket.client.closeCode !== null)
}

describe('how sockets and channels end', () => {
  test('a socket that says nothing is closed with 1000, joined or not; frames and pings keep it open', async () => {
    const idleCloseMs = 2_000
    const backend = await backendWith({ idleCloseMs })
    const idle = await RawSocket.open(backend)
    await idle.join('idle', {})
    const empty = await RawSocket.open(backend)
    const pinging = await RawSocket.open(backend)
    const beating = await RawSocket.open(backend)
    const alive = setInterval(() => {
      pinging.client.ping()
      void beating.heartbeat()
    }, idleCloseMs / 8)
    await Promise.all([closed(idle), closed(empty)])
    expect([idle.client.closeCode, empty.client.closeCode]).toEqual([1000, 1000])
    expect([pinging.client.isOpen, beating.client.isOpen]).toEqual([true, true])
    clearInterval(alive)
  })

  test('sockets without a channel are cut by the sweep, without a close frame', async () => {
    const backend = await backendWith({ noChannelSweepMs: 1_500 })
    const joined = await RawSocket.open(backend)
    await joined.join('x', {})
    const empty = await RawSocket.open(backend)
    await closed(empty)
    expect(empty.client.closeCode).toBe(1006)
    await joined.heartbeat()
  })

  test('a server that stops closes every socket with 1012', async () => {
    const backend = await backendWith({})
    const sockets = [await RawSocket.open(backend), await RawSocket.open(backend)]
    await sockets[0]?.join('x', {})
    await open.pop()?.stop()
    await Promise.all(sockets.map(closed))
    expect(sockets.map(({ client }) => client.closeCode)).toEqual([1012, 1012])
  })

  test('a channel ends when its token does; the socket and other channels live on', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    const expiresAtS = Math.floor(Date.now() / 1_000) + 3
    const token = await backend.sign({ role: 'authenticated', exp: expiresAtS })
    const { ref } = await socket.join('exp', {}, { access_token: token })
    const other = await socket.join('other', { broadcast: { ack: true } })
    const [joinRef, , , event, payload] = await socket.next('exp')
    expect(Date.now() / 1_000).toBeGreaterThanOrEqual(expiresAtS)
    const message = expect.stringMatching(/^Token has expired \d+ seconds ago$/) as string
    expect([joinRef, event, payload]).toEqual([
      ref,
      'system',
      { message, status: 'error', extension: 'system', channel: 'exp' },
    ])
    expect(await socket.next('exp')).toEqual([ref, ref, 'realtime:exp', 'phx_close', {}])
    socket.broadcast(other.ref, 'other', 'x', {})
    expect((await socket.next('other'))[4]).toEqual({ status: 'ok', response: {} })
    const fresh = await backend.sign({ role: 'authenticated', exp: expiresAtS + 3_600 })
    expect((await socket.join('exp', {}, { access_token: fresh })).reply).toMatchObject({ status: 'ok' })
  })

  test('a token renewed in time keeps the channel', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    const expiresAtS = Math.floor(Date.now() / 1_000) + 3
    const sign = (exp: number): Promise<string> => backend.sign({ role: 'authenticated', exp })
    const { ref } = await socket.join('renew', {}, { access_token: await sign(expiresAtS) })
    socket.send(ref, 'renew', 'access_token', { access_token: await sign(expiresAtS + 3_600) })
    await until('the first token has run out', () => Date.now() > expiresAtS * 1_000 + 100)
    await socket.heartbeat()
    expect(socket.client.unread).toEqual([])
  })

  test('a refused join answers only after its wait, and holds up what others send to that socket', async () => {
    const joinErrorBackoffMs = 300
    const backend = await backendWith({ joinErrorBackoffMs })
    const socket = await RawSocket.open(backend)
    await socket.join('ok', {})
    const startedAt = Date.now()
    socket.send(null, 'bad', 'phx_join', { config: {}, access_token: 'garbage' })
    await socket.heartbeat()
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(joinErrorBackoffMs - 5)
    expect((await socket.next('bad'))[4]).toMatchObject({ status: 'error' })
  })
})

describe('faults', () => {
  test('a cut ends every socket without a close frame and refuses new ones until it is over', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    backend.faults.setCut(true)
    await closed(socket)
    expect(socket.client.closeCode).toBe(1006)
    const refused = await RawSocket.open(backend)
    expect(refused.client.closeCode).toBe(1006)
    backend.faults.setCut(false)
    await (await RawSocket.open(backend)).heartbeat()
  })

  test('news are lost, doubled and swapped as asked, and nothing else is', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    const { ref } = await socket.join('f', { broadcast: { self: true, ack: true } })
    const say = async (n: number): Promise<void> => {
      socket.broadcast(ref, 'f', 'x', { n })
      await socket.heartbeat()
    }
    const heard = (): unknown[] =>
      socket.client.unread.flatMap((frame): (number | string)[] => {
        const [, , , event, payload] = JSON.parse(frame.kind === 'text' ? frame.text : '[]') as unknown[]
        return event === 'broadcast' ? [(payload as { payload: { n: number } }).payload.n] : ['ack']
      })
    backend.faults.dropShare = 1
    await say(1)
    backend.faults.dropShare = 0
    backend.faults.duplicateShare = 1
    await say(2)
    backend.faults.duplicateShare = 0
    backend.faults.reorderShare = 1
    await say(3)
    backend.faults.reorderShare = 0
    await say(4)
    expect(heard()).toEqual(['ack', 2, 2, 'ack', 'ack', 4, 3, 'ack'])
  })
})
