import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Scope } from '#shared/domain/scope.ts'
import type { Failure } from '../upstream/upstream.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { rateLimited } from '#test/harness/link-samples.ts'
import { linkStation } from '#test/harness/link-station.ts'
import { linkStatus } from './link.ts'

const MINUTE_MS = 60_000
const refused: Failure = { kind: 'refused', code: 'Unauthorized', detail: '' }
const blocked: Failure = { kind: 'refused', code: 'websocket-403', detail: '', websocket: 'unopened' }

/** Started, with a feed that fails like this. */
async function degraded(failure: Failure = blocked) {
  const station = linkStation()
  station.upstream.feedFailure = failure
  station.link.tell({ kind: 'started' })
  await station.clock.advance(100)
  return station
}

/** The times between these moments, in ms. */
const gaps = (moments: readonly number[]): number[] =>
  moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0))

test('[L3] with websockets blocked it says so, and each figure is right within a poll', async () => {
  const { clock, link, path, change, equal, completed } = await degraded()
  expect(path()).toEqual(['connecting', 'catching-up', 'degraded'])
  expect(linkStatus(link.link())).toMatchObject({ because: 'websocket-blocked', pollEveryMs: 10_000 })
  for (let round = 0; round < 20; round += 1) {
    change()
    await clock.advance(12_000)
    equal()
  }
  // The tries for a feed in between, every few seconds, put no poll off.
  for (const gapMs of gaps(completed.slice(1))) {
    expect(gapMs).toBeGreaterThanOrEqual(8_000)
    expect(gapMs).toBeLessThanOrEqual(12_000)
  }
})

test('the feed is tried for in the background, without end, and the state does not flicker', async () => {
  const { clock, path, upstream, at } = await degraded(refused)
  path()
  await clock.advance(60 * MINUTE_MS)
  expect(path()).toEqual([])
  expect(upstream.feedsOpened).toBeGreaterThan(60 * 2)
  expect(upstream.openFeeds()).toBe(0)
  upstream.feedFailure = null
  await clock.advance(30_500)
  expect(path()).toEqual(['catching-up', 'live'])
  expect(at()).toBe('live')
  expect(upstream.openFeeds()).toBe(1)
})

test('[L3] a poll that began before the feed streamed does not make it live', async () => {
  const { clock, upstream, server, change, path, equal, at, link } = await degraded()
  path()
  // Each answer says what was so when the question arrived, and takes its time on the way back.
  const honest = upstream.pull.bind(upstream)
  upstream.pull = async (cursors, limit) => {
    const answer = await honest(cursors, limit)
    await new Promise<void>((resolve) => clock.after(3_000, resolve))
    return answer
  }
  const pulls = server.pulls
  while (server.pulls === pulls) await clock.advance(10)
  server.pokes = 'lost'
  change()
  upstream.feedFailure = null
  await clock.advance(1_000)
  link.tell({ kind: 'nudged', by: 'asked' })
  while (at() !== 'live') await clock.advance(10)
  equal()
  expect(path()).toEqual(['catching-up', 'live'])
})

test('a poll that fails is waited for as any failure, and the next try finds out how things stand', async () => {
  const { clock, upstream, link, path, change, equal } = await degraded()
  path()
  upstream.failure = noAnswer
  await clock.advance(12_100)
  expect(path()[0]).toBe('waiting')
  expect(link.link()).toMatchObject({ at: 'waiting', because: 'no-answer' })
  change()
  upstream.failure = null
  await clock.advance(30_100)
  expect(path().slice(-3)).toEqual(['connecting', 'catching-up', 'degraded'])
  equal()
})

test('[L3] a feed that is lost is never live for another moment; the next try decides', async () => {
  const { live, clock, upstream, path, moves } = linkStation()
  await live()
  path()
  upstream.feedFailure = refused
  upstream.cutFeeds()
  expect(moves).toMatchObject([{ from: 'live', to: 'waiting', by: 'failed', because: 'feed: offline' }])
  path()
  await clock.advance(3_000)
  expect(path()).toEqual(['connecting', 'catching-up', 'degraded'])
})

describe('polling that was chosen', () => {
  test('never listens, says so, and is as right as its last poll', async () => {
    const { link, clock, upstream, change, equal, path } = linkStation({ feed: 'polling' })
    link.tell({ kind: 'started' })
    await clock.advance(100)
    expect(path()).toEqual(['connecting', 'catching-up', 'degraded'])
    expect(linkStatus(link.link())).toMatchObject({ because: 'chosen', until: null })
    change()
    await clock.advance(12_000)
    equal()
    link.tell({ kind: 'nudged', by: 'asked' })
    link.tell({ kind: 'nudged', by: 'resumed' })
    await clock.advance(10 * MINUTE_MS)
    expect(upstream.feedsOpened).toBe(0)
    expect(path()).toEqual(['connecting', 'catching-up', 'degraded'])
  })
})

describe('nudges while degraded', () => {
  test.each(['asked', 'focused', 'unlocked'] as const)(
    '%s: pulls and tries for a feed at once',
    async (by) => {
      const { clock, upstream, link, change, equal, at } = await degraded()
      // Longer than a second after the last try.
      await clock.advance(1_500)
      upstream.feedFailure = null
      change()
      link.tell({ kind: 'nudged', by })
      await clock.advance(1_000)
      equal()
      expect(at()).toBe('live')
    },
  )

  test('network-up: within a second', async () => {
    const { clock, upstream, link, at } = await degraded()
    await clock.advance(1_500)
    upstream.feedFailure = null
    link.tell({ kind: 'nudged', by: 'network-up' })
    await clock.advance(1_100)
    expect(at()).toBe('live')
  })
})

