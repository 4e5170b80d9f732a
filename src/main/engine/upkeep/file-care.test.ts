import { beforeEach, expect, test } from 'vitest'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { IntegrityCheck, MirrorHealth } from '#shared/protocol/diagnostics.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { mirrorError } from '../mirror/disk-trouble.ts'
import type { Soundness } from '../mirror/mirror.ts'
import { lookAfterFile, CHECK_EVERY_MS, CHECKPOINT_EVERY_MS, FIRST_CHECK_MS } from './file-care.ts'
import { createQuietMoments, QUIET_MS } from './quiet-moments.ts'
import type { FileCare } from './file-care.ts'
import type { QuietMoments } from './quiet-moments.ts'

let clock: ManualClock
let quiet: QuietMoments
let checks: number
let checkpoints: number
let answer: () => Soundness
let said: unknown[]

beforeEach(() => {
  clock = manualClock()
  quiet = createQuietMoments(clock, recordedLog())
  checks = 0
  checkpoints = 0
  answer = () => ({ sound: true, problems: [] })
  said = []
})

function start(integrity: IntegrityCheck | null = null): FileCare {
  const mirror = { integrity } as MirrorHealth
  const read = () => ({ history: [], scopes: [], proofs: [], mirror })
  return lookAfterFile({
    clock,
    random: () => 0.5,
    log: recordedLog(),
    quiet,
    mirror: {
      checkpoint: () => (checkpoints += 1),
      diagnostics: { read } as unknown as Parameters<typeof lookAfterFile>[0]['mirror']['diagnostics'],
    },
    inspector: {
      quickCheck: async () => {
        checks += 1
        return answer()
      },
    },
    checked: (check) => said.push(check),
    failed: (error) => said.push(error),
    unsound: () => said.push('unsound'),
  })
}

test('the file is checked some minutes after the start, and then once a day', async () => {
  start()
  await clock.advance(FIRST_CHECK_MS - 1)
  expect(checks).toBe(0)
  await clock.advance(1)
  expect(said).toEqual([{ at: clock.now(), sound: true, problems: [] }])
  await clock.advance(CHECK_EVERY_MS)
  expect(checks).toBe(2)
})

test('a station that is started every morning is checked once a day, not at every start', async () => {
  start({ at: clock.now() - 60 * MINUTE_MS, sound: true, problems: [] })
  await clock.advance(CHECK_EVERY_MS - 61 * MINUTE_MS)
  expect(checks).toBe(0)
  await clock.advance(MINUTE_MS)
  expect(checks).toBe(1)
})

test.each<[string, IntegrityCheck]>([
  ['found the last file unsound', { at: 0, sound: false, problems: ['a page is lost'] }],
  [
    'was made in a future that the clock has left',
    { at: Number.MAX_SAFE_INTEGER, sound: true, problems: [] },
  ],
])('a check that %s says nothing of this file', async (_, last) => {
  start(last)
  await clock.advance(FIRST_CHECK_MS)
  expect(checks).toBe(1)
})

test('an unsound file is told once, with what SQLite says of it', async () => {
  answer = () => ({ sound: false, problems: ['a page is lost'] })
  start()
  await clock.advance(10 * CHECK_EVERY_MS)
  expect(said).toMatchObject([{ sound: false, problems: ['a page is lost'] }, 'unsound'])
})

test('a check that cannot be carried out is tried again within the hour', async () => {
  answer = () => {
    throw mirrorError('io-error')
  }
  start()
  await clock.advance(FIRST_CHECK_MS)
  expect(said).toMatchObject([{ problem: 'io-error' }])
  answer = () => ({ sound: true, problems: [] })
  await clock.advance(60 * MINUTE_MS)
  expect(said[1]).toMatchObject({ sound: true })
})

test('the log is taken into the file in quiet moments only', async () => {
  start({ at: clock.now(), sound: true, problems: [] })
  for (let minute = 0; minute < 30; minute += 1) {
    for (let second = 0; second < 60; second += 2) {
      quiet.moved()
      await clock.advance(2_000)
    }
  }
  expect(checkpoints).toBe(0)
  await clock.advance(CHECKPOINT_EVERY_MS)
  expect(checkpoints).toBe(1)
  quiet.stop()
  expect(clock.pending()).toBe(0)
})

test('after a catch-up it is, as soon as it is quiet, and once however often that was', async () => {
  const care = start({ at: clock.now(), sound: true, problems: [] })
  care.settle()
  await clock.advance(QUIET_MS - 1)
  care.settle()
  expect(checkpoints).toBe(0)
  await clock.advance(CHECKPOINT_EVERY_MS)
  expect(checkpoints).toBe(1)
})
