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

const SCHEMA = `
  create table public.things (id int primary key, n int, note text, empty text);
  create policy all_read on realtime.messages for select to authenticated using (true);
  alter publication supabase_realtime add table public.things;`

let database: Database
const open: BackendUnderTest[] = []

beforeAll(async () => {
  database = await openTestDatabase(SCHEMA)
})
afterAll(() => database.close())

async function backendWith(settings: Partial<RealtimeSettings>): Promise<BackendUnderTest> {
  const backend = await startBackendUnderTest(database, { settings })
  open.push(backend)
  return backend
}

afterEach(async () => {
  for (const backend of open.splice(0)) await backend.stop()
  await database.script('truncate public.things, realtime.messages')
})

describe('sizes', () => {
  test('a broadcast above the payload limit is refused with an ack and dropped without, and the socket lives on', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    const acked = await socket.join('big', { broadcast: { ack: true, self: true } })
    for (const size of [1_000_000, 2_900_000]) {
      socket.broadcast(acked.ref, 'big', 'x', { b: 'x'.repeat(size) })
      expect((await socket.next('big'))[3]).toBe('broadcast')
      expect((await socket.next('big'))[4]).toEqual({ status: 'ok', response: {} })
    }
    for (const size of [3_100_000, 4_990_000 - 200]) {
      socket.broadcast(acked.ref, 'big', 'x', { b: 'x'.repeat(size) })
      expect((await socket.next('big'))[4]).toEqual({ status: 'error', response: 'payload_size_exceeded' })
    }
    const silent = await socket.join('big2', { broadcast: { self: true } })
    socket.broadcast(silent.ref, 'big2', 'x', { b: 'x'.repeat(3_100_000) })
    await socket.heartbeat()
    expect(socket.client.unread).toEqual([])
  })

  test('a frame above five million bytes closes the socket with 1009', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    const { ref } = await socket.join('big', {})
    socket.broadcast(ref, 'big', 'x', { b: 'x'.repeat(5_100_000) })
    await until('the socket is closed', () => socket.client.closeCode !== null)
    expect(socket.client.closeCode).toBe(1009)
  })

  test('names too long for a binary frame travel as text', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    const name = 't'.repeat(400)
    await socket.join(name, {})
    await backend.database.query(`select realtime.send('{"a": 1}', $1, $2, false)`, ['e'.repeat(300), name])
    const [, , , event, payload] = await socket.next(name)
    expect(event).toBe('broadcast')
    expect(payload).toMatchObject({ event: 'e'.repeat(300), payload: { a: 1 }, type: 'broadcast' })
  })

  test('a row above 1 MB is sent with its short values and error 413', async () => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend, backend.serviceRoleKey)
    await socket.join('rows', { postgres_changes: [{ event: '*', schema: 'public', table: 'things' }] })
    await socket.next('rows')
    const insert = `insert into public.things values (1, 5, repeat('x', $1))`
    await backend.database.query(insert, [921_600])
    expect((await socket.next('rows'))[4]).toMatchObject({ data: { errors: null, record: { empty: null } } })
    await backend.database.query(`update public.things set note = repeat('y', 1228800)`)
    const tooLarge = (await socket.next('rows'))[4] as { data: Record<string, unknown> }
    expect(tooLarge.data['errors']).toEqual(['Error 413: Payload Too Large'])
    expect(tooLarge.data['record']).toEqual({ id: 1, n: 5 })
    await backend.database.query('update public.things set n = 6')
    const untouched = (await socket.next('rows'))[4] as { data: Record<string, unknown> }
    expect(untouched.data['errors']).toBeNull()
    // The long value did not change, so the log does not repeat it: the key is absent, not null.
    expect(untouched.data['record']).toEqual({ id: 1, n: 6, empty: null })
  })

  test('a message of SQL above the payload limit is not sent, but a replay brings it', async () => {
    const backend = await backendWith({})
    const token = await backend.sign({ role: 'authenticated', exp: 4_102_444_800 })
    const live = await RawSocket.open(backend)
    await live.join('wh', { private: true }, { access_token: token })
    for (const [bytes, event] of [
      [1_200_000, 'big'],
      [3_500_000, 'bigger'],
      [3, 'small'],
    ] as const) {
      const send = `select realtime.send(jsonb_build_object('b', repeat('x', $1)), $2, 'wh')`
      await backend.database.query(send, [bytes, event])
    }
    const events = [await live.nextOf('wh'), await live.nextOf('wh')].map((heard) =>
      heard.kind === 'binary' ? (JSON.parse(heard.fields) as string[])[1] : null,
    )
    expect(events).toEqual(['big', 'small'])
    const late = await RawSocket.open(backend)
    const replay = { since: Date.now() - 60_000, limit: 2 }
    const { ref } = await late.join('wh', { private: true, broadcast: { replay } }, { access_token: token })
    const replayed = [await late.next('wh'), await late.next('wh')]
    expect(replayed.map(([joinRef, frameRef, , event]) => [joinRef, frameRef, event])).toEqual([
      [ref, null, 'broadcast'],
      [ref, null, 'broadcast'],
    ])
    expect(replayed.map((frame) => (frame[4] as { event: string }).event)).toEqual(['bigger', 'small'])
    expect(replayed[1]?.[4]).toMatchObject({ meta: { replayed: true }, type: 'broadcast' })
  })
})