test('a feed closed for the rate of its messages is not hammered: it polls, and comes back by itself', async () => {
  const { live, clock, upstream, path, link, change, equal } = linkStation()
  await live()
  path()
  const opened = upstream.feedsOpened
  upstream.cutFeeds(rateLimited(60_000))
  await clock.advance(1_000)
  expect(path()).toEqual(['catching-up', 'degraded'])
  expect(linkStatus(link.link())).toMatchObject({ because: 'rate-limited' })
  change()
  await clock.advance(12_000)
  equal()
  link.tell({ kind: 'nudged', by: 'focused' })
  await clock.advance(46_000)
  expect(upstream.feedsOpened).toBe(opened)
  await clock.advance(15_000)
  expect(upstream.feedsOpened).toBe(opened + 1)
  expect(path()).toEqual(['catching-up', 'live'])
})

test('under a limit that lasts, tries become seldom', async () => {
  const { clock, upstream } = await degraded(rateLimited())
  const opened = upstream.feedsOpened
  await clock.advance(10 * MINUTE_MS)
  expect(upstream.feedsOpened - opened).toBeLessThan(60)
  expect(upstream.feedsOpened - opened).toBeGreaterThan(20)
})

describe('[L3] a deaf feed', () => {
  /** A change that no poke tells of, found by the timer. */
  async function missed(station: ReturnType<typeof linkStation>): Promise<void> {
    const before = station.link.misses()
    station.change()
    for (let ms = 0; station.link.misses() === before && ms < 120_000; ms += 1_000)
      await station.clock.advance(1_000)
    expect(station.link.misses()).toBe(before + 1)
    station.equal()
  }

  test('is built anew once, then left alone for five minutes while it polls, then tried again', async () => {
    const station = linkStation()
    const { live, clock, upstream, link, path, change, equal } = station
    await live()
    await clock.advance(1_000)
    path()
    upstream.deaf = true
    await missed(station)
    await clock.advance(1_000)
    expect(path()).toEqual(['connecting', 'catching-up', 'live'])
    await missed(station)
    await clock.advance(100)
    expect(path()).toEqual(['catching-up', 'degraded'])
    expect(linkStatus(link.link())).toMatchObject({ because: 'deaf' })
    const opened = upstream.feedsOpened
    expect(upstream.openFeeds()).toBe(0)
    for (let round = 0; round < 24; round += 1) {
      change()
      await clock.advance(12_000)
      equal()
    }
    expect(upstream.feedsOpened).toBe(opened)
    expect(path()).toEqual([])
    upstream.deaf = false
    await clock.advance(MINUTE_MS)
    expect(upstream.feedsOpened).toBe(opened + 1)
    expect(path()).toEqual(['catching-up', 'live'])
    change()
    equal()
  })

  test('is tried again at once by a person, and one more miss is enough', async () => {
    const station = linkStation()
    const { live, clock, upstream, link, path } = station
    await live()
    upstream.deaf = true
    await clock.advance(5_000)
    await missed(station)
    await clock.advance(5_000)
    await missed(station)
    await clock.advance(5_000)
    path()
    link.tell({ kind: 'nudged', by: 'asked' })
    await clock.advance(5_000)
    expect(path()).toEqual(['catching-up', 'live'])
    await missed(station)
    await clock.advance(100)
    expect(path()).toEqual(['catching-up', 'degraded'])
  })
})

describe('a look that somebody has reason to ask for', () => {
  test('pulls at once, and counts what it brings as missed', async () => {
    const { live, clock, upstream, link, change, equal, path } = linkStation()
    await live()
    await clock.advance(1_000)
    path()
    upstream.deaf = true
    change()
    link.look()
    await clock.settle()
    equal()
    upstream.deaf = false
    await clock.advance(5_000)
    expect(link.misses()).toBe(1)
    expect(path()).toEqual(['connecting', 'catching-up', 'live'])
  })

  test('without a feed it pulls, and nothing was missed', async () => {
    const { clock, link, change, equal } = await degraded()
    change()
    link.look()
    await clock.settle()
    equal()
    await clock.advance(5_000)
    expect(link.misses()).toBe(0)
  })

  test('without a connection it does nothing', async () => {
    const { live, clock, upstream, link, server } = linkStation()
    link.look()
    await live()
    upstream.failure = noAnswer
    upstream.cutFeeds()
    const pulls = server.pulls
    link.look()
    await clock.settle()
    expect(server.pulls).toBe(pulls)
    link.tell({ kind: 'stopped' })
    link.look()
    await clock.settle()
    expect(server.pulls).toBe(pulls)
  })
})

test('a membership granted while degraded is pulled at once, and listened to when a feed comes', async () => {
  const station = await degraded()
  const { clock, server, upstream, path, mirror, at } = station
  path()
  const added = `warehouse:${randomUUID()}` as Scope
  server.granted = [...server.granted, added]
  server.changeProducts(added, [randomUUID()], 'Tray')
  await clock.advance(12_000)
  expect(mirror.rows(added).size).toBe(1)
  expect(path()).toEqual(['catching-up', 'degraded'])
  upstream.feedFailure = null
  await clock.advance(31_000)
  expect(at()).toBe('live')
  server.changeProducts(added, [randomUUID()], 'Tray')
  expect(mirror.rows(added).size).toBe(2)
})
