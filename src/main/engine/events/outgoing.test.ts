import { expect, test } from 'vitest'
import type { EventDraft, EventsTaken } from '#shared/domain/events.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import type { Failure, Outcome } from '../upstream/upstream.ts'
import { createOutgoing, EVENTS_PER_CALL, MAX_WAITING, STALE_AFTER_MS } from './outgoing.ts'
import { draft } from '#test/harness/event-drafts.ts'

/** A station that tells, and a server that takes what it is told, unless a test says otherwise. */
function stage() {
  const clock = manualClock()
  const calls: { at: number; keys: string[]; events: readonly EventDraft[] }[] = []
  const server = {
    answer: (_events: readonly EventDraft[]): Outcome<EventsTaken> | Promise<Outcome<EventsTaken>> => all(),
  }
  const outgoing = createOutgoing({
    clock,
    log: recordedLog(),
    counted: () => undefined,
    async send(events) {
      calls.push({ at: clock.monotonicMs(), keys: events.map(({ key }) => key), events })
      return server.answer(events)
    },
  })
  return { clock, calls, server, outgoing }
}

const all = (turned_away: EventsTaken['turned_away'] = []): Outcome<EventsTaken> => ({
  kind: 'settled',
  value: { taken: 0, turned_away },
})
const offline: Failure = { kind: 'offline', detail: 'the cable is out' }

test('one event goes at once, and one call at a time is under way', async () => {
  const { clock, calls, server, outgoing } = stage()
  outgoing.online(true)
  server.answer = () => new Promise((resolve) => clock.after(300, () => resolve(all())))
  outgoing.offer(draft('a'))
  outgoing.offer(draft('b'))
  outgoing.offer(draft('c'))
  await clock.settle()
  expect(calls).toMatchObject([{ at: 0, keys: ['a'] }])
  await clock.advance(300)
  expect(calls.slice(1)).toMatchObject([{ at: 300, keys: ['b', 'c'] }])
  await clock.advance(300)
  expect(outgoing.counts()).toMatchObject({ offered: 3, sent: 3, waiting: 0 })
})

test('a flood becomes few calls: of each key the last word, with the count of the others', async () => {
  const { clock, calls, outgoing } = stage()
  outgoing.online(true)
  for (let n = 0; n < 10_000; n += 1) {
    outgoing.offer(draft(`product-${n % 20}`))
    if (n % 10 === 0) await clock.advance(10)
  }
  await clock.advance(5_000)
  // Ten seconds at two calls a second, the burst and what was left.
  expect(calls.length).toBeLessThanOrEqual(4 + 2 * 10 + 2)
  expect(Math.max(...calls.map(({ keys }) => keys.length))).toBeLessThanOrEqual(EVENTS_PER_CALL)
  const { sent, merged, ...rest } = outgoing.counts()
  expect(sent + merged).toBe(10_000)
  expect(rest).toMatchObject({ turnedAway: 0, stale: 0, crowdedOut: 0, waiting: 0 })
  const stoodFor = calls.flatMap(({ events }) => events).reduce((sum, event) => sum + event.merged + 1, 0)
  expect(stoodFor).toBe(10_000)
})

test('without a server they wait for ten seconds and no longer', async () => {
  const { clock, calls, outgoing } = stage()
  for (let n = 0; n < 3; n += 1) outgoing.offer(draft(`${n}`))
  await clock.advance(STALE_AFTER_MS - 1)
  expect(outgoing.counts()).toMatchObject({ waiting: 3, stale: 0 })
  await clock.advance(1)
  expect(outgoing.counts()).toMatchObject({ waiting: 0, stale: 3 })
  outgoing.online(true)
  await clock.advance(60_000)
  expect(calls).toEqual([])
  expect(clock.pending()).toBe(0)
})

test('more than there is room for is not kept, offline as well', async () => {
  const { outgoing } = stage()
  for (let n = 0; n < MAX_WAITING + 7; n += 1) outgoing.offer(draft(`${n}`))
  expect(outgoing.counts()).toMatchObject({ waiting: MAX_WAITING, crowdedOut: 7 })
})

test('what comes too often is sent when the server says, unless something newer is there', async () => {
  const { clock, calls, server, outgoing } = stage()
  server.answer = () => all([{ index: 1, because: 'rate', retry_after_ms: 2_000 }])
  outgoing.offer(draft('a'))
  outgoing.offer(draft('b'))
  outgoing.online(true)
  await clock.settle()
  server.answer = () => all()
  outgoing.offer(draft('b'))
  await clock.advance(1_999)
  expect(calls).toHaveLength(1)
  await clock.advance(1)
  expect(calls[1]).toMatchObject({ keys: ['b'], events: [{ merged: 1 }] })
  expect(outgoing.counts()).toMatchObject({ offered: 3, sent: 2, merged: 1, waiting: 0 })
})