describe('limits', () => {
  test('the 101st channel of a socket is refused, and one fits again after a leave', async () => {
    const backend = await backendWith({ joinErrorBackoffMs: 20 })
    const socket = await RawSocket.open(backend)
    const refs: string[] = []
    for (let i = 1; i <= 100; i += 1) refs.push((await socket.join(`c${i}`, {})).ref)
    const refused = await socket.join('c101', {})
    expect(refused.reply).toEqual({
      status: 'error',
      response: { reason: 'ChannelRateLimitReached: Too many channels' },
    })
    socket.send(refs[0] as string, 'c1', 'phx_leave', {})
    await socket.next('c1')
    expect((await socket.join('c102', {})).reply).toMatchObject({ status: 'ok' })
  })

  test('too many broadcasts close the channel of the receiver, and HTTP answers 429', async () => {
    // An average over three seconds: it is still above the limit when HTTP asks.
    const backend = await backendWith({ maxEventsPerSecond: 20, rateStepMs: 250 })
    const sender = await RawSocket.open(backend)
    const receiver = await RawSocket.open(backend)
    const { ref } = await sender.join('rl', {})
    const joined = await receiver.join('rl', {})
    const heard: unknown[] = []
    while (heard.at(-1) !== 'system') {
      sender.broadcast(ref, 'rl', 'x', {})
      heard.push((await receiver.next('rl'))[3])
    }
    expect(heard.slice(0, -1).every((event) => event === 'broadcast')).toBe(true)
    expect(await receiver.next('rl')).toEqual([joined.ref, joined.ref, 'realtime:rl', 'phx_close', {}])
    const answer = await fetch(`${backend.httpUrl}/realtime/v1/api/broadcast`, {
      method: 'POST',
      headers: { apikey: backend.anonKey, 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ topic: 'rl', event: 'x', payload: {} }] }),
    })
    expect([answer.status, await answer.json()]).toEqual([
      429,
      { message: 'You have exceeded your rate limit' },
    ])
    await sender.heartbeat()
    expect(sender.client.unread).toEqual([])
  })

  test('row changes above the limit are dropped without a word', async () => {
    const backend = await backendWith({ maxEventsPerSecond: 20, rateStepMs: 40 })
    const socket = await RawSocket.open(backend)
    await socket.join('rows', { postgres_changes: [{ event: '*', schema: 'public', table: 'things' }] })
    await socket.next('rows')
    await backend.database.script('insert into public.things select i, i from generate_series(1, 400) i')
    // How much of the burst passes depends on where in a step it falls.
    await until('the burst is being delivered', () => socket.client.unread.length > 0)
    await until('the next changes are dropped', async () => {
      const before = socket.client.unread.length
      await backend.database.script('update public.things set n = n + 1 where id < 5')
      await socket.heartbeat()
      return socket.client.unread.length === before && backend.logged.some((line) => line.includes('dropped'))
    })
  })

  test('101 messages in one call are too many, and 3.2 MB in one message', async () => {
    const backend = await backendWith({})
    const post = async (messages: unknown[]): Promise<[number, unknown]> => {
      const answer = await fetch(`${backend.httpUrl}/realtime/v1/api/broadcast`, {
        method: 'POST',
        headers: { apikey: backend.anonKey, 'content-type': 'application/json' },
        body: JSON.stringify({ messages }),
      })
      return [answer.status, await answer.json()]
    }
    const message = { topic: 'room', event: 'e', payload: {} }
    expect(await post(Array.from({ length: 101 }, () => message))).toEqual([
      429,
      { message: 'Too many messages to broadcast, please reduce the batch size' },
    ])
    expect(await post([{ ...message, payload: { b: 'x'.repeat(3_200_000) } }])).toEqual([
      422,
      { errors: { messages: [{ payload: ['Payload size exceeds tenant limit'] }] } },
    ])
  })

  test.each([200, 1_000])('%i changes of one transaction arrive in order', async (changes) => {
    const backend = await backendWith({})
    const socket = await RawSocket.open(backend)
    await socket.join('rows', { postgres_changes: [{ event: 'INSERT', schema: 'public', table: 'things' }] })
    await socket.next('rows')
    await backend.database.script(
      `insert into public.things select i, i from generate_series(1, ${changes}) i`,
    )
    for (let id = 1; id <= changes; id += 1) {
      expect((await socket.next('rows'))[4]).toMatchObject({ data: { record: { id } } })
    }
  })

  test('old messages are deleted, and what was caught leaves nothing behind', async () => {
    const backend = await backendWith({ janitorMs: 30, messageRetentionMs: 0 })
    const socket = await RawSocket.open(backend)
    await socket.join('rows', { postgres_changes: [{ event: '*', schema: 'public', table: 'things' }] })
    await socket.next('rows')
    await database.query(`select realtime.send('{}', 'e', 'nobody', false)`)
    await database.query('insert into public.things values (900, 1)')
    await socket.next('rows')
    socket.client.close()
    const count = async (sql: string): Promise<number> => (await database.query(sql)).length
    await until('the messages are gone', async () => (await count('select from realtime.messages')) === 0)
    await until('the trigger is gone', async () => {
      return (await count(`select from pg_trigger where tgname = 'realtime_capture'`)) === 0
    })
    expect(backend.logged).toEqual([])
  })
})
