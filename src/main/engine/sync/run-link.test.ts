import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope } from '#shared/domain/scope.ts'
import { SCHEMA_VERSION } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import { MirrorError } from '../mirror/mirror.ts'
import type { Failure } from '../upstream/upstream.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { linkStation } from '#test/harness/link-station.ts'
import { noWork } from './link-work.ts'
import type { LinkWork, Pushed } from './link-work.ts'

test('[L3] it is live only after a pull that began when the feed was streaming', async () => {
  const { live, history, upstream, mirror, clock, equal } = linkStation()
  await live()
  expect([...new Set(history.map(({ at }) => at))]).toEqual(['connecting', 'catching-up', 'live'])
  expect(upstream.openFeeds()).toBe(1)
  expect(mirror.asOf()).toBeLessThanOrEqual(clock.now())
  equal()
})

test('a change that is poked arrives in place, without a question to the server', async () => {
  const { live, change, server, equal, clock } = linkStation()
  await live()
  const pulls = server.pulls
  change()
  equal()
  expect(server.pulls).toBe(pulls)
  await clock.advance(300)
  expect(server.pulls).toBe(pulls + 1)
})

test('doubled and bare pokes cost pulls, never a wrong figure', async () => {
  const { live, change, server, equal, clock } = linkStation()
  await live()
  for (const manner of ['twice', 'bare', 'with-changes', 'lost', 'with-changes'] as const) {
    server.pokes = manner
    change()
  }
  await clock.advance(1_000)
  equal()
})

test('the last change of a burst does not wait for the timer, although its poke was held back', async () => {
  const { live, change, server, equal, clock } = linkStation()
  await live()
  change()
  server.pokes = 'lost'
  change()
  await clock.advance(300)
  equal()
})

test('[L2] an hour without a network ends live within one wait of its return', async () => {
  const { live, upstream, clock, change, equal, history, at } = linkStation()
  await live()
  upstream.failure = noAnswer
  upstream.cutFeeds()
  await clock.advance(60 * 60_000)
  expect(at()).toBe('waiting')
  const waits = history.filter((link) => link.at === 'waiting')
  expect(waits.length).toBeGreaterThan(120)
  for (const wait of waits) expect(wait.until - wait.since).toBeLessThanOrEqual(30_000)
  change()
  upstream.failure = null
  await clock.advance(30_100)
  expect(at()).toBe('live')
  equal()
})

test('the network coming back is acted on within a second', async () => {
  const { live, upstream, clock, link, at } = linkStation()
  await live()
  upstream.failure = noAnswer
  upstream.cutFeeds()
  await clock.advance(10 * 60_000)
  upstream.failure = null
  link.tell({ kind: 'nudged', by: 'network-up' })
  await clock.advance(1_001)
  expect(at()).toBe('live')
})

test('a socket that is open but dead is found by its missing heartbeat within 20 s', async () => {
  const { live, upstream, clock, change, equal, at, history } = linkStation()
  await live()
  upstream.halfOpen = true
  change()
  await clock.advance(19_800)
  expect(at()).toBe('live')
  await clock.advance(200)
  expect(at()).toBe('waiting')
  upstream.halfOpen = false
  await clock.advance(30_000)
  expect(at()).toBe('live')
  expect(history.filter((link) => link.at === 'waiting')).toHaveLength(1)
  equal()
})

test('a feed that answers heartbeats but brings nothing is found by the timer pull, counted and rebuilt', async () => {
  const { live, upstream, clock, change, equal, link, log } = linkStation()
  await live()
  await clock.advance(1_000)
  upstream.deaf = true
  const feeds = upstream.feedsOpened
  change()
  await clock.advance(72_000)
  equal()
  upstream.deaf = false
  await clock.advance(5_000)
  expect(link.misses()).toBe(1)
  expect(upstream.feedsOpened).toBe(feeds + 1)
  expect(log.events()).toContain('link.missed')
  expect(link.link().at).toBe('live')
})

test('a quiet hour is an hour of heartbeats and timer pulls on one and the same feed', async () => {
  const { live, upstream, clock, server, link, mirror } = linkStation()
  await live()
  const pulls = server.pulls
  await clock.advance(60 * 60_000)
  expect(server.pulls - pulls).toBeGreaterThanOrEqual(50)
  expect(server.pulls - pulls).toBeLessThanOrEqual(75)
  expect(upstream.feedsOpened).toBe(1)
  expect(link.misses()).toBe(0)
  expect(clock.now() - (mirror.asOf() ?? 0)).toBeLessThanOrEqual(72_000)
})

test('[L1] an answer that arrives after its connection is over changes nothing', async () => {
  const { live, upstream, clock, mirror, change, link } = linkStation()
  await live()
  upstream.pullDelayMs = 5_000
  upstream.deaf = true
  change()
  link.tell({ kind: 'nudged', by: 'focused' })
  await clock.advance(1_000)
  const applied = mirror.applied.length
  link.tell({ kind: 'signed-out', because: 'asked' })
  await clock.advance(60_000)
  expect(mirror.applied).toHaveLength(applied)
  expect(link.link().at).toBe('signed-out')
})