test('what the server will never take is not sent again', async () => {
  const { clock, calls, server, outgoing } = stage()
  server.answer = () =>
    all([
      { index: 0, because: 'not_allowed', retry_after_ms: null },
      { index: 2, because: 'invalid', retry_after_ms: null },
    ])
  for (const key of ['a', 'b', 'c']) outgoing.offer(draft(key))
  outgoing.online(true)
  await clock.advance(60_000)
  expect(calls).toHaveLength(1)
  expect(outgoing.counts()).toMatchObject({ sent: 1, turnedAway: 2, waiting: 0 })
})

test('an answer that was lost: the same event is sent again under the same id', async () => {
  const { clock, calls, server, outgoing } = stage()
  server.answer = () => offline
  outgoing.online(true)
  outgoing.offer(draft('a'))
  await clock.settle()
  server.answer = () => all()
  await clock.advance(1_000)
  expect(calls.map(({ events }) => events[0]?.id)).toEqual([calls[0]?.events[0]?.id, calls[0]?.events[0]?.id])
  expect(outgoing.counts()).toMatchObject({ offered: 1, sent: 1 })
})

test.each<[string, Failure | 'throws']>([
  ['no answer', offline],
  ['a server that cannot now', { kind: 'retry', because: 'server-error', afterMs: null, detail: '' }],
  ['a session that is over', { kind: 'signed-out', because: 'revoked', detail: '' }],
  ['something that throws', 'throws'],
])('%s costs few tries', async (_what, failure) => {
  const { clock, calls, server, outgoing } = stage()
  server.answer = () => {
    if (failure === 'throws') throw new Error('broken')
    return failure
  }
  outgoing.online(true)
  for (let second = 0; second < 120; second += 1) {
    outgoing.offer(draft(`${second}`))
    await clock.advance(1_000)
  }
  expect(calls.length).toBeLessThanOrEqual(9)
  // The link came back: no reason to wait any longer.
  server.answer = () => all()
  outgoing.online(false)
  outgoing.online(true)
  await clock.settle()
  expect(outgoing.counts().sent).toBeGreaterThan(0)
})

test('a server that asks for a pause gets it', async () => {
  const { clock, calls, server, outgoing } = stage()
  server.answer = () => ({ kind: 'retry', because: 'rate-limited', afterMs: 7_000, detail: '' })
  outgoing.online(true)
  outgoing.offer(draft('a'))
  await clock.advance(6_999)
  expect(calls).toHaveLength(1)
  await clock.advance(1)
  expect(calls).toHaveLength(2)
})

test('a server from before events is asked every five minutes at most, and nothing piles up', async () => {
  const { clock, calls, server, outgoing } = stage()
  server.answer = () => ({ kind: 'refused', code: 'PGRST202', detail: 'no such function' })
  outgoing.online(true)
  for (let minute = 0; minute < 30; minute += 1) {
    outgoing.offer(draft(`${minute}`))
    await clock.advance(60_000)
  }
  expect(calls.length).toBeLessThanOrEqual(7)
  expect(outgoing.counts().waiting).toBe(0)
})

test('whoever leaves waits for the last word, and never long', async () => {
  const { clock, server, outgoing } = stage()
  outgoing.online(true)
  let flushed = 0
  const flush = () => void outgoing.flushed(500).then(() => (flushed += 1))
  flush()
  await clock.settle()
  expect(flushed).toBe(1)
  server.answer = () => new Promise((resolve) => clock.after(200, () => resolve(all())))
  outgoing.offer(draft('a'))
  flush()
  await clock.advance(199)
  expect(flushed).toBe(1)
  await clock.advance(1)
  expect(flushed).toBe(2)
  server.answer = () => new Promise(() => undefined)
  outgoing.offer(draft('b'))
  flush()
  await clock.advance(500)
  expect(flushed).toBe(3)
})

test('[L1] nothing is sent after the end, and no timer is left', async () => {
  const { clock, calls, outgoing } = stage()
  outgoing.offer(draft('a'))
  outgoing.stop()
  outgoing.online(true)
  outgoing.offer(draft('b'))
  await clock.advance(60_000)
  expect(calls).toEqual([])
  expect(clock.pending()).toBe(0)
})
