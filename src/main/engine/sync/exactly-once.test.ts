import { expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { northScope } from '#test/harness/mirror-data.ts'
import { mutation } from '#test/harness/outbox-data.ts'
import { received, sendingStation, sendingWorld } from '#test/harness/sending-station.ts'
import type { SendingWorld } from '#test/harness/sending-station.ts'

/*
 * A command of our own shows in the rows once the server has done it, and is drawn over them until then: at every moment one of the
 * two, never both, never neither.
 */

async function connected(world: SendingWorld = sendingWorld()) {
  const station = sendingStation({ world })
  const connection = station.link()
  await station.clock.advance(100)
  expect(connection.link().at).toBe('live')
  const check = (): void => {
    for (const { shown, meant } of [...station.screens, station.screen()]) expect(shown).toEqual(meant)
  }
  return { ...station, connection, check }
}

test('a poke that overtakes the answer of its push waits for it, and then costs no pull', async () => {
  const { keep, clock, upstream, server, state, check, mirror } = await connected()
  await clock.advance(5_000)
  const pulls = server.pulls
  upstream.pushDelayMs = 20
  keep(received('a'))
  await clock.advance(30)
  // The server has done it and told us so; only the answer is still on its way.
  expect(server.head(northScope)).toBe(1)
  expect(mirror.cursor(northScope).seq).toBe(0)
  check()
  await clock.advance(10)
  expect(state('a')).toBe('settled')
  expect(server.pulls).toBe(pulls)
  check()
})

test('a poke that does not come is made up for by a pull, soon', async () => {
  const { keep, clock, server, state } = await connected()
  server.pokes = 'lost'
  keep(received('a'))
  await clock.settle()
  expect(state('a')).toBe('applied')
  await clock.advance(300)
  expect(state('a')).toBe('settled')
})

test('without a feed what was pushed is pulled at once', async () => {
  const world = sendingWorld()
  world.upstream.feedFailure = { ...noAnswer, websocket: 'unopened' }
  const { keep, clock, state, link } = sendingStation({ world })
  const running = link()
  await clock.advance(2_000)
  expect(running.link().at).toBe('degraded')
  keep(received('a'))
  await clock.advance(1)
  expect(state('a')).toBe('settled')
})

test('[O2] an answer that is lost: the poke is not believed, the pull tells fate and rows in one transaction', async () => {
  const { keep, clock, upstream, state, mirror, check, ledger } = await connected()
  upstream.pushAnswersToLose = 1
  upstream.pullDelayMs = 100
  keep(received('a'), received('b'))
  await clock.settle()
  // The server has done both, and poked.
  expect([state('a'), ledger.done.length, mirror.cursor(northScope).seq]).toEqual(['sending', 2, 0])
  await clock.advance(100)
  expect([state('a'), state('b')]).toEqual(['settled', 'settled'])
  await clock.advance(60_000)
  expect(ledger.pushes).toEqual([2])
  check()
})

test('[O3] a lost answer that was a no: the pull brings it to the desk', async () => {
  const { keep, clock, upstream, ledger, server, state, mirror } = await connected()
  upstream.pushAnswersToLose = 1
  ledger.refuses.add(mutation('a'))
  keep(received('a'), received('b'))
  server.changeProducts(siteScope, ['00000000-0000-4000-8000-000000000001'], 'Jug')
  await clock.advance(500)
  expect([state('a'), state('b')]).toEqual(['refused', 'settled'])
  expect(mirror.drawn()).toEqual([])
})

test('a question waits for the push, a push for no more than one page', async () => {
  const { keep, clock, upstream, server, check, state, connection } = await connected()
  server.changeProducts(
    siteScope,
    Array.from({ length: 20_000 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`),
    'Tray',
  )
  await clock.advance(100)
  connection.tell({ kind: 'signed-in' })
  upstream.pullDelayMs = 1_000
  await clock.advance(2_500)
  keep(received('a'))
  await clock.advance(1_000)
  expect(state('a')).not.toBe('queued')
  check()
  await clock.advance(10_000)
  expect(state('a')).toBe('settled')
})

test('a page that was wanted before a push and is asked for after it knows of the push', async () => {
  const { keep, clock, upstream, server, check, state, connection, mirror, ledger } = await connected()
  server.pokes = 'lost'
  connection.tell({ kind: 'suspending' })
  server.changeProducts(
    siteScope,
    Array.from({ length: 20_000 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`),
    'Tray',
  )
  upstream.pullDelayMs = 1_000
  connection.tell({ kind: 'nudged', by: 'resumed' })
  while (mirror.cursor(siteScope).seq === 0) await clock.advance(100)
  // The second page is on its way; the third will be wanted the moment it comes, after the push, which waits for the second.
  upstream.pushAnswersToLose = 1
  keep(received('a'))
  await clock.advance(1_000)
  expect(state('a')).toBe('sending')
  await clock.advance(1_000)
  expect([state('a'), mirror.cursor(siteScope).seq]).toEqual(['applied', 10_600])
  await clock.advance(10_000)
  expect(state('a')).toBe('settled')
  // It was the page that told: nothing was sent again.
  expect(ledger.pushes).toEqual([1])
  check()
})

test('[L1] an answer to a connection that is gone tells nothing; the next one is asked again', async () => {
  const { keep, clock, upstream, server, state, connection, check, dispatcher } = await connected()
  upstream.pushAnswersToLose = 1
  server.pokes = 'lost'
  upstream.pullDelayMs = 500
  keep(received('a'))
  await clock.advance(100)
  connection.tell({ kind: 'suspending' })
  await clock.advance(3_000)
  expect(state('a')).toBe('sending')
  expect(dispatcher.unsure()).toEqual([mutation('a')])
  check()
  connection.tell({ kind: 'nudged', by: 'resumed' })
  await clock.advance(5_000)
  expect(state('a')).toBe('settled')
  check()
})

test('an outbox that refuses what a pull tells: no row of that answer is shown, and the link tries again', async () => {
  const { keep, clock, upstream, server, outbox, state, mirror, connection, check, refused } =
    await connected()
  upstream.pushAnswersToLose = 1
  server.pokes = 'lost'
  upstream.pullDelayMs = 100
  keep(received('a'))
  await clock.settle()
  outbox.refuses = 'disk-full'
  await clock.advance(100)
  expect(refused).toContain('disk-full')
  expect(connection.link()).toMatchObject({ at: 'waiting', because: 'disk' })
  expect(mirror.cursor(northScope).seq).toBe(0)
  check()
  outbox.refuses = null
  await clock.advance(60_000)
  expect(state('a')).toBe('settled')
})

test('a mirror that refuses what a push has brought gets it with the next page', async () => {
  const { keep, clock, mirror, state, connection, check } = await connected()
  keep(received('a'))
  mirror.refuses = 'disk-full'
  await clock.advance(100)
  expect(state('a')).toBe('applied')
  mirror.refuses = null
  await clock.advance(60_000)
  expect([connection.link().at, state('a')]).toEqual(['live', 'settled'])
  check()
})

test('a server restored from a backup: what it took under its new numbers is not mistaken for what we have', async () => {
  const { keep, clock, upstream, server, state, mirror, check } = await connected()
  for (const name of ['a', 'b', 'c']) {
    keep(received(name))
    await clock.advance(10)
  }
  expect(mirror.cursor(northScope).seq).toBe(3)
  upstream.pushAnswersToLose = 1
  upstream.pullDelayMs = 100
  server.pokes = 'lost'
  // All of its rows have begun anew at 1, and so the next command gets a number that we are long past.
  server.restore(northScope)
  server.restore(siteScope)
  keep(received('d'))
  await clock.settle()
  expect([server.head(northScope), state('d')]).toEqual([2, 'sending'])
  await clock.advance(100)
  expect(state('d')).toBe('settled')
  check()
})

test('[O2] a thousand commands, and every answer of a first push is lost: all are at the server within a moment, once', async () => {
  const { keep, clock, upstream, ledger, connection, state, check } = await connected()
  connection.tell({ kind: 'suspending' })
  const names = Array.from({ length: 1_000 }, (_, i) => `w${i}`)
  keep(...names.map((name, i) => received(name, `B-${i % 40}`)))
  upstream.pushAnswersToLose = 10
  connection.tell({ kind: 'nudged', by: 'resumed' })
  await clock.advance(1_000)
  expect(names.map(state)).toEqual(names.map(() => 'settled'))
  expect(ledger.done).toHaveLength(1_000)
  // What the pulls have told is not sent again.
  expect(ledger.pushes).toEqual(names.filter((_, i) => i % 100 === 0).map(() => 100))
  check()
})

test('a server restored while we were away: nothing is sent before we are in its new history', async () => {
  const { keep, clock, server, upstream, state, check, connection } = await connected()
  for (const name of ['a', 'b', 'c']) {
    keep(received(name))
    await clock.advance(10)
  }
  connection.tell({ kind: 'suspending' })
  server.restore(northScope)
  keep(received('d'))
  upstream.pullDelayMs = 100
  connection.tell({ kind: 'nudged', by: 'resumed' })
  await clock.advance(5_000)
  expect(state('d')).toBe('settled')
  check()
})