test('a session that ends is told, the mirror stays, and signing in goes on from there', async () => {
  const { live, upstream, clock, mirror, link, at } = linkStation()
  await live()
  const ended: Failure = { kind: 'signed-out', because: 'session-ended', detail: '' }
  upstream.failure = ended
  upstream.cutFeeds(ended)
  await clock.advance(10 * 60_000)
  expect(link.link()).toMatchObject({ at: 'signed-out', because: 'session-ended' })
  expect(mirror.rows(siteScope).size).toBe(10)
  upstream.failure = null
  link.tell({ kind: 'signed-in' })
  await clock.advance(100)
  expect(at()).toBe('live')
})

test('a membership granted while live is listened to and pulled', async () => {
  const { live, upstream, clock, server, mirror, at } = linkStation()
  await live()
  const added = `warehouse:${randomUUID()}` as Scope
  server.granted = [...server.granted, added]
  server.changeProducts(added, [randomUUID()], 'Tray')
  await clock.advance(73_000)
  expect(at()).toBe('live')
  expect(mirror.rows(added).size).toBe(1)
  expect(upstream.feedsOpened).toBe(2)
  server.changeProducts(added, [randomUUID()], 'Tray')
  expect(mirror.rows(added).size).toBe(2)
})

test('whoever may read nothing yet is live with nothing, and sees the first grant', async () => {
  const { live, clock, server, mirror, upstream } = linkStation()
  server.granted = []
  await live()
  expect(upstream.feedsOpened).toBe(0)
  server.granted = [siteScope]
  await clock.advance(73_000)
  expect(mirror.rows(siteScope).size).toBe(10)
})

test('a full disk stops the pulls, is told, and is got over without help', async () => {
  const { live, clock, server, mirror, refused, change, link, at, equal } = linkStation()
  await live()
  mirror.refuses = 'disk-full'
  change()
  await clock.settle()
  expect(refused).toEqual(['disk-full'])
  expect(link.link()).toMatchObject({ at: 'waiting', because: 'disk' })
  await clock.advance(5 * 60_000)
  expect(link.link()).toMatchObject({ at: 'waiting', because: 'disk' })
  mirror.refuses = null
  await clock.advance(31_000)
  expect(at()).toBe('live')
  equal()
  expect(server.pulls).toBeGreaterThan(5)
})

test('[O1] a disk that fails while we look whether our own work has come back is told, and got over (fuzz seed 4, run 954, work)', async () => {
  const told: (((pushed: Pushed) => void) | null)[] = []
  const work: LinkWork = { ...noWork, onPushed: (listener) => void told.push(listener) }
  const { live, clock, mirror, refused, at, link } = linkStation({ work })
  await live()
  // Until nothing else is looked at.
  await clock.advance(10_000)
  const reads = mirror.cursor
  mirror.cursor = () => {
    throw new MirrorError('io-error', 'the disk does not answer')
  }
  const tell = must(told.at(-1), 'who hears of pushes')
  tell({ heads: new Map([[siteScope, 99]]), isWorthAsking: false })
  await clock.advance(300)
  expect(refused).toEqual(['io-error'])
  expect(link.link()).toMatchObject({ at: 'waiting', because: 'disk' })
  mirror.cursor = reads
  await clock.advance(31_000)
  expect(at()).toBe('live')
})

test('an incompatible server is asked again every five minutes', async () => {
  const { link, server, clock, at } = linkStation()
  server.minClient = SCHEMA_VERSION + 1
  link.tell({ kind: 'started' })
  await clock.advance(60_000)
  expect(link.link()).toMatchObject({ at: 'incompatible', because: 'server-newer' })
  server.minClient = SCHEMA_VERSION
  await clock.advance(5 * 60_000)
  expect(at()).toBe('live')
})

test('a sleep that nobody announced leads to a new connection', async () => {
  const { live, clock, upstream, at } = linkStation()
  await live()
  clock.jumpWallClock(8 * 60 * 60_000)
  await clock.advance(6_000)
  expect(at()).toBe('live')
  expect(upstream.feedsOpened).toBe(2)
})

test('a long catch-up shows its progress and survives its own length', async () => {
  const { link, server, clock, history, upstream, equal } = linkStation()
  server.changeProducts(
    siteScope,
    Array.from({ length: 20_000 }, () => randomUUID()),
    'Tray',
  )
  upstream.pullDelayMs = 20_000
  link.tell({ kind: 'started' })
  await clock.advance(5 * 60_000)
  expect(link.link().at).toBe('live')
  equal()
  const progress = history.flatMap((state) =>
    state.at === 'catching-up' && state.total > 0 ? [state.done] : [],
  )
  expect(progress).toEqual([5_000, 10_000, 15_000, 20_000])
})

test('stopping leaves no timer and no feed', async () => {
  const { live, link, clock, upstream } = linkStation()
  await live()
  link.tell({ kind: 'stopped' })
  expect(upstream.openFeeds()).toBe(0)
  await clock.settle()
  expect(clock.pending()).toBe(0)
})

test('a thousand lost feeds later nothing has piled up', async () => {
  const { live, clock, upstream, at, change, equal } = linkStation()
  await live()
  const timers = clock.pending()
  for (let round = 0; round < 1_000; round += 1) {
    upstream.cutFeeds()
    change()
    await clock.advance(31_000)
  }
  expect(at()).toBe('live')
  equal()
  expect(upstream.openFeeds()).toBe(1)
  expect(clock.pending()).toBeLessThanOrEqual(timers + 2)
})
