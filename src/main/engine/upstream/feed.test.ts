import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { Poke } from '#shared/protocol/server.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { scriptedRealtime } from '#test/harness/scripted-realtime.ts'
import type { ScriptedRealtime } from '#test/harness/scripted-realtime.ts'
import { realClock } from '../platform/real-clock.ts'
import { openFeed } from './feed.ts'
import type { SessionKeeper, Token } from './session.ts'
import type { Failure, Feed, Outcome } from './upstream.ts'

const user = { id: randomUUID() as UserId, email: 'picker@shelf.test' }
const scopes = [siteScope, userScope(user.id)]
const topic = 'realtime:sync:site'
const HOUR_MS = 3_600_000

let server: ScriptedRealtime
let token: Outcome<Token>
let doubted: string[]
const feeds: Feed[] = []

const freshToken = (access: string, lifeMs = HOUR_MS): Outcome<Token> => ({
  kind: 'settled',
  value: { access, user, expiresAt: Date.now() + lifeMs, renewAt: Date.now() + lifeMs - 100 },
})

beforeEach(async () => {
  server = await scriptedRealtime()
  token = freshToken('user-token-1')
  doubted = []
})
afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.close()))
  await server.stop()
})

function open() {
  const heard = { streaming: 0, pokes: [] as Poke[], moved: [] as string[], lost: [] as Failure[] }
  const log = recordedLog()
  const session: SessionKeeper = {
    restUser: async () => user,
    signIn: async () => token as never,
    signOut: async () => undefined,
    token: async () => token,
    doubt: (access) => void doubted.push(access),
  }
  const feed = openFeed(
    {
      address: { url: server.url, anonKey: 'anon-key', embedded: false },
      session,
      clock: realClock,
      log,
      fetch: globalThis.fetch,
      WebSocket,
    },
    scopes,
    {
      streaming: () => void (heard.streaming += 1),
      poke: (poke) => {
        heard.pokes.push(poke)
        if (poke.to === 666) throw new Error('a handler that throws')
      },
      moved: (scope) => void heard.moved.push(scope),
      lost: (failure) => void heard.lost.push(failure),
    },
  )
  feeds.push(feed)
  return { feed, log, ...heard, heard }
}

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 2 })

async function streaming() {
  const opened = open()
  await soon(() => expect(opened.heard.streaming).toBe(1))
  return opened
}

const timersAndSockets = (): number =>
  process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPSocket/.test(kind)).length

const epoch = randomUUID()
const poke = (to: number): unknown => ({
  type: 'broadcast',
  event: 'poke',
  payload: { scope: siteScope, epoch, from: to, to, at: '2026-11-22T08:00:00Z', id: randomUUID() },
})

describe('joining', () => {
  test('every join carries the user’s token, also the very first', async () => {
    await streaming()
    expect(server.joins).toEqual(
      scopes.map((scope) => ({ topic: `realtime:sync:${scope}`, token: 'user-token-1' })),
    )
  })

  test('without a user’s token nothing is joined, least of all anonymously', async () => {
    token = { kind: 'signed-out', because: 'session-ended', detail: '' }
    const { heard } = open()
    await soon(() => expect(heard.lost).toMatchObject([{ kind: 'signed-out' }]))
    expect(server.joins).toEqual([])
    expect(server.sockets.size).toBe(0)
  })

  test('[L3] joined is not yet streaming: the server must say that its replication runs', async () => {
    server.tellsReplication = false
    const { heard } = open()
    await soon(() => expect(server.joins).toHaveLength(2))
    expect(heard.streaming).toBe(0)
    for (const scope of scopes)
      server.say(`realtime:sync:${scope}`, 'system', { status: 'ok', extension: 'system' })
    await soon(() => expect(heard.streaming).toBe(1))
  })

  test('a server too old to say so is given two seconds', async () => {
    server.tellsReplication = false
    const { heard } = open()
    await soon(() => expect(heard.streaming).toBe(1))
  })

  test.each([
    ['Unauthorized: no', { kind: 'refused', code: 'Unauthorized' }],
    ['ClientJoinRateLimitReached: no', { kind: 'retry', because: 'rate-limited' }],
    ['RealtimeRestarting: no', { kind: 'retry', because: 'server-error' }],
  ])('a join refused with "%s" ends the feed with its kind', async (reason, failure) => {
    server.onJoin = () => ({ status: 'error', response: { reason } })
    const { heard } = open()
    await soon(() => expect(heard.lost).toMatchObject([failure]))
    expect(heard.streaming).toBe(0)
  })

  test('a join refused for its token casts doubt on that token', async () => {
    server.onJoin = () => ({ status: 'error', response: { reason: 'InvalidJWTToken: Token has expired' } })
    const { heard } = open()
    await soon(() => expect(heard.lost).toMatchObject([{ kind: 'retry' }]))
    expect(doubted).toEqual(['user-token-1'])
  })

  test.each([
    [401, { kind: 'refused', code: 'websocket-401' }],
    [429, { kind: 'retry', because: 'rate-limited' }],
    [503, { kind: 'retry', because: 'server-error' }],
  ])('a handshake refused with HTTP %i tells so', async (status, failure) => {
    server.refuseUpgrade = status
    const { heard } = open()
    await soon(() => expect(heard.lost).toMatchObject([failure]))
  })
})

