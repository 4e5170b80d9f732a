import { expect, test } from 'vitest'
import { fakeOutbox } from '#test/harness/fake-outbox.ts'
import { fakeServer } from '#test/harness/fake-server.ts'
import { fakeUpstream, noAnswer } from '#test/harness/fake-upstream.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { work } from '#test/harness/outbox-data.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import type { Failure } from '../upstream/upstream.ts'
import { openDepartedSender } from './departed-sender.ts'

const over: Failure = { kind: 'signed-out', because: 'revoked', detail: 'It was ended.' }

test('[O3] an answer that comes when their session has ended does not make their work look sent', async () => {
  const clock = manualClock()
  const server = fakeServer(clock)
  const upstream = fakeUpstream(server, clock)
  const outbox = fakeOutbox(clock)
  const log = recordedLog()
  outbox.keep(work('a'))
  const { pull } = upstream
  let answer = (): void => undefined
  upstream.pull = async (...question) => {
    await new Promise<void>((resolve) => (answer = resolve))
    return pull(...question)
  }
  upstream.push = async () => (clock.monotonicMs() < 500 ? noAnswer : over)
  let isDone = false
  const user = { id: server.uid, email: 'mia@shelf.test' }
  const sender = openDepartedSender({
    ...{ clock, random: seededRandom(1), log, user, upstream },
    openOutbox: () => outbox,
    changed: () => undefined,
    done: () => (isDone = true),
  })
  await clock.advance(400)
  upstream.authenticate = async () => (clock.monotonicMs() < 61_000 ? noAnswer : over)
  await clock.advance(2 * 60_000)
  expect(log.events()).toContain('departed.stranded')
  answer()
  await clock.settle()
  expect({ unsent: sender.unsent(), isDone }).toEqual({ unsent: 1, isDone: false })
  expect(clock.pending()).toBe(0)
  await sender.stop()
})
