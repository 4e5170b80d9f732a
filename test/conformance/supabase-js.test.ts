import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SupabaseClient } from '@supabase/supabase-js'
import { readFileSync } from 'node:fs'
import {
  openTestDatabase,
  startBackendUnderTest,
  type BackendUnderTest,
} from './support/backend-under-test.ts'
import { JsClients, subscribed } from './support/js-clients.ts'
import { until } from './support/until.ts'
import type { Database } from '#backend/database.ts'

const W1 = '11111111-1111-4111-8111-111111111111'
const W2 = '22222222-2222-4222-8222-222222222222'
const IN_AN_HOUR_S = Math.floor(Date.now() / 1_000) + 3_600

interface Numbered {
  event: string
  payload: { n: number }
}

let database: Database
let backend: BackendUnderTest
const clients = new JsClients()

beforeAll(async () => {
  database = await openTestDatabase(readFileSync(new URL('support/shelf.sql', import.meta.url), 'utf8'))
})
afterAll(() => database.close())

afterEach(async () => {
  await clients.endAll()
  await backend.stop()
})

async function start(settings: Parameters<typeof startBackendUnderTest>[1] = {}): Promise<void> {
  backend = await startBackendUnderTest(database, settings)
}

const clientWith = (accessToken: (() => Promise<string>) | null): SupabaseClient =>
  clients.open(backend, accessToken ? { accessToken } : {})

function tokenFor(warehouses: string[]): Promise<string> {
  return backend.sign({ role: 'authenticated', warehouse_ids: warehouses, exp: IN_AN_HOUR_S })
}

describe('supabase-js against our server', () => {
  test('two clients talk on a public channel', async () => {
    await start()
    const heard: unknown[] = []
    const listener = clientWith(null).channel('room')
    listener.on('broadcast', { event: 'hello' }, ({ payload }) => heard.push(payload))
    await subscribed(listener)
    const speaker = clientWith(null).channel('room', { config: { broadcast: { ack: true } } })
    await subscribed(speaker)
    expect(await speaker.send({ type: 'broadcast', event: 'hello', payload: { n: 1 } })).toBe('ok')
    await until('it is heard', () => heard.length === 1)
    expect(heard).toEqual([{ n: 1 }])
    expect(await speaker.httpSend('hello', { n: 2 })).toEqual({ success: true })
    await until('the second is heard', () => heard.length === 2)
  })

  test('a private channel hears what SQL sends, in commit order, and nobody else does', async () => {
    await start({ settings: { joinErrorBackoffMs: 20 } })
    const token = await tokenFor([W1])
    const client = clientWith(() => Promise.resolve(token))
    await client.realtime.setAuth()
    const heard: unknown[] = []
    const channel = client.channel(`wh:${W1}`, { config: { private: true } })
    channel.on('broadcast', { event: '*' }, (message: Numbered) =>
      heard.push([message.event, message.payload.n]),
    )
    await subscribed(channel)
    await database.transaction(async (tx) => {
      for (const n of [1, 2, 3])
        await tx.query(`select realtime.send($1::jsonb, 'head', $2)`, [{ n }, `wh:${W1}`])
    })
    await until('all are heard', () => heard.length === 3)
    expect(heard).toEqual([1, 2, 3].map((n) => ['head', n]))
    const errors: string[] = []
    client
      .channel(`wh:${W2}`, { config: { private: true } })
      .subscribe((_, error) => error && errors.push(error.message))
    await until('the other is refused', () => errors.length > 0)
    expect(errors[0]).toContain('You do not have permissions to read from this Channel topic')
  })

  test('a renewed token keeps a private channel and moves the rows that are seen', async () => {
    await start({ settings: { tokenAppliedAfterMs: { least: 20, most: 40 } } })
    let token = await tokenFor([W1])
    const client = clientWith(() => Promise.resolve(token))
    await client.realtime.setAuth()
    const notes: unknown[] = []
    let confirmations = 0
    const channel = client
      .channel('rows')
      .on('postgres_changes', { event: 'INSERT', schema: 'public', table: 'inventory' }, (change) =>
        notes.push(change.new['note']),
      )
      .on('system', {}, ({ status }: { status: string }) => void (confirmations += status === 'ok' ? 1 : 0))
    await subscribed(channel)
    await until('changes are followed', () => confirmations === 1)
    const insert = `insert into public.inventory (warehouse_id, note) values ($1, $2)`
    await database.query(insert, [W1, 'first'])
    await until('the first is heard', () => notes.length === 1)
    token = await tokenFor([W2])
    await client.realtime.setAuth()
    await until('the new claims are in force', () => confirmations === 2)
    await database.query(insert, [W1, 'not ours any more'])
    await database.query(insert, [W2, 'second'])
    await until('the second is heard', () => notes.length === 2)
    expect(notes).toEqual(['first', 'second'])
  })

  test('presence is shared, and ends with the connection', async () => {
    await start()
    const here = clientWith(null).channel('crew', { config: { presence: { key: 'here' } } })
    const leaves: string[] = []
    here.on('presence', { event: 'leave' }, ({ key }) => leaves.push(key))
    await subscribed(here)
    const other = clientWith(null)
    const there = other.channel('crew', { config: { presence: { key: 'there' } } })
    there.on('presence', { event: 'sync' }, () => undefined)
    await subscribed(there)
    expect(await there.track({ badge: '0042' })).toBe('ok')
    await until('the other is seen', () => 'there' in here.presenceState())
    expect(here.presenceState()['there']).toMatchObject([{ badge: '0042' }])
    await other.realtime.disconnect()
    await until('its end is seen', () => leaves.includes('there'))
  })

  test('after a cut the client comes back, joins again and hears again', async () => {
    await start()
    const client = clientWith(null)
    const heard: unknown[] = []
    const channel = client.channel('room')
    channel.on('broadcast', { event: 'n' }, (message: Numbered) => heard.push(message.payload.n))
    const statuses = await subscribed(channel)
    backend.faults.setCut(true)
    await until('the loss is noticed', () => statuses.includes('CHANNEL_ERROR'))
    backend.faults.setCut(false)
    await until(
      'it is subscribed again',
      () => statuses.filter((status) => status === 'SUBSCRIBED').length === 2,
    )
    await database.query(`select realtime.send('{"n": 7}', 'n', 'room', false)`)
    await until('it hears again', () => heard.length === 1)
    expect(heard).toEqual([7])
  })

  test('a token that runs out closes the channel for good', async () => {
    await start()
    // Whole seconds: one would be next to nothing when the present one is nearly over.
    const exp = Math.floor(Date.now() / 1_000) + 3
    const token = await backend.sign({ role: 'authenticated', exp })
    const client = clientWith(() => Promise.resolve(token))
    await client.realtime.setAuth()
    const statuses = await subscribed(client.channel('short'))
    await until('the channel is closed', () => statuses.includes('CLOSED'))
    expect(client.getChannels()).toEqual([])
  })
})
