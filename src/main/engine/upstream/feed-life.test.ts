import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { freshToken, scopes, setStage, soon, timersAndSockets } from '#test/contract/upstream-stage.ts'
import type { Stage } from '#test/contract/upstream-stage.ts'

/* A feed over time: new tokens, beats, deadlines, and what is left of a thousand of them. */

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

  /** Every `access_token` that the server is pushed from now on. */
  const pushedTokens = (): (string | null)[] => {
    const pushed: (string | null)[] = []
    for (const socket of stage.server.sockets) {
      socket.on('message', (data: Buffer) => {
        const [, , , event, payload] = JSON.parse(data.toString()) as [
          0,
          0,
          0,
          string,
          { access_token: string | null },
        ]
        if (event === 'access_token') pushed.push(payload.access_token)
      })
    }
    return pushed
  }

  test('the next token is pushed to the joined channels before the old one ends', async () => {
    stage.token = freshToken('user-token-1', 200)
    const { heard } = await stage.streaming()
    const pushed = pushedTokens()
    stage.token = freshToken('user-token-2')
    await soon(() => expect(pushed).toEqual(topics.map(() => 'user-token-2')))
    expect(heard.lost).toEqual([])
  })

  test('[B22] while there is no valid token a beat pushes none, and above all not the anonymous key', async () => {
    const { feed, heard } = await stage.streaming()
    const pushed = pushedTokens()
    stage.token = { kind: 'offline', detail: '' }
    for (let beats = 0; beats < 5; beats += 1) expect(await feed.heartbeat(PATIENCE_MS)).toBe(true)
    expect(pushed).toEqual([])
    expect(heard.lost).toEqual([])
  })

  test('a beat finds a token that was renewed meanwhile, and pushes it', async () => {
    const { feed } = await stage.streaming()
    const pushed = pushedTokens()
    stage.token = freshToken('user-token-2')
    await feed.heartbeat(PATIENCE_MS)
    await soon(() => expect(pushed).toEqual(topics.map(() => 'user-token-2')))
  })

  test('a session that ends while the feed is open ends the feed', async () => {
    stage.token = freshToken('user-token-1', 0)
    const { heard } = await stage.streaming()
    stage.token = { kind: 'signed-out', because: 'revoked', detail: '' }
    await soon(() => expect(heard.lost).toMatchObject([{ kind: 'signed-out', because: 'revoked' }]))
  })

  test('[B16] a feed opened in the tick in which another closes is a feed like any other', async () => {
    for (let round = 0; round < 20; round += 1) {
      const old = await stage.streaming()
      const closing = old.feed.close()
      const next = stage.open()
      await soon(() => expect(next.heard.streaming).toBe(1))
      await closing
      expect([old.heard.lost, next.heard.lost]).toEqual([[], []])
      await next.feed.close()
    }
    await soon(() => expect(stage.server.sockets.size).toBe(0))
  })

  test('[B17] five hundred feeds later no socket, timer or listener is left', async () => {
    const first = await stage.streaming()
    await first.feed.close()
    await soon(() => expect(stage.server.sockets.size).toBe(0))
    const before = timersAndSockets()
    const listenersBefore = listeners()
    for (let round = 0; round < 500; round += 1) {
      const { feed } = await stage.streaming()
      if (round % 3 === 0) stage.server.say(topic, 'phx_close', {})
      else if (round % 3 === 1) stage.server.sockets.forEach((socket) => socket.terminate())
      else await feed.close()
      await soon(() => expect(stage.server.sockets.size).toBe(0))
      await feed.close()
    }
    expect(stage.clock.pending()).toBe(0)
    await soon(() => expect(timersAndSockets()).toBeLessThanOrEqual(before + 2))
    expect(listeners()).toBe(listenersBefore)
  })
})

test('[B5] a join that nobody answers is given fifteen seconds', async () => {
  const clock = manualClock()
  const stage = await setStage('broadcast', { clock })
  stage.server.onJoin = () => null
  const { heard } = stage.open()
  await soon(() => expect(stage.server.joins).toHaveLength(2))
  await clock.advance(14_999)
  expect(heard.lost).toEqual([])
  await clock.advance(1)
  expect(heard.lost).toMatchObject([{ kind: 'offline' }])
  expect(heard.lost[0]).not.toHaveProperty('websocket')
  await stage.end()
})

test('[B12] so is a subscription of which the server never says that it stands', async () => {
  const clock = manualClock()
  const stage = await setStage('postgres-changes', { clock })
  stage.server.tellsReplication = false
  const { heard } = stage.open()
  await soon(() => expect(stage.server.joins).toHaveLength(1))
  await clock.advance(15_000)
  expect(heard).toMatchObject({ streaming: 0, lost: [{ kind: 'offline' }] })
  await stage.end()
})

/** Listeners on the process: what libraries forget most easily. */
const listeners = (): number =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name as string), 0)