describe('trouble in the middle', () => {
  test('a frame that is not JSON, or of an unknown binary kind, costs a hint to pull and nothing else', async () => {
    const { heard, log } = await streaming()
    server.raw('{"half":')
    server.raw(Buffer.from([9, 1, 1, 1]))
    server.say(topic, 'broadcast', poke(7))
    await soon(() => expect(heard.pokes).toMatchObject([{ to: 7 }]))
    expect(heard.moved).toEqual([...scopes, ...scopes])
    expect(log.events()).toContain('feed.frame-broke')
    expect(heard.lost).toEqual([])
  })

  test('a poke we cannot read, or that speaks of another scope, is a hint that its scope moved', async () => {
    const { heard } = await streaming()
    server.say(topic, 'broadcast', { type: 'broadcast', event: 'poke', payload: { scope: siteScope } })
    await soon(() => expect(heard.moved).toEqual([siteScope]))
    expect(heard.pokes).toEqual([])
  })

  test('a handler that throws wedges neither the socket nor the process', async () => {
    const { heard, log } = await streaming()
    server.say(topic, 'broadcast', poke(666))
    server.say(topic, 'broadcast', poke(667))
    await soon(() => expect(heard.pokes.map(({ to }) => to)).toEqual([666, 667]))
    expect(log.events()).toContain('feed.handler-failed')
  })

  test.each([
    ['phx_close', () => server.say(topic, 'phx_close', {})],
    ['phx_error', () => server.say(topic, 'phx_error', {})],
    [
      'a system error',
      () =>
        server.say(topic, 'system', { status: 'error', extension: 'system', message: 'Too many messages' }),
    ],
    ['a restart of the server', () => server.sockets.forEach((socket) => socket.close(1012))],
    ['a torn wire', () => server.sockets.forEach((socket) => socket.terminate())],
  ])('%s loses the feed exactly once, and the client does not try to mend it', async (_name, trouble) => {
    const before = timersAndSockets()
    const { heard } = await streaming()
    trouble()
    await soon(() => expect(heard.lost).toHaveLength(1))
    await soon(() => expect(server.sockets.size).toBe(0))
    // A client that meant to come back would have a timer set.
    await soon(() => expect(timersAndSockets()).toBeLessThanOrEqual(before))
    expect(server.joins).toHaveLength(2)
    expect(heard.lost).toHaveLength(1)
  })

  test('a socket that is open but answers nothing fails its heartbeat in time', async () => {
    const { feed } = await streaming()
    expect(await feed.heartbeat(1_000)).toBe(true)
    server.answersHeartbeats = false
    const startedAt = performance.now()
    expect(await feed.heartbeat(200)).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(900)
  })
})

test('the next token is pushed to the joined channels before the old one ends', async () => {
  token = freshToken('user-token-1', 1_200)
  const pushed: string[] = []
  const { heard } = await streaming()
  for (const socket of server.sockets) {
    socket.on('message', (data: Buffer) => {
      const [, , , event, payload] = JSON.parse(data.toString()) as [
        0,
        0,
        0,
        string,
        { access_token: string },
      ]
      if (event === 'access_token') pushed.push(payload.access_token)
    })
  }
  token = freshToken('user-token-2')
  await soon(() => expect(pushed).toEqual(['user-token-2', 'user-token-2']))
  expect(heard.lost).toEqual([])
})

test('two hundred feeds later no socket, timer or listener is left', async () => {
  const first = await streaming()
  await first.feed.close()
  await soon(() => expect(server.sockets.size).toBe(0))
  const before = timersAndSockets()
  for (let round = 0; round < 200; round += 1) {
    const { feed } = await streaming()
    if (round % 2 === 0) server.say(topic, 'phx_close', {})
    else await feed.close()
    await soon(() => expect(server.sockets.size).toBe(0))
    await feed.close()
  }
  await soon(() => expect(timersAndSockets()).toBeLessThanOrEqual(before + 2))
})
