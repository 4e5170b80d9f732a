import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import {
  headChange,
  pokeTo,
  scopes,
  setStage,
  soon,
  THROWS_AT,
  timersAndSockets,
} from '#test/contract/upstream-stage.ts'
import type { Stage } from '#test/contract/upstream-stage.ts'

/* What both kinds of feed share: how they open, renew their token, end, and leave nothing behind. */

const kinds = [
  { kind: 'broadcast', topics: scopes.map((scope) => `realtime:sync:${scope}`) },
  { kind: 'postgres-changes', topics: ['realtime:heads'] },
] as const

describe.each(kinds)('a feed by $kind', ({ kind, topics }) => {
  const [topic] = topics as readonly [string]
  let stage: Stage

  beforeEach(async () => {
    stage = await setStage(kind)
  })
  afterEach(() => stage.end())

  /** The server tells that the first scope's head is now `to`. */
  const tell = (to: number): void =>
    kind === 'broadcast'
      ? stage.server.say(topic, 'broadcast', pokeTo(to))
      : stage.server.say(topic, 'postgres_changes', headChange({ scope: siteScope, head: to }))
  const told = (heard: { pokes: { to: number }[]; moved: [string, number | null][] }): number[] => [
    ...heard.pokes.map(({ to }) => to),
    ...heard.moved.flatMap(([, head]) => (head === null ? [] : [head])),
  ]

  describe('joining', () => {
    test('[B7] every join carries the user’s token, also the very first', async () => {
      await stage.streaming()
      expect(stage.server.joins).toEqual(topics.map((topic) => ({ topic, token: 'user-token-1' })))
    })

    test('[B22] without a user’s token nothing is joined, least of all anonymously', async () => {
      stage.token = { kind: 'signed-out', because: 'session-ended', detail: '' }
      const { heard } = stage.open()
      await soon(() => expect(heard.lost).toMatchObject([{ kind: 'signed-out' }]))
      expect(stage.server.joins).toEqual([])
      expect(stage.server.sockets.size).toBe(0)
    })

    test.each([
      ['Unauthorized: no', { kind: 'refused', code: 'Unauthorized' }],
      ['ClientJoinRateLimitReached: no', { kind: 'retry', because: 'rate-limited' }],
      ['RealtimeRestarting: no', { kind: 'retry', because: 'server-error' }],
    ])('a join refused with "%s" ends the feed with its kind', async (reason, failure) => {
      stage.server.onJoin = () => ({ status: 'error', response: { reason } })
      const { heard } = stage.open()
      await soon(() => expect(heard.lost).toMatchObject([failure]))
      expect(heard.lost[0]).not.toHaveProperty('websocket')
      expect(heard.streaming).toBe(0)
    })

    test('[B6] a join refused for its token casts doubt on that token', async () => {
      stage.server.onJoin = () => ({
        status: 'error',
        response: { reason: 'InvalidJWTToken: Token has expired' },
      })
      const { heard } = stage.open()
      await soon(() => expect(heard.lost).toMatchObject([{ kind: 'retry' }]))
      expect(stage.doubted).toEqual(['user-token-1'])
    })

    test.each([
      [401, { kind: 'refused', code: 'websocket-401' }],
      [403, { kind: 'refused', code: 'websocket-403' }],
      [407, { kind: 'refused', code: 'websocket-407' }],
      [429, { kind: 'retry', because: 'rate-limited' }],
      [503, { kind: 'retry', because: 'server-error' }],
      [511, { kind: 'retry', because: 'server-error' }],
    ])('a handshake refused with HTTP %i says that no websocket opened', async (status, failure) => {
      stage.server.refuseUpgrade = status
      const { heard } = stage.open()
      await soon(() => expect(heard.lost).toMatchObject([{ ...failure, websocket: 'unopened' }]))
    })

    test('[B1] so does a server that is not there at all', async () => {
      await stage.server.stop()
      const { heard } = stage.open()
      await soon(() => expect(heard.lost).toMatchObject([{ kind: 'offline', websocket: 'unopened' }]))
    })
  })

  describe('trouble in the middle', () => {
    test('a frame that is not JSON, or of an unknown binary kind, costs a hint to pull and nothing else', async () => {
      const { heard, log } = await stage.streaming()
      stage.server.raw('{"half":')
      stage.server.raw(Buffer.from([9, 1, 1, 1]))
      tell(7)
      await soon(() => expect(told(heard)).toEqual([7]))
      expect(heard.moved.slice(0, 4)).toEqual([...scopes, ...scopes].map((scope) => [scope, null]))
      expect(log.events()).toContain('feed.frame-broke')
      expect(heard.lost).toEqual([])
    })

    test('a listener that throws wedges neither the socket nor the process', async () => {
      const { heard, log } = await stage.streaming()
      tell(THROWS_AT)
      tell(THROWS_AT + 1)
      await soon(() => expect(told(heard)).toEqual([THROWS_AT, THROWS_AT + 1]))
      expect(log.events()).toContain('feed.handler-failed')
    })

    const troubles: [string, (server: Stage['server']) => void, object][] = [
      ['phx_close', (server) => server.say(topic, 'phx_close', {}), { because: 'server-error' }],
      ['phx_error', (server) => server.say(topic, 'phx_error', {}), { kind: 'offline' }],
      [
        'the rate limit',
        (server) => {
          const message = 'Too many messages per second'
          server.say(topic, 'system', { status: 'error', extension: 'system', message })
          server.say(topic, 'phx_close', {})
        },
        { kind: 'retry', because: 'rate-limited' },
      ],
      [
        'a permission withdrawn',
        (server) => {
          const message = 'You do not have permissions to read from this Channel topic: sync:site'
          server.say(topic, 'system', { status: 'error', extension: 'system', message })
          server.say(topic, 'phx_close', {})
        },
        { kind: 'retry', because: 'server-error' },
      ],
      [
        'a restart of the server',
        (server) => server.sockets.forEach((socket) => socket.close(1012)),
        { kind: 'offline' },
      ],
      [
        'a torn wire',
        (server) => server.sockets.forEach((socket) => socket.terminate()),
        { kind: 'offline' },
      ],
    ]
    test.each(troubles)(
      '%s loses the feed exactly once, and the client does not try to mend it',
      async (_name, trouble, failure) => {
        const before = timersAndSockets()
        const { heard } = await stage.streaming()
        trouble(stage.server)
        await soon(() => expect(heard.lost).toMatchObject([failure]))
        expect(heard.lost[0]).not.toHaveProperty('websocket')
        await soon(() => expect(stage.server.sockets.size).toBe(0))
        // A client that meant to come back would have a timer set.
        await soon(() => expect(timersAndSockets()).toBeLessThanOrEqual(before))
        expect(stage.clock.pending()).toBe(0)
        expect(stage.server.joins).toHaveLength(topics.length)
        expect(heard.lost).toHaveLength(1)
      },
    )

    test('a token that ended in the middle is doubted, so that the next feed has another', async () => {
      const { heard } = await stage.streaming()
      const message = 'Token has expired 0 seconds ago'
      stage.server.say(topic, 'system', { status: 'error', extension: 'system', message })
      await soon(() => expect(heard.lost).toMatchObject([{ kind: 'retry' }]))
      expect(stage.doubted).toEqual(['user-token-1'])
    })

    test('[B2] a socket that is open but answers nothing fails its heartbeat in time', async () => {
      const clock = manualClock()
      const still = await setStage(kind, { clock })
      const { feed } = await still.streaming()
      expect(await Promise.all([feed.heartbeat(1_000), feed.heartbeat(1_000)])).toEqual([true, true])
      still.server.answersHeartbeats = false
      let alive: boolean | null = null
      void feed.heartbeat(1_000).then((answer) => (alive = answer))
      await soon(() => expect(still.server.heartbeats).toBe(2))
      await clock.advance(999)
      expect(alive).toBeNull()
      await clock.advance(1)
      expect(alive).toBe(false)
      await still.end()
    })
  })
})
