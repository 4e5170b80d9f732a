import { createClient } from '@supabase/supabase-js'
import { WebSocket } from 'ws'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { RawSocket } from '#test/conformance/support/raw-socket.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { RecordedClient } from '#test/conformance/support/recorded-client.ts'
import { startBackend } from './compose.ts'
import { FaultState, faultKnobs } from './faults.ts'
import type { Backend } from './backend.ts'

let backend: Backend
let supabase: ReturnType<typeof connect>

const door = (turns: unknown, key = backend.serviceRoleKey): Promise<Response> =>
  fetch(`${backend.url}/__faults`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json' },
    body: JSON.stringify(turns),
  })

const connect = () =>
  createClient(backend.url, backend.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    db: { retry: false },
  })

const ask = () => supabase.from('warehouses').select('id')

beforeAll(async () => {
  backend = await startBackend({
    port: 0,
    seed: 'empty',
    faults: true,
    realtime: { connectErrorBackoffMs: 10, joinErrorBackoffMs: 10 },
  })
  supabase = connect()
})
afterEach(() => backend.faults.calm())
afterAll(() => backend.stop())

describe('faults over HTTP', () => {
  it('cut: nothing answers, and calls under way end without an answer', async () => {
    backend.faults.delay(30_000)
    const underWay = fetch(`${backend.url}/auth/v1/health`, { headers: { apikey: backend.anonKey } })
    underWay.catch(() => undefined)
    await door({ cut: true })
    await expect(underWay).rejects.toThrow('fetch failed')
    backend.faults.delay(0)
    expect(await ask()).toMatchObject({ status: 0, data: null })
    expect((await door({ cut: false })).status).toBe(200)
    expect((await ask()).status).not.toBe(0)
  })

  it('refuse: every call gets the status, as a page of a proxy would give it', async () => {
    backend.faults.refuse(503)
    const response = await fetch(`${backend.url}/auth/v1/health`, { headers: { apikey: backend.anonKey } })
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'text/html'])
    expect((await ask()).status).toBe(503)
    backend.faults.refuse(null)
    expect((await ask()).status).not.toBe(503)
  })

  it('refuseUpgrade: only websockets are refused', async () => {
    const upgraded = (handshakeTimeout = PATIENCE_MS): Promise<string> =>
      new Promise((resolve) => {
        const address = `${backend.url}/realtime/v1/websocket?vsn=2.0.0&apikey=${backend.anonKey}`
        const socket = new WebSocket(address, { handshakeTimeout })
        socket.on('error', ({ message }) => resolve(message))
        socket.on('open', () => {
          socket.terminate()
          resolve('open')
        })
      })
    await door({ refuseUpgrade: 407 })
    expect(await upgraded()).toBe('Unexpected server response: 407')
    await door({ refuseUpgrade: { status: 429, error: 'Too many connected users' } })
    expect(await upgraded()).toBe('Unexpected server response: 429')
    await door({ refuseUpgrade: 'hang' })
    expect(await upgraded(100)).toBe('Opening handshake has timed out')
    expect((await ask()).status).not.toBe(0)
    await door({ refuseUpgrade: null })
    expect(await upgraded()).toBe('open')
  })

  it('delay: answers come later', async () => {
    backend.faults.delay(120)
    const before = performance.now()
    await ask()
    expect(performance.now() - before).toBeGreaterThan(115)
  })

  it('are turned at a door that wants the service-role key and sound values', async () => {
    expect((await door({ delay: 1 }, backend.anonKey)).status).toBe(401)
    expect((await door({ drop: 7 })).status).toBe(400)
    expect((await door({ unknown: true })).status).toBe(400)
    expect((await door({ refuseUpgrade: 200 })).status).toBe(400)
    expect((await door({ refuseUpgrade: { status: 200, error: '' } })).status).toBe(400)
    expect((await door({ hangUp: 12 })).status).toBe(400)
    expect(await (await door({ delay: 0, drop: 0.5 })).json()).toEqual({ turned: ['delay', 'drop'] })
  })

  it('have no door and no knobs unless asked for', async () => {
    const plain = await startBackend({ port: 0, seed: 'empty' })
    const response = await fetch(`${plain.url}/__faults`, {
      method: 'POST',
      headers: { apikey: plain.serviceRoleKey },
      body: '{"cut":true}',
    })
    expect(response.status).toBe(404)
    expect(() => plain.faults.cut(true)).toThrow('without `faults: true`')
    await plain.stop()
  })
})

