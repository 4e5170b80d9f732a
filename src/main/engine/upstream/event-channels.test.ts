import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { pokeTo, scopes, setStage, soon, THROWS_AT, timersAndSockets } from '#test/contract/upstream-stage.ts'
import type { Stage } from '#test/contract/upstream-stage.ts'
import { REFUSAL_PAUSE_MS } from './event-channels.ts'

const topics = scopes.map((scope) => `realtime:${scope}`)
const [site] = topics as [string]
const pokes = scopes.map((scope) => `realtime:sync:${scope}`)

let clock: ManualClock
let stage: Stage

beforeEach(async () => {
  clock = manualClock()
  stage = await setStage('broadcast', { clock })
})
afterEach(() => stage.end())

const joined = (): string[] => stage.server.joins.map(({ topic }) => topic)
const joinedAll = () => soon(() => expect(joined()).toEqual([...pokes, ...topics]))
const told = (payload: unknown) => ({ type: 'broadcast', event: 'events', payload })

/** Time for everything that is on its way over the socket: a poke that was sent after it has come. */
async function after(opened: Awaited<ReturnType<Stage['streaming']>>): Promise<void> {
  const before = opened.heard.pokes.length
  stage.server.say(pokes[0] ?? '', 'broadcast', pokeTo(before + 1))
  await soon(() => expect(opened.heard.pokes.length).toBeGreaterThan(before))
}

test('are joined when the feed streams, with the user’s token, one after the other', async () => {
  const answer = stage.server.onJoin
  stage.server.onJoin = (topic, bindings) => (topics.includes(topic) ? null : answer(topic, bindings))
  const opened = await stage.streaming('events')
  await soon(() => expect(joined()).toEqual([...pokes, site]))
  await after(opened)
  // The second waits for the first.
  expect(joined()).toEqual([...pokes, site])
  expect(stage.server.joins.every(({ token }) => token === 'user-token-1')).toBe(true)
})

test('bring what is said on them, as it is', async () => {
  const { heard } = await stage.streaming('events')
  await joinedAll()
  stage.server.say(site, 'broadcast', told({ events: [1, 'two'] }))
  stage.server.say(site, 'broadcast', told(null))
  stage.server.say(site, 'broadcast', { type: 'broadcast', event: 'others', payload: 7 })
  await soon(() => expect(heard.events).toEqual([{ events: [1, 'two'] }, null]))
})

test('are not joined when nobody listens, nor where private channels are off', async () => {
  await after(await stage.streaming())
  expect(joined()).toEqual(pokes)
  const other = await setStage('postgres-changes')
  try {
    await other.streaming('events')
    expect(other.server.joins.map(({ topic }) => topic)).toEqual(['realtime:heads'])
  } finally {
    await other.end()
  }
})

describe('whatever becomes of one, the feed goes on', () => {
  test('a refused join is tried again minutes later, and the next topic at once', async () => {
    const answer = stage.server.onJoin
    stage.server.onJoin = (topic, bindings) =>
      topic === site ? { status: 'error', response: { reason: 'Unauthorized: no' } } : answer(topic, bindings)
    const opened = await stage.streaming('events')
    await joinedAll()
    await after(opened)
    await clock.advance(4 * 60_000)
    await after(opened)
    expect(joined()).toHaveLength(4)
    stage.server.onJoin = answer
    await clock.advance(2 * 60_000)
    await soon(() => expect(joined().slice(4)).toEqual([site]))
    stage.server.say(site, 'broadcast', told('again'))
    await soon(() => expect(opened.heard.events).toEqual(['again']))
    expect(opened.heard.lost).toEqual([])
  })

  test.each([
    ['closed by the server', () => stage.server.say(site, 'phx_close', {})],
    ['crashed on the server', () => stage.server.say(site, 'phx_error', {})],
    [
      'closed for its rate',
      () => {
        const message = 'Too many messages per second'
        stage.server.say(site, 'system', { status: 'error', extension: 'system', message, channel: 'site' })
        stage.server.say(site, 'phx_close', {})
      },
    ],
  ])('%s: joined anew after ten seconds, then after twenty', async (_how, close) => {
    const opened = await stage.streaming('events')
    await joinedAll()
    await after(opened)
    for (const delayMs of [10_000, 20_000]) {
      const before = joined().length
      close()
      await after(opened)
      await clock.advance(delayMs - 1)
      await after(opened)
      expect(joined()).toHaveLength(before)
      await clock.advance(1)
      await soon(() => expect(joined().slice(before)).toEqual([site]))
      await after(opened)
    }
    stage.server.say(site, 'broadcast', told('once'))
    await after(opened)
    expect(opened.heard.events).toEqual(['once'])
    expect(opened.heard.lost).toEqual([])
  })

  test('a listener that throws, and messages that are none, end nothing', async () => {
    const opened = await stage.streaming('events')
    await joinedAll()
    stage.server.say(site, 'broadcast', told(THROWS_AT))
    stage.server.say(site, 'broadcast', 'no object')
    stage.server.say(site, 'broadcast', told('still here'))
    await soon(() => expect(opened.heard.events.at(-1)).toBe('still here'))
    expect(opened.heard.lost).toEqual([])
  })

  test('[L2] a socket that stands still for a refusal is not taken for dead', async () => {
    const answer = stage.server.onJoin
    stage.server.onJoin = (topic, bindings) => (topics.includes(topic) ? null : answer(topic, bindings))
    const { feed } = await stage.streaming('events')
    await soon(() => expect(joined()).toContain(site))
    stage.server.answersHeartbeats = false
    let alive: boolean | null = null
    void feed.heartbeat(5_000).then((is) => (alive = is))
    await clock.advance(5_000 + REFUSAL_PAUSE_MS - 1)
    expect(alive).toBe(null)
    await clock.advance(1)
    expect(alive).toBe(false)
  })
})

test('[L1] nothing is heard of a feed that is closed, and no timer or socket is left of it', async () => {
  const before = timersAndSockets()
  const { feed, heard } = await stage.streaming('events')
  await joinedAll()
  stage.server.say(site, 'phx_close', {})
  await soon(() => expect(clock.pending()).toBeGreaterThan(0))
  await feed.close()
  stage.server.say(topics[1] ?? '', 'broadcast', told('too late'))
  await clock.advance(60 * 60_000)
  expect(heard.events).toEqual([])
  expect(joined()).toHaveLength(4)
  expect(clock.pending()).toBe(0)
  await soon(() => expect(timersAndSockets()).toBeLessThanOrEqual(before))
})
