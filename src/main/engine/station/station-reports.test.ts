import { beforeEach, describe, expect, test } from 'vitest'
import { StationId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import { manualClock, type ManualClock } from '#test/harness/manual-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import type { Outcome } from '../upstream/upstream.ts'
import type { StationHere } from '../views/fleet-view.ts'
import {
  createStationReports,
  GOODBYE_WITHIN_MS,
  NEWS_AFTER_MS,
  type StationReports,
} from './station-reports.ts'

/* What a station tells of itself, and when. The server is a function that says what the test wants said. */

const hall = WarehouseId.parse('11111111-1111-4111-8111-111111111111')

interface Told {
  at: number
  unsent: number
  closing: boolean
  link: string
}

let clock: ManualClock
let here: StationHere
let told: Told[]
let answer: () => Promise<Outcome<unknown>>
let reports: StationReports

const kept = (nextMs: number): Outcome<unknown> => ({
  kind: 'settled',
  value: { server_time: '', kept: true, next_ms: nextMs },
})
const tooSoon = (nextMs: number): Outcome<unknown> => ({
  kind: 'settled',
  value: { server_time: '', kept: false, next_ms: nextMs },
})

beforeEach(() => {
  clock = manualClock()
  told = []
  answer = async () => kept(30 * SECOND_MS)
  here = {
    id: StationId.parse('22222222-2222-4222-8222-222222222222'),
    name: 'Gate 3',
    kind: 'terminal',
    user: { id: UserId.parse('33333333-3333-4333-8333-333333333333'), name: 'Mia' },
    version: '1.0.0',
    link: 'live',
    behind: 0,
    completeAsOf: clock.now(),
    unsent: 0,
    oldestUnsentAt: null,
    refused: 0,
    lastScanAt: null,
    clockOffsetMs: 0,
    warehouseId: hall,
  }
  reports = createStationReports({
    clock,
    random: seededRandom(1),
    log: recordedLog(),
    upstream: {
      async call(name, args) {
        expect(name).toBe('report_station')
        const report = args['report'] as Omit<Told, 'at'>
        told.push({
          at: clock.monotonicMs(),
          unsent: report.unsent,
          closing: report.closing,
          link: report.link,
        })
        return (await answer()) as never
      },
    },
    here: () => here,
  })
})

const live = async (): Promise<void> => {
  reports.link('live')
  await clock.advance(3 * SECOND_MS)
  expect(told).toHaveLength(1)
}
const change = (more: Partial<StationHere>): void => {
  here = { ...here, ...more }
  reports.changed()
}

describe('when', () => {
  test('an hour of reports: about one each time the server wants one, never in step', async () => {
    await live()
    await clock.advance(60 * MINUTE_MS)
    // 120 of them are wanted, each a fifth early or late.
    expect(told.length).toBeGreaterThan(110)
    expect(told.length).toBeLessThan(132)
    const gaps = told.slice(1).map(({ at }, i) => at - (told[i]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(24 * SECOND_MS)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(36 * SECOND_MS)
    expect(new Set(gaps).size).toBeGreaterThan(50)
  })

  test('a server with many stations asks for fewer, and gets them', async () => {
    answer = async () => kept(10 * MINUTE_MS)
    await live()
    await clock.advance(60 * MINUTE_MS)
    expect(told.length).toBeGreaterThanOrEqual(6)
    expect(told.length).toBeLessThanOrEqual(8)
  })

  test('offline it waits, and the first report follows the line', async () => {
    await live()
    reports.link('waiting')
    await clock.advance(60 * MINUTE_MS)
    expect(told).toHaveLength(1)
    expect(clock.pending()).toBe(0)
    reports.link('connecting')
    reports.link('catching-up')
    await clock.advance(MINUTE_MS)
    expect(told).toHaveLength(1)
    here = { ...here, link: 'degraded' }
    reports.link('degraded')
    await clock.advance(2 * SECOND_MS)
    expect(told.at(-1)).toMatchObject({ link: 'degraded' })
  })

  test('a scan that is sent at once is no news; one that stays unsent is told after five seconds', async () => {
    await live()
    change({ unsent: 1 })
    await clock.advance(200)
    change({ unsent: 0 })
    await clock.advance(2 * NEWS_AFTER_MS)
    expect(told).toHaveLength(1)
    const before = told.length
    change({ unsent: 1 })
    await clock.advance(NEWS_AFTER_MS + 1)
    expect(told).toHaveLength(before + 1)
    expect(told.at(-1)).toMatchObject({ unsent: 1 })
    change({ unsent: 7 })
    await clock.advance(NEWS_AFTER_MS + 1)
    expect(told).toHaveLength(before + 1)
    change({ unsent: 0 })
    await clock.advance(NEWS_AFTER_MS + 1)
    expect(told.at(-1)).toMatchObject({ unsent: 0 })
  })

  test('what came too soon comes again when the server said, and is not taken for known', async () => {
    await live()
    answer = async () => tooSoon(4 * SECOND_MS)
    change({ refused: 2 })
    await clock.advance(NEWS_AFTER_MS + 1)
    expect(told).toHaveLength(2)
    answer = async () => kept(30 * SECOND_MS)
    await clock.advance(5 * SECOND_MS)
    expect(told).toHaveLength(3)
    expect(told[2]?.at).toBeGreaterThanOrEqual((told[1]?.at ?? 0) + 4 * SECOND_MS)
  })

  test('news that came while a report was under way follow it', async () => {
    let reply: (outcome: Outcome<unknown>) => void = () => undefined
    answer = () => new Promise((resolve) => (reply = resolve))
    reports.link('live')
    await clock.advance(3 * SECOND_MS)
    change({ unsent: 3 })
    answer = async () => kept(30 * SECOND_MS)
    reply(kept(30 * SECOND_MS))
    await clock.advance(NEWS_AFTER_MS + 1)
    expect(told.map(({ unsent }) => unsent)).toEqual([0, 3])
  })

  test.each<[string, Outcome<unknown>, number]>([
    ['no answer', { kind: 'offline', detail: '' }, 40 * SECOND_MS],
    [
      'a server that asks for two minutes',
      { kind: 'retry', afterMs: 2 * MINUTE_MS, because: 'rate-limited', detail: '' },
      3 * MINUTE_MS,
    ],
    ['a refusal', { kind: 'refused', code: 'PT403', detail: '' }, 7 * MINUTE_MS],
    ['a server without the function', { kind: 'not-supabase', detail: '' }, 7 * MINUTE_MS],
  ])('%s: tried again, later and later', async (_what, outcome, withinMs) => {
    answer = async () => outcome
    await live()
    await clock.advance(20 * SECOND_MS)
    expect(told).toHaveLength(1)
    answer = async () => kept(60 * MINUTE_MS)
    await clock.advance(withinMs)
    expect(told).toHaveLength(2)
  })

  test('without a warehouse nobody is told anything', async () => {
    here = { ...here, warehouseId: null }
    reports.link('live')
    await clock.advance(10 * MINUTE_MS)
    expect(told).toEqual([])
  })
})

describe('goodbye', () => {
  test('is told, and nothing after it', async () => {
    await live()
    await reports.goodbye()
    expect(told.at(-1)).toMatchObject({ closing: true, link: 'stopped' })
    reports.changed()
    reports.link('waiting')
    reports.link('live')
    await clock.advance(10 * MINUTE_MS)
    expect(told).toHaveLength(2)
    expect(clock.pending()).toBe(0)
  })

  test('holds nobody up longer than half a second', async () => {
    await live()
    answer = () => new Promise(() => undefined)
    let isOver = false
    void reports.goodbye().then(() => (isOver = true))
    await clock.advance(GOODBYE_WITHIN_MS - 1)
    expect(isOver).toBe(false)
    await clock.advance(1)
    expect(isOver).toBe(true)
  })

  test('is not tried offline, nor by a station that was never told of', async () => {
    await reports.goodbye()
    expect(told).toEqual([])
  })
})
