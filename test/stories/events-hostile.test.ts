import { randomUUID } from 'node:crypto'
import { createClient } from '@supabase/supabase-js'
import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js'
import WebSocket from 'ws'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { EventMessage, EventsTaken, SiteEvent } from '#shared/domain/events.ts'
import type { EventTarget } from '#shared/domain/events.ts'
import { must } from '#shared/lib/must.ts'
import { openPremises } from './support/premises.ts'
import type { Person, Premises, Warehouse } from './support/premises.ts'
import { soon } from './support/soon.ts'

/*
 * Mallory works in the south and has a token of her own, supabase-js and time. Ada and Ben in the north, and Cleo beside her in
 * the south, are honest: what they hear is what honest people said, each of it once.
 */

const Broadcast = z.object({ payload: EventMessage })

/** Somebody who listens as a console does, past the console. */
interface Listener {
  client: SupabaseClient
  person: Person
  /** Everything that came, whatever its name, by channel. */
  heard: { channel: string; event: string; message: unknown }[]
}

let premises: Premises
let north: Warehouse
let south: Warehouse
let ada: Listener
let ben: Listener
let cleo: Listener
let mallory: Listener
const clients: SupabaseClient[] = []

async function listener(name: string, at: Warehouse, role: 'picker' | 'supervisor'): Promise<Listener> {
  const person = await premises.person(`${name}.hostile`, at)
  await premises.grant(person, at, role)
  const { backend } = premises
  const client = createClient(backend.url, backend.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  })
  const { error } = await client.auth.signInWithPassword(person)
  if (error) throw error
  await client.realtime.setAuth()
  clients.push(client)
  return { client, person, heard: [] }
}

/** @returns how the join ended: `SUBSCRIBED`, or why not */
function join(
  who: Listener,
  name: string,
  isPrivate = true,
): Promise<{ channel: RealtimeChannel; status: string }> {
  const channel = who.client.channel(name, {
    config: { private: isPrivate, broadcast: { self: false, ack: true } },
  })
  channel.on('broadcast', { event: '*' }, (message) => {
    who.heard.push({ channel: name, event: message.event, message })
  })
  return new Promise((resolve) => {
    channel.subscribe((status) => resolve({ channel, status }))
  })
}

const draft = (to: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: randomUUID(),
  kind: 'user_activity',
  to,
  key: `key/${randomUUID()}`,
  merged: 0,
  station_id: null,
  body: { what: 'back' },
  ...more,
})

async function say(who: Listener, ...events: unknown[]): Promise<EventsTaken> {
  const answer = await who.client.rpc('send_events', { events })
  if (answer.error) throw answer.error
  return EventsTaken.parse(answer.data)
}

/** The events in what came, each as the protocol has it. */
const eventsOf = ({ heard }: Listener): SiteEvent[] =>
  heard.flatMap(({ message }) =>
    Broadcast.parse(message).payload.events.map((given) => SiteEvent.parse(given)),
  )

const channelOf = ({ id }: Warehouse): EventTarget => `warehouse:${id}` as EventTarget

beforeAll(async () => {
  premises = await openPremises()
  north = await premises.warehouse('hostile-north')
  south = await premises.warehouse('hostile-south')
  ada = await listener('ada', north, 'supervisor')
  ben = await listener('ben', north, 'picker')
  cleo = await listener('cleo', south, 'picker')
  mallory = await listener('mallory', south, 'picker')
  for (const [who, at] of [
    [ada, north],
    [ben, north],
    [cleo, south],
    [mallory, south],
  ] as const) {
    for (const channel of ['site', channelOf(at), `user:${who.person.id}`])
      expect(await join(who, channel)).toMatchObject({ status: 'SUBSCRIBED' })
  }
})
afterAll(async () => {
  for (const client of clients) await client.removeAllChannels()
  await premises.close()
})
beforeEach(() => {
  for (const who of [ada, ben, cleo, mallory]) who.heard.length = 0
})