describe('faults of websockets', () => {
  async function joined(name: string): Promise<RawSocket> {
    const address = `${backend.url}/realtime/v1/websocket?vsn=2.0.0&apikey=${backend.anonKey}`
    const client = new RecordedClient(address)
    await client.opened()
    const socket = new RawSocket(client)
    expect((await socket.join(name)).reply).toMatchObject({ status: 'ok' })
    return socket
  }
  const closeCode = ({ client }: RawSocket): Promise<number | null> =>
    vi.waitFor(() => {
      expect(client.closeCode).not.toBeNull()
      return client.closeCode
    }, PATIENCE_MS)

  it.each([1012, 1001, 1006])('hangUp: every socket closes with %i, and new ones are taken', async (code) => {
    const sockets = [await joined('a'), await joined('b')]
    await door({ hangUp: code })
    expect(await Promise.all(sockets.map(closeCode))).toEqual([code, code])
    const next = await joined('a')
    next.client.terminate()
  })

  it('drain: every channel is told, then the sockets close with 1012', async () => {
    const socket = await joined('a')
    await door({ drain: true })
    const payload = { message: 'Server requested disconnect', status: 'ok', extension: 'system' }
    expect(await socket.next('a')).toEqual([null, null, 'realtime:a', 'system', payload])
    expect(await closeCode(socket)).toBe(1012)
  })

  it('expel: channels end with a reason, sockets stay', async () => {
    const socket = await joined('a')
    await door({ expel: 'Too many messages per second' })
    expect(await socket.next('a')).toMatchObject([
      /* join ref */ '1',
      null,
      'realtime:a',
      'system',
      { status: 'error' },
    ])
    expect((await socket.next('a'))[3]).toBe('phx_close')
    await socket.heartbeat()
    socket.client.terminate()
  })

  it('refuseJoins: with a reason, or without an answer; other frames are answered', async () => {
    const socket = await joined('a')
    await door({ refuseJoins: 'RealtimeRestarting: soon back' })
    const refused = { status: 'error', response: { reason: 'RealtimeRestarting: soon back' } }
    expect((await socket.join('b')).reply).toEqual(refused)
    await door({ refuseJoins: 'hang' })
    socket.send(null, 'c', 'phx_join', { config: {} })
    await socket.heartbeat()
    expect(socket.client.unread).toEqual([])
    await door({ refuseJoins: null })
    expect((await socket.join('c')).reply).toMatchObject({ status: 'ok' })
    socket.client.terminate()
  })

  it('freeze: nothing passes in either direction, the socket stays open, HTTP answers', async () => {
    const socket = await joined('a')
    await door({ freeze: true })
    socket.send(null, 'b', 'phx_join', { config: {} })
    expect((await ask()).status).not.toBe(0)
    await door({ freeze: false })
    await socket.heartbeat()
    expect(socket.client.unread).toEqual([])
    expect(socket.client.isOpen).toBe(true)
    socket.client.terminate()
  })
})

describe('the knobs', () => {
  it('calm: everything is as before the first turn, and a cut is over for those who were told of it', async () => {
    const state = new FaultState()
    const untouched = JSON.stringify(state)
    const knobs = faultKnobs(state)
    const heard: boolean[] = []
    state.onCut((on) => heard.push(on))
    knobs.cut(true)
    knobs.delay(1)
    knobs.drop(1)
    knobs.duplicate(1)
    knobs.reorder(1)
    knobs.tokenLifetime(1)
    knobs.refuse(503)
    knobs.refuseUpgrade('hang')
    knobs.refuseJoins('hang')
    knobs.freeze(true)
    expect(JSON.stringify(state)).not.toBe(untouched)
    knobs.calm()
    expect(JSON.stringify(state)).toBe(untouched)
    expect(heard).toEqual([true, false])
  })

  it('tell about a cut once for each turn, and refuse values out of range', () => {
    const state = new FaultState()
    const knobs = faultKnobs(state)
    const heard: boolean[] = []
    const stop = state.onCut((on) => heard.push(on))
    knobs.cut(true)
    knobs.cut(true)
    knobs.cut(false)
    stop()
    knobs.cut(true)
    expect(heard).toEqual([true, false])
    expect(() => knobs.drop(1.5)).toThrow(RangeError)
    expect(() => knobs.tokenLifetime(0)).toThrow(RangeError)
    expect(() => knobs.refuse(200)).toThrow(RangeError)
    expect(() => knobs.refuseUpgrade(101)).toThrow(RangeError)
    expect(() => knobs.hangUp(99)).toThrow(RangeError)
  })
})
