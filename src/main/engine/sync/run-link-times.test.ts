import { describe, expect, test } from 'vitest'
import type { PullAnswer } from '#shared/protocol/server.ts'
import type { Outcome } from '../upstream/upstream.ts'
import { fakeServer } from '#test/harness/fake-server.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { linkStation } from '#test/harness/link-station.ts'
import { manualClock } from '#test/harness/manual-clock.ts'

const HOUR_MS = 3_600_000

/** A hall of stations on one server and one clock, all live, then cut off for ten minutes. */
async function hallCutOff(count: number) {
  const clock = manualClock()
  const server = fakeServer(clock)
  const stations = Array.from({ length: count }, (_, index) =>
    linkStation({ clock, server, seed: index + 1 }),
  )
  for (const { link } of stations) link.tell({ kind: 'started' })
  await clock.advance(100)
  for (const { at } of stations) expect(at()).toBe('live')
  for (const { upstream } of stations) {
    upstream.failure = noAnswer
    upstream.cutFeeds()
  }
  await clock.advance(10 * 60_000)
  const pulledAt: number[] = []
  const honest = server.pull.bind(server)
  server.pull = (cursors, limit) => {
    pulledAt.push(clock.monotonicMs())
    return honest(cursors, limit)
  }
  return { clock, server, stations, pulledAt }
}

const most = (moments: readonly number[], withinMs: number): number =>
  Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + withinMs).length))

describe('a hall of fifty', () => {
  test('is live again within a second or so of the network, and never asks all at once', async () => {
    const { clock, stations, pulledAt } = await hallCutOff(50)
    for (const { upstream, link } of stations) {
      upstream.failure = null
      link.tell({ kind: 'nudged', by: 'network-up' })
    }
    await clock.advance(1_100)
    for (const { at } of stations) expect(at()).toBe('live')
    // Two questions each: one to be greeted, one to catch up.
    expect(pulledAt).toHaveLength(100)
    expect(most(pulledAt, 100)).toBeLessThan(30)
  })

  test('whose network flaps asks no more than if it came back once a second', async () => {
    const { clock, stations, pulledAt } = await hallCutOff(50)
    for (let ms = 0; ms < 5_000; ms += 100) {
      const up = (ms / 100) % 2 === 0
      for (const { upstream, link } of stations) {
        upstream.failure = up ? null : noAnswer
        link.tell(up ? { kind: 'nudged', by: 'network-up' } : { kind: 'network-down' })
      }
      await clock.advance(100)
    }
    for (const { upstream } of stations) expect(upstream.feedsOpened).toBeLessThanOrEqual(1 + 6)
    expect(most(pulledAt, 1_000)).toBeLessThanOrEqual(50 * 8)
  })

  test('that is poked at once looks again at its own moments', async () => {
    const { clock, stations, pulledAt } = await hallCutOff(50)
    for (const { upstream } of stations) upstream.failure = null
    await clock.advance(40_000)
    pulledAt.length = 0
    stations[0]!.change()
    await clock.advance(1_000)
    for (const { equal } of stations) equal()
    expect(pulledAt.length).toBeLessThanOrEqual(60)
    expect(most(pulledAt, 1)).toBeLessThan(10)
  })
})

describe('wall clocks that jump', () => {
  test.each([-12, -1, 1, 12])('by %i hours: every state gets over it', async (hours) => {
    const { live, clock, upstream, at, change, equal } = linkStation()
    await live()
    clock.jumpWallClock(hours * HOUR_MS)
    await clock.advance(10_000)
    expect(at()).toBe('live')

    upstream.failure = noAnswer
    upstream.cutFeeds()
    await clock.advance(60_000)
    expect(at()).toBe('waiting')
    clock.jumpWallClock(hours * HOUR_MS)
    change()
    upstream.failure = null
    await clock.advance(31_000)
    expect(at()).toBe('live')
    equal()

    upstream.feedFailure = { kind: 'refused', code: 'Unauthorized', detail: '' }
    upstream.cutFeeds()
    await clock.advance(31_000)
    expect(at()).toBe('degraded')
    clock.jumpWallClock(hours * HOUR_MS)
    change()
    await clock.advance(20_000)
    expect(at()).toBe('degraded')
    equal()
    upstream.feedFailure = null
    clock.jumpWallClock(hours * HOUR_MS)
    await clock.advance(61_000)
    expect(at()).toBe('live')
  })

  test('a sleep that is announced, and noticed as well, costs one connection', async () => {
    const { live, clock, upstream, link, at } = linkStation()
    await live()
    const opened = upstream.feedsOpened
    clock.jumpWallClock(8 * HOUR_MS)
    link.tell({ kind: 'nudged', by: 'resumed' })
    link.tell({ kind: 'nudged', by: 'network-up' })
    link.tell({ kind: 'nudged', by: 'unlocked' })
    await clock.advance(30_000)
    expect(at()).toBe('live')
    expect(upstream.feedsOpened).toBe(opened + 1)
  })
})

describe('[L2] a question that is never answered, not even with a failure', () => {
  const never = new Promise<Outcome<PullAnswer>>(() => undefined)

  test.each(['live', 'degraded'] as const)('%s: is not waited for longer than a minute', async (state) => {
    const { clock, upstream, link, at, change, equal } = linkStation()
    if (state === 'degraded') upstream.feedFailure = noAnswer
    link.tell({ kind: 'started' })
    await clock.advance(100)
    expect(at()).toBe(state)
    const honest = upstream.pull.bind(upstream)
    upstream.pull = () => never
    change()
    await clock.advance(140_000)
    expect(['waiting', 'connecting']).toContain(at())
    upstream.pull = honest
    await clock.advance(100_000)
    expect(at()).toBe(state)
    equal()
  })
})

describe('after the end', () => {
  test.each([
    'connecting',
    'catching-up',
    'live',
    'degraded',
    'waiting',
    'signed-out',
    'incompatible',
  ] as const)('of a link that was %s no timer and no feed is left', async (state) => {
    const { clock, server, upstream, link, at } = linkStation()
    const never = new Promise<never>(() => undefined)
    if (state === 'connecting') upstream.authenticate = () => never
    if (state === 'degraded') upstream.feedFailure = noAnswer
    if (state === 'waiting') upstream.failure = noAnswer
    if (state === 'signed-out') upstream.signedIn = false
    if (state === 'incompatible') server.minClient = 99
    if (state === 'catching-up') {
      const honest = upstream.pull.bind(upstream)
      upstream.pull = (cursors, limit) => (limit === 1 ? honest(cursors, limit) : never)
    }
    link.tell({ kind: 'started' })
    await clock.advance(100)
    expect(at()).toBe(state)
    link.tell({ kind: 'stopped' })
    await clock.settle()
    expect(upstream.openFeeds()).toBe(0)
    expect(clock.pending()).toBe(0)
    for (const by of ['asked', 'resumed', 'network-up'] as const) link.tell({ kind: 'nudged', by })
    link.look()
    expect(clock.pending()).toBe(0)
    expect(at()).toBe('stopped')
  })

  test('of a degraded link that is trying for a feed, too', async () => {
    const { clock, upstream, link } = linkStation()
    upstream.feedFailure = noAnswer
    link.tell({ kind: 'started' })
    await clock.advance(100)
    upstream.listen = () => ({ heartbeat: async () => false, close: async () => undefined })
    await clock.advance(31_000)
    expect(link.link()).toMatchObject({ at: 'degraded', trying: true })
    link.tell({ kind: 'stopped' })
    await clock.settle()
    expect(clock.pending()).toBe(0)
  })
})
