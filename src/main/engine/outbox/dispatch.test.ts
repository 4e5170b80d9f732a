import { expect, test } from 'vitest'
import type { Failure } from '../upstream/upstream.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { northScope } from '#test/harness/mirror-data.ts'
import { mutation } from '#test/harness/outbox-data.ts'
import { received, sendingStation } from '#test/harness/sending-station.ts'
import { PUSH_PATIENCE_MS } from './dispatch-ask.ts'

const names = (count: number, prefix = 'w'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)
const inManyBins = (all: string[]): ReturnType<typeof received>[] =>
  all.map((name, i) => received(name, `B-${i % 7}`))

function online(...station: Parameters<typeof sendingStation>): ReturnType<typeof sendingStation> {
  const made = sendingStation(...station)
  made.dispatcher.online(true)
  return made
}

test('[O2] work goes in the order it was kept, a hundred at a time, the next at once', async () => {
  const { keep, clock, ledger, done, outbox, dispatcher } = sendingStation()
  const all = names(1_000)
  keep(...inManyBins(all))
  await clock.advance(60_000)
  expect(ledger.pushes).toEqual([])
  dispatcher.online(true)
  await clock.settle()
  expect(ledger.pushes).toEqual(Array.from({ length: 10 }, () => 100))
  expect(done(...all)).toEqual(all)
  expect(outbox.unsent()).toEqual([])
  // Each batch costs the disk two writes, however long it is.
  expect(outbox.events.filter(({ e }) => e === 'sending' || e === 'answered')).toHaveLength(20)
})

test('[O1] for two seconds after something was kept, rows being written give way to whoever works', async () => {
  const { keep, clock, dispatcher } = sendingStation()
  expect(dispatcher.isWorkedAt()).toBe(false)
  keep(received('a'))
  expect(dispatcher.isWorkedAt()).toBe(true)
  await clock.advance(1_999)
  expect(dispatcher.isWorkedAt()).toBe(true)
  await clock.advance(1)
  expect(dispatcher.isWorkedAt()).toBe(false)
})

test('a command is on disk as sent before the server sees it', async () => {
  const { keep, clock, upstream, state } = online()
  upstream.pushDelayMs = 100
  keep(received('a'))
  await clock.settle()
  expect(state('a')).toBe('sending')
  await clock.advance(200)
  expect(state('a')).toBe('applied')
})

test('what is kept while a push is under way goes with the next, all of it', async () => {
  const { keep, clock, upstream, ledger, state } = online()
  upstream.pushDelayMs = 100
  keep(received('a'))
  await clock.advance(50)
  keep(received('b'), received('c'))
  keep(received('d'))
  await clock.advance(1_000)
  expect(ledger.pushes).toEqual([1, 3])
  expect([state('a'), state('d')]).toEqual(['applied', 'applied'])
})

test('what was taken back between two batches is never sent', async () => {
  const { keep, clock, upstream, takeBack, done, state } = online()
  upstream.pushDelayMs = 100
  keep(received('a'))
  await clock.advance(50)
  keep(received('b'), received('c'))
  expect(takeBack('a')).toBe(false)
  expect(takeBack('b')).toBe(true)
  await clock.advance(1_000)
  expect(done('a', 'b', 'c')).toEqual(['a', 'c'])
  expect(state('b')).toBe('taken-back')
})

test('[O2] an answer that was lost is asked for again, and nothing is done twice', async () => {
  const { keep, clock, upstream, ledger, state, done } = online()
  upstream.pushAnswersToLose = 1
  keep(received('a'), received('b'))
  await clock.settle()
  expect([state('a'), state('b')]).toEqual(['sending', 'sending'])
  await clock.advance(2_000)
  expect([state('a'), state('b')]).toEqual(['applied', 'applied'])
  expect(ledger.pushes).toEqual([2, 2])
  expect(done('a', 'b')).toEqual(['a', 'b'])
})

test('[O2] what was under way when the process died is unsure at the next start, and is sent again', async () => {
  const before = online()
  before.upstream.pushDelayMs = 100
  before.keep(received('a'))
  await before.clock.advance(150)
  before.dispatcher.stop()
  const { dispatcher, clock, state, done } = sendingStation({ world: before })
  expect(dispatcher.unsure()).toEqual([mutation('a')])
  dispatcher.online(true)
  await clock.advance(1_000)
  expect(state('a')).toBe('applied')
  expect(done('a')).toEqual(['a'])
  expect(dispatcher.unsure()).toEqual([])
})

