import { expect, test } from 'vitest'
import type { Failure } from '../upstream/upstream.ts'
import { noAnswer } from '#test/harness/fake-upstream.ts'
import { mutation } from '#test/harness/outbox-data.ts'
import { received, sendingStation } from '#test/harness/sending-station.ts'
import { LATE_DELIVERY_MS } from './dispatch-unsure.ts'

/* Commands that the server cannot take: the whole push fails, without a word about which of them it is. */

const refusal: Failure = { kind: 'refused', code: '22P02', detail: 'HTTP 400 22P02: it cannot be read' }
const serverError: Failure = { kind: 'retry', because: 'server-error', afterMs: null, detail: 'HTTP 500' }
const strangeWords: Failure = { kind: 'not-supabase', detail: 'answered in another shape' }

const names = Array.from({ length: 100 }, (_, i) => `w${i}`)

function busy(): ReturnType<typeof sendingStation> {
  const station = sendingStation()
  // Everybody in a bin of their own, but for the last two, which follow the one in the middle.
  station.keep(
    ...names.map((name, i) => received(name, i >= 98 ? 'B-50' : `B-${i}`)),
    received('other', 'C-1'),
  )
  return station
}

test('[O4] a command that the server refuses to read is on the desk within one round, all others are done', async () => {
  const { clock, dispatcher, ledger, done, state, outcome, log } = busy()
  ledger.poison.set(mutation('w50'), refusal)
  dispatcher.online(true)
  await clock.settle()
  expect(state('w50')).toBe('refused')
  expect(outcome('w50')).toMatchObject({ code: 'invalid', facts: { server_code: '22P02' } })
  expect(done(...names, 'other')).toHaveLength(100)
  expect(done('w98', 'w99')).toEqual(['w98', 'w99'])
  expect(log.events()).toContain('dispatch.refused')
})

test('[O4] two of them, and both come to the desk', async () => {
  const { clock, dispatcher, ledger, done, state } = busy()
  ledger.poison.set(mutation('w0'), refusal)
  ledger.poison.set(mutation('w99'), refusal)
  dispatcher.online(true)
  await clock.settle()
  expect([state('w0'), state('w99')]).toEqual(['refused', 'refused'])
  expect(done(...names, 'other')).toHaveLength(99)
})

test('[O3] a server that lets nobody in, not even empty-handed, condemns nothing', async () => {
  const { clock, dispatcher, upstream, done, outbox, ledger } = busy()
  upstream.pushFailure = { kind: 'refused', code: '42501', detail: 'permission denied for function' }
  dispatcher.online(true)
  await clock.advance(10 * 60_000)
  expect(outbox.counts()).toMatchObject({ unsent: 101, refused: 0 })
  expect(outbox.entries().every(({ state }) => state === 'queued')).toBe(true)
  upstream.pushFailure = null
  await clock.advance(30_000)
  expect(done(...names)).toEqual(names)
  expect(ledger.pushes).toEqual([100, 1])
})

for (const [what, failure] of Object.entries({
  'a server error': serverError,
  'an answer in unknown words': strangeWords,
  'no answer at all': noAnswer,
})) {
  test(`[O4] one that is always met with ${what} goes alone from the second time on, and holds back its lane only`, async () => {
    const { clock, dispatcher, ledger, done, state, keep } = busy()
    ledger.poison.set(mutation('w50'), failure)
    dispatcher.online(true)
    await clock.advance(2_500)
    expect(done(...names, 'other')).toHaveLength(98)
    expect(['w50', 'w98', 'w99'].map(state)).toEqual(['sending', 'sending', 'sending'])
    keep(received('later', 'B-50'), received('elsewhere', 'D-1'))
    await clock.settle()
    expect(done('later', 'elsewhere')).toEqual(['elsewhere'])

    // It goes on being tried, less and less often, and others are never held up for it.
    ledger.pushes.length = 0
    await clock.advance(10 * 60_000)
    const tries = ledger.pushes.filter((count) => count === 1).length
    expect(tries).toBeGreaterThan(10)
    expect(tries).toBeLessThan(80)
    keep(received('much later', 'D-2'))
    await clock.settle()
    expect(done('much later')).toEqual(['much later'])

    ledger.poison.clear()
    await clock.advance(31_000)
    expect(done('w50', 'w98', 'w99', 'later')).toEqual(['w50', 'w98', 'w99', 'later'])
  })
}

test('a server that fails everybody is not asked for each command by itself', async () => {
  const { clock, dispatcher, upstream, done } = busy()
  const sizes: number[] = []
  const honest = upstream.push.bind(upstream)
  upstream.push = (commands) => {
    sizes.push(commands.length)
    return honest(commands)
  }
  upstream.pushFailure = serverError
  dispatcher.online(true)
  await clock.advance(10 * 60_000)
  expect(sizes.length).toBeLessThan(100)
  expect(sizes.filter((size) => size !== 0 && size !== 100)).toEqual([])
  upstream.pushFailure = null
  await clock.advance(31_000)
  expect(done(...names, 'other')).toHaveLength(101)
})

test('[O2] one that may be at the server from an earlier push is not condemned before a pull has missed it there', async () => {
  const { clock, dispatcher, upstream, ledger, keep, state } = sendingStation()
  dispatcher.online(true)
  upstream.pushFailure = noAnswer
  keep(received('a'))
  await clock.settle()
  upstream.pushFailure = null
  ledger.poison.set(mutation('a'), refusal)
  await clock.advance(LATE_DELIVERY_MS - 1_000)
  dispatcher.learned([mutation('a')], [])
  await clock.advance(31_000)
  // What was asked so soon proves nothing: the first push might have been on its way.
  expect(state('a')).toBe('sending')
  dispatcher.learned([mutation('a')], [])
  await clock.advance(31_000)
  expect(state('a')).toBe('refused')
})

test('a deadlock once is no reason to suspect anybody', async () => {
  const { clock, dispatcher, upstream, ledger, done } = busy()
  upstream.pushFailure = serverError
  dispatcher.online(true)
  await clock.settle()
  upstream.pushFailure = null
  await clock.advance(2_000)
  expect(ledger.pushes).toEqual([100, 1])
  expect(done(...names)).toEqual(names)
})