/** Ada says something to the whole site and to each warehouse she may: everybody has heard it, once, and nothing else came. */
async function onlyHonestWords(): Promise<void> {
  const honest = [
    draft('site', { kind: 'system_alert', body: { severity: 'info', text: 'All is well', alert_id: null } }),
    draft(channelOf(north)),
  ]
  expect(await say(ada, ...honest)).toEqual({ taken: 2, turned_away: [] })
  const inTheSouth = draft(channelOf(south))
  expect((await say(cleo, inTheSouth)).taken).toBe(1)
  const ids = (...events: Record<string, unknown>[]) => events.map(({ id }) => id).sort()
  await soon(() => {
    for (const who of [ada, ben])
      expect(
        eventsOf(who)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(ids(...honest))
    expect(
      eventsOf(cleo)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids(honest[0] ?? {}, inTheSouth))
  })
  for (const who of [ada, ben, cleo]) {
    for (const event of eventsOf(who))
      expect(event.from.user_id).toBe(event.id === inTheSouth['id'] ? cleo.person.id : ada.person.id)
  }
}

test('honest people hear each word once, with the name of who said it', onlyHonestWords)

describe('foreign channels', () => {
  test('cannot be joined, and nothing of them is heard', async () => {
    for (const name of [
      channelOf(north),
      `sync:warehouse:${north.id}`,
      `user:${ada.person.id}`,
      `sync:user:${ada.person.id}`,
      `ledger:${north.id}`,
      'warehouse:*',
    ]) {
      const { channel, status } = await join(mallory, name)
      expect([name, status]).toEqual([name, 'CHANNEL_ERROR'])
      await mallory.client.removeChannel(channel)
    }
    await onlyHonestWords()
    expect(mallory.heard.every(({ channel }) => channel === 'site' || channel === channelOf(south))).toBe(
      true,
    )
  })

  test('joined as public ones they are other channels: nothing is heard there, and nothing said there is heard', async () => {
    const doors = [channelOf(north), `user:${ada.person.id}`]
    for (const name of doors) {
      const { channel, status } = await join(mallory, name, false)
      expect(status).toBe('SUBSCRIBED')
      await channel.send({ type: 'broadcast', event: 'events', payload: { events: [forged(name)] } })
    }
    await onlyHonestWords()
    expect(mallory.heard.filter(({ channel }) => doors.includes(channel))).toEqual([])
    for (const name of doors) await mallory.client.removeChannel(mallory.client.channel(name))
  })
})

/** A word in Ada's mouth, as it would come from the server. */
const forged = (to: string): Record<string, unknown> => ({
  ...draft(to, {
    kind: 'system_alert',
    body: { severity: 'critical', text: 'Leave the hall', alert_id: null },
  }),
  at: new Date().toISOString(),
  from: { user_id: ada.person.id, station_id: null },
})

describe('speaking past the server', () => {
  test('on a channel that she has joined herself nobody hears her', async () => {
    for (const name of ['site', channelOf(south), `user:${mallory.person.id}`]) {
      const channel = mallory.client.channel(name)
      const payload = { events: [forged(name)] }
      // Dropped in silence: no acknowledgement comes, and waiting for one would take its ten seconds.
      void channel.send({ type: 'broadcast', event: 'events', payload })
      void channel.send({ type: 'broadcast', event: 'poke', payload })
    }
    await onlyHonestWords()
  })

  test('over HTTP she is not let through', async () => {
    const { data } = await mallory.client.auth.getSession()
    const url = `${premises.backend.url}/realtime/v1/api/broadcast`
    const headers = {
      authorization: `Bearer ${data.session?.access_token}`,
      apikey: premises.backend.anonKey,
      'content-type': 'application/json',
    }
    for (const topic of [
      'site',
      channelOf(north),
      channelOf(south),
      `user:${ada.person.id}`,
      `sync:warehouse:${south.id}`,
    ]) {
      const payload = { events: [forged(topic)] }
      const messages = [{ topic, event: 'events', payload, private: true }]
      await fetch(url, { method: 'POST', headers, body: JSON.stringify({ messages }) })
      const single = `${url}/${encodeURIComponent(topic)}/events/events?private=true`
      const answer = await fetch(single, { method: 'POST', headers, body: JSON.stringify(payload) })
      expect([topic, answer.status]).toEqual([topic, 403])
    }
    await onlyHonestWords()
  })

  test('neither the table of messages nor its functions are hers to call', async () => {
    const payload = { events: [forged('site')] }
    const row = { topic: 'site', extension: 'broadcast', event: 'events', private: true, payload }
    for (const schema of ['public', 'realtime', 'private']) {
      const of = mallory.client.schema(schema as never) as unknown as SupabaseClient
      expect((await of.from('messages').insert(row)).error).not.toBeNull()
      expect(
        (await of.rpc('send', { payload, event: 'events', topic: 'site', private: true })).error,
      ).not.toBeNull()
      expect((await of.rpc('announce', { target: 'site', events: [forged('site')] })).error).not.toBeNull()
    }
    await onlyHonestWords()
  })

  test('nobody is told that she is there', async () => {
    const dora = await listener('dora', south, 'picker')
    const seen: unknown[] = []
    const channel = dora.client.channel(channelOf(south), { config: { private: true } })
    channel.on('presence', { event: 'sync' }, () => seen.push(...Object.keys(channel.presenceState())))
    await new Promise<void>((resolve) => {
      channel.subscribe((status: string) => {
        if (status === 'SUBSCRIBED') resolve()
      })
    })
    void mallory.client.channel(channelOf(south)).track({ name: 'Ada' })
    await onlyHonestWords()
    expect(seen).toEqual([])
  })
})

async function settings(): Promise<{ event_rate: number }> {
  const [row] = await premises.backend.sql<{ event_rate: number }>('select event_rate from sync_settings')
  return must(row, 'the settings')
}

describe('speaking through the server', () => {
  test('with another’s name: she is heard under her own', async () => {
    const sent = { ...forged(channelOf(south)), kind: 'user_activity', body: { what: 'left' } }
    expect((await say(mallory, sent)).taken).toBe(1)
    await soon(() => expect(eventsOf(cleo)).toHaveLength(1))
    expect(eventsOf(cleo)[0]).toMatchObject({ from: { user_id: mallory.person.id, station_id: null } })
  })

  test('to people she does not work with, or as somebody she is not: turned away', async () => {
    const notHers = [
      draft(channelOf(north)),
      draft(`user:${ada.person.id}`),
      draft(`user:${ada.person.id}`, {
        kind: 'notification',
        body: { severity: 'info', title: 'Call me', notification_id: null },
      }),
      forged('site'),
      forged(channelOf(south)),
      draft(`sync:warehouse:${south.id}`),
    ]
    const { taken, turned_away } = await say(mallory, ...notHers)
    expect(taken).toBe(0)
    expect(turned_away).toHaveLength(notHers.length)
    await onlyHonestWords()
  })

  test('with more than an event can hold: turned away, and nobody’s connection suffers', async () => {
    const large = draft(channelOf(south), { key: 'k', body: { what: 'back', more: 'x'.repeat(100_000) } })
    expect((await say(mallory, large)).turned_away).toMatchObject([{ because: 'too_large' }])
    const call = await mallory.client.rpc('send_events', { events: Array.from({ length: 50 }, () => large) })
    expect(call.error?.code).toBe('PT413')
    await onlyHonestWords()
  })

  test('in a flood: a few come through, and the honest are heard among them', async () => {
    const startedAt = performance.now()
    const flood = await Promise.all(
      Array.from({ length: 20 }, () =>
        say(mallory, ...Array.from({ length: 50 }, () => draft(channelOf(south)))),
      ),
    )
    const taken = flood.reduce((sum, answer) => sum + answer.taken, 0)
    expect(taken).toBeGreaterThan(0)
    const { event_rate } = await settings()
    const seconds = (performance.now() - startedAt) / 1_000
    expect(taken).toBeLessThanOrEqual(event_rate * (2 + seconds) + 1)
    for (const { turned_away } of flood)
      for (const turned of turned_away) expect(turned).toMatchObject({ because: 'rate' })
    const honest = draft('site')
    await soon(async () => expect((await say(cleo, honest)).taken).toBe(1))
    await soon(() => {
      for (const who of [ada, ben, cleo])
        expect(eventsOf(who).filter(({ id }) => id === honest['id'])).toHaveLength(1)
      expect(eventsOf(cleo)).toHaveLength(taken + 1)
    })
    expect(eventsOf(ada)).toHaveLength(1)
  })
})