test('[L1] after the end nothing is recorded, drawn or told, and no timer is left', async () => {
  const { keep, clock, upstream, dispatcher, outbox, touched, state } = online()
  const timers = clock.pending()
  upstream.pushDelayMs = 100
  keep(received('a'))
  await clock.advance(50)
  dispatcher.stop()
  const events = outbox.events.length
  const told = touched.length
  await clock.advance(60 * 60_000)
  expect([state('a'), outbox.events.length, touched.length]).toEqual(['sending', events, told])
  dispatcher.nudge()
  await clock.settle()
  expect(clock.pending()).toBe(timers)
})

test('[L1] nor one of a push that nobody will answer any more (fuzz: seed 4, run 1034)', async () => {
  const { keep, clock, upstream, dispatcher, state } = online()
  const timers = clock.pending()
  upstream.push = () => new Promise(() => undefined)
  keep(received('a'))
  await clock.advance(50)
  dispatcher.stop()
  await clock.settle()
  expect([state('a'), clock.pending()]).toEqual(['sending', timers])
})

test('[O3] a refused command is on the desk, what was drawn of it is gone, its lane goes on', async () => {
  const { keep, clock, ledger, state, outcome, mirror, done } = online()
  ledger.refuses.add(mutation('b'))
  keep(received('a'), received('b'), received('c'))
  await clock.settle()
  expect([state('a'), state('b'), state('c')]).toEqual(['applied', 'refused', 'applied'])
  expect(outcome('b')).toMatchObject({ outcome: 'refused', code: 'insufficient_stock' })
  expect(done('a', 'b', 'c')).toEqual(['a', 'c'])
  expect(mirror.drawn().map(({ id }) => id)).toEqual([mutation('a'), mutation('c')])
})

test('two ticks as soon as the server has said so: drawn as known to it until the rows show it', async () => {
  const { keep, clock, mirror, state } = online()
  keep(received('a'))
  expect(mirror.drawn()).toMatchObject([{ at: 'station', settles: [] }])
  await clock.settle()
  expect(mirror.drawn()).toMatchObject([{ at: 'server', settles: [{ scope: northScope, seq: 1 }] }])
  expect(state('a')).toBe('applied')
})

test('offline it waits for the link, however long, and goes the moment it is back', async () => {
  const { keep, clock, upstream, dispatcher, state, ledger } = online()
  upstream.pushFailure = noAnswer
  keep(received('a'))
  await clock.settle()
  dispatcher.online(false)
  upstream.pushFailure = null
  await clock.advance(3 * 60 * 60_000)
  expect(ledger.pushes).toEqual([])
  dispatcher.online(true)
  await clock.settle()
  expect(state('a')).toBe('applied')
})

test('a wall clock that jumps neither hurries a retry nor puts it off', async () => {
  const { keep, clock, upstream, state } = online()
  upstream.pushFailure = noAnswer
  keep(received('a'))
  await clock.settle()
  upstream.pushFailure = null
  clock.jumpWallClock(-12 * 60 * 60_000)
  await clock.advance(900)
  expect(state('a')).toBe('sending')
  await clock.advance(1_100)
  expect(state('a')).toBe('applied')
})

test('a server over its limits is left alone as long as it asked for, also when the link comes back', async () => {
  const { keep, clock, upstream, dispatcher, ledger, outbox } = online()
  upstream.pushFailure = { kind: 'retry', because: 'rate-limited', afterMs: 60_000, detail: '' }
  keep(received('a'))
  await clock.settle()
  upstream.pushFailure = null
  expect(outbox.get(mutation('a'))?.trouble).toMatchObject({ because: 'rate-limited', attempts: 1 })
  dispatcher.online(false)
  dispatcher.online(true)
  keep(received('b'))
  await clock.advance(59_000)
  expect(ledger.pushes).toEqual([])
  await clock.advance(15_000)
  expect(ledger.pushes).toEqual([2])
})

test('without a session it waits for a person, and what was not sent is known not to have been', async () => {
  const { keep, clock, upstream, dispatcher, state, outbox } = online()
  upstream.signedIn = false
  keep(received('a'))
  await clock.settle()
  expect(state('a')).toBe('queued')
  expect(outbox.get(mutation('a'))?.trouble).toMatchObject({ because: 'signed-out', nextAt: null })
  dispatcher.online(false)
  await clock.advance(60 * 60_000)
  upstream.signedIn = true
  dispatcher.online(true)
  await clock.settle()
  expect(state('a')).toBe('applied')
})

test('a push that is never answered is given up after a minute: others get their turn', async () => {
  const { keep, clock, upstream, turns, state } = online()
  const honest = upstream.push.bind(upstream)
  upstream.push = () => new Promise(() => undefined)
  keep(received('a'))
  await clock.settle()
  let hadItsTurn = false
  void turns.take(async () => {
    hadItsTurn = true
  })
  await clock.advance(PUSH_PATIENCE_MS - 1)
  expect(hadItsTurn).toBe(false)
  upstream.push = honest
  await clock.advance(1)
  expect([hadItsTurn, state('a')]).toEqual([true, 'sending'])
  await clock.advance(2_000)
  expect(state('a')).toBe('applied')
})

