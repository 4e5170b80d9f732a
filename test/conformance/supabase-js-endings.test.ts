import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { WebSocket } from 'ws'
import {
  openTestDatabase,
  startBackendUnderTest,
  type BackendUnderTest,
} from './support/backend-under-test.ts'
import { JsClients, subscribed } from './support/js-clients.ts'
import { changesDelivered, until } from './support/until.ts'
import type { Database } from '#backend/database.ts'

/*
 * What the client library makes of a server that refuses, closes and falls silent. The numbers in the titles are those of the
 * recordings in which it did the same with the real server.
 */

const W1 = '11111111-1111-4111-8111-111111111111'

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

describe('supabase-js against our server', () => {
  test('15b: a key that ran out is one CHANNEL_ERROR; the tries after it are not told', async () => {
    await start({ settings: { connectErrorBackoffMs: 10 } })
    const key = await backend.sign({ role: 'anon', exp: 1_700_000_000 })
    const told: string[] = []
    let tries = 0
    class CountedSocket extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args)
        tries += 1
      }
    }
    clients
      .open(backend, { key, transport: CountedSocket })
      .channel('room')
      .subscribe((status, error) => told.push(`${status} ${error?.message ?? ''}`))
    await until('it has tried again and again', () => tries >= 4)
    expect(told).toEqual(['CHANNEL_ERROR channel error: transport failure'])
  })

  test('16b: a token that ran out is refused at the join, by its reason, and the client joins again by itself', async () => {
    await start({ settings: { joinErrorBackoffMs: 10 } })
    const token = await backend.sign({ role: 'authenticated', exp: Math.floor(Date.now() / 1_000) - 10 })
    const client = clients.open(backend, { accessToken: () => Promise.resolve(token) })
    await client.realtime.setAuth()
    const reasons: string[] = []
    client.channel('room').subscribe((status, error) => reasons.push(`${status} ${error?.message ?? ''}`))
    await until('it was refused twice', () => reasons.length === 2)
    for (const reason of reasons) {
      expect(reason).toMatch(/^CHANNEL_ERROR InvalidJWTToken: Token has expired \d+ seconds ago$/)
    }
  })

  test('18b: a token that the client renews in time is pushed at a heartbeat, and the channel lives on', async () => {
    await start()
    const sign = (lifeS: number) =>
      backend.sign({
        role: 'authenticated',
        warehouse_ids: [W1],
        exp: Math.floor(Date.now() / 1_000) + lifeS,
      })
    const lifeS = 4
    let token = await sign(lifeS)
    const client = clients.open(backend, { accessToken: () => Promise.resolve(token) })
    await client.realtime.setAuth()
    const expiresAt = Date.now() + lifeS * 1_000
    const statuses = await subscribed(client.channel('room'))
    token = await sign(3_600)
    await until('the first token has run out', () => Date.now() > expiresAt + 200)
    expect(statuses).toEqual(['SUBSCRIBED'])
  })

  test('31b: over the limit the channel is CLOSED, and the client does not join again', async () => {
    await start({ settings: { maxEventsPerSecond: 20, rateStepMs: 40 } })
    const client = clients.open(backend)
    const channel = client.channel('room').on('broadcast', { event: 'x' }, () => undefined)
    const statuses = await subscribed(channel)
    const sender = clients.open(backend).channel('room')
    await subscribed(sender)
    await until('the channel is closed', async () => {
      await sender.send({ type: 'broadcast', event: 'x', payload: {} })
      return statuses.includes('CLOSED')
    })
    expect(client.getChannels()).toEqual([])
    expect(client.realtime.isConnected()).toBe(true)
  })

  test('34: a database restart that nobody announces: changes are lost without a word, then they come again', async () => {
    await start()
    const client = clients.open(backend, { key: backend.serviceRoleKey })
    const notes: unknown[] = []
    let systems = 0
    const channel = client
      .channel('rows')
      .on('postgres_changes', { event: 'INSERT', schema: 'public', table: 'inventory' }, (change) =>
        notes.push(change.new['note']),
      )
      .on('system', {}, () => void (systems += 1))
    const statuses = await subscribed(channel)
    await until('changes are followed', () => systems === 1)
    const insert = `insert into public.inventory (warehouse_id, note) values ($1, $2)`
    backend.faults.dropShare = 1
    await database.query(insert, [W1, 'lost'])
    await changesDelivered(database)
    backend.faults.dropShare = 0
    await database.query(insert, [W1, 'heard'])
    await until('the second is heard', () => notes.length > 0)
    expect({ notes, statuses, systems }).toEqual({ notes: ['heard'], statuses: ['SUBSCRIBED'], systems: 1 })
  })

  test('36: when its last channel is gone the client closes the socket by itself, and opens another for the next', async () => {
    await start()
    const client = clients.open(backend, { heartbeatIntervalMs: 100 })
    const first = client.channel('first')
    await subscribed(first)
    await client.removeChannel(first)
    expect(client.realtime.isConnected()).toBe(true)
    await until('the socket is closed', () => client.realtime.connectionState() === 'closed')
    await subscribed(client.channel('second'))
  })
})
