import { beforeEach, expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { createQuietMoments, QUIET_MS } from './quiet-moments.ts'
import type { QuietMoments } from './quiet-moments.ts'

let clock: ManualClock
let log: ReturnType<typeof recordedLog>
let quiet: QuietMoments
let ran: [what: string, at: number][]

beforeEach(() => {
  clock = manualClock()
  log = recordedLog()
  quiet = createQuietMoments(clock, log)
  ran = []
})

const note = (what: string) => async () => void ran.push([what, clock.monotonicMs()])

test('work waits for its time, and then for quiet', async () => {
  quiet.after(10_000, null, note('work'))
  await clock.advance(9_000)
  quiet.moved()
  await clock.advance(2_000)
  quiet.moved()
  await clock.advance(QUIET_MS - 1)
  expect(ran).toEqual([])
  await clock.advance(1)
  expect(ran).toEqual([['work', 11_000 + QUIET_MS]])
  expect(clock.pending()).toBe(0)
})

test('patience ends: in unbroken traffic it goes ahead, unless it would rather never', async () => {
  quiet.after(1_000, 5_000, note('patient'))
  quiet.after(1_000, null, note('endless'))
  for (let second = 0; second < 60; second += 1) {
    quiet.moved()
    await clock.advance(1_000)
  }
  expect(ran).toEqual([['patient', 6_000]])
  await clock.advance(QUIET_MS)
  expect(ran.map(([what]) => what)).toEqual(['patient', 'endless'])
})

test('one work at a time: the second begins when the first has ended, and it still is quiet', async () => {
  let end = (): void => undefined
  quiet.after(5_000, null, () => new Promise<void>((resolve) => (end = resolve)))
  quiet.after(6_000, null, note('second'))
  await clock.advance(20_000)
  expect(ran).toEqual([])
  quiet.moved()
  end()
  await clock.advance(QUIET_MS)
  expect(ran).toEqual([['second', 20_000 + QUIET_MS]])
})

test('work that fails is told, and the next has its turn', async () => {
  quiet.after(5_000, null, () => Promise.reject(new Error('no')))
  quiet.after(5_000, null, note('next'))
  await clock.advance(5_000)
  expect(ran).toEqual([['next', 5_000]])
  expect(log.lines).toMatchObject([{ level: 'error', event: 'upkeep.failed' }])
})

test('forgotten work does not run; after the stop no timer is left, whatever still runs', async () => {
  let end = (): void => undefined
  quiet.after(1_000, null, note('forgotten'))()
  quiet.after(4_000, null, () => new Promise<void>((resolve) => (end = resolve)))
  quiet.after(4_500, null, note('late'))
  quiet.after(50_000, null, note('later'))
  await clock.advance(5_000)
  quiet.stop()
  expect(clock.pending()).toBe(0)
  end()
  await clock.advance(100_000)
  expect(ran).toEqual([])
})

test('what looks at something that is not at rest waits for that too, within its patience; others do not', async () => {
  let isAtRest = false
  quiet.after(1_000, null, note('proof'), () => isAtRest)
  quiet.after(1_000, 20_000, note('patient proof'), () => isAtRest)
  quiet.after(1_000, null, note('checkpoint'))
  await clock.advance(10_000)
  expect(ran.map(([what]) => what)).toEqual(['checkpoint'])
  await clock.advance(20_000)
  expect(ran.map(([what]) => what)).toEqual(['checkpoint', 'patient proof'])
  isAtRest = true
  await clock.advance(QUIET_MS)
  expect(ran.map(([what]) => what)).toEqual(['checkpoint', 'patient proof', 'proof'])
})