test('outcomes of other commands are no answer; an id in another case is the same id', async () => {
  const { keep, clock, upstream, state } = online()
  const honest = upstream.push.bind(upstream)
  let change = (id: string): string => id.replace(/^./, (first) => (first === 'f' ? 'e' : 'f'))
  upstream.push = async (commands) => {
    const outcome = await honest(commands)
    if (outcome.kind !== 'settled') return outcome
    const value = outcome.value.map((each) => ({ ...each, mutation_id: change(each.mutation_id) as never }))
    return { kind: 'settled', value }
  }
  keep(received('a'))
  await clock.settle()
  expect(state('a')).toBe('sending')
  change = (id) => id.toUpperCase()
  await clock.advance(2_000)
  expect(state('a')).toBe('applied')
})

test('an upstream that throws is one that gave no answer', async () => {
  const { keep, clock, upstream, state, done } = online()
  const honest = upstream.push.bind(upstream)
  upstream.push = () => Promise.reject(new Error('a mistake of ours'))
  keep(received('a'))
  await clock.settle()
  upstream.push = honest
  await clock.advance(2_000)
  expect([state('a'), done('a')]).toEqual(['applied', ['a']])
})

test('a disk that refuses to note the sending: nothing is sent, and it is tried again', async () => {
  const { keep, clock, outbox, ledger, refused, state } = online()
  keep(received('a'))
  outbox.refuses = 'disk-full'
  await clock.settle()
  expect([ledger.pushes, refused]).toEqual([[], ['disk-full']])
  outbox.refuses = null
  await clock.advance(2_000)
  expect(state('a')).toBe('applied')
})

test('[O2] a disk that refuses the answer: it is asked for again, nothing is drawn before it is on disk', async () => {
  const { keep, clock, outbox, upstream, mirror, state, done } = online()
  upstream.pushDelayMs = 100
  keep(received('a'))
  await clock.advance(150)
  outbox.refuses = 'disk-full'
  await clock.advance(100)
  outbox.refuses = null
  expect(state('a')).toBe('sending')
  expect(mirror.drawn()).toMatchObject([{ at: 'station' }])
  await clock.advance(3_000)
  expect([state('a'), done('a')]).toEqual(['applied', ['a']])
})

test('what a mirror did not take stays owed to it', async () => {
  const { keep, clock, mirror, refused, dispatcher } = online()
  keep(received('a'))
  mirror.refuses = 'disk-full'
  await clock.settle()
  expect(refused).toEqual(['disk-full'])
  expect(dispatcher.owed()).toMatchObject({ drawn: [{ id: mutation('a'), at: 'server' }], erased: [] })
  expect(dispatcher.isAtRest()).toBe(false)
  mirror.refuses = null
  dispatcher.drawOwed()
  expect(dispatcher.owed()).toBeUndefined()
  expect(mirror.drawn()).toMatchObject([{ id: mutation('a'), at: 'server' }])
})

test('work of somebody who is not shown goes all the same', async () => {
  const { keep, clock, upstream, state, dispatcher } = online({ isShown: false })
  upstream.pushAnswersToLose = 1
  keep(received('a'))
  await clock.advance(2_000)
  expect([state('a'), dispatcher.owed()]).toEqual(['applied', undefined])
})

test('it is at rest only when nothing is unsure and the rows show what the server has', async () => {
  const { keep, clock, upstream, dispatcher } = online()
  dispatcher.online(false)
  keep(received('a'))
  expect(dispatcher.isAtRest()).toBe(true)
  upstream.pushDelayMs = 10
  dispatcher.online(true)
  await clock.advance(15)
  expect(dispatcher.isAtRest()).toBe(false)
  await clock.advance(15)
  expect(dispatcher.isAtRest()).toBe(false)
})

test('every retry is told, with its time', async () => {
  const { keep, clock, upstream, outbox, touched } = online()
  const failure: Failure = { kind: 'retry', because: 'server-error', afterMs: null, detail: '' }
  upstream.pushFailure = failure
  keep(received('a'))
  await clock.settle()
  const { trouble } = outbox.get(mutation('a'))!
  expect(trouble).toMatchObject({ because: 'server-error', at: clock.now(), attempts: 1 })
  expect(trouble!.nextAt! - clock.now()).toBeGreaterThanOrEqual(1_000)
  expect(touched).toEqual([mutation('a'), mutation('a')])
})
