import { expect, test } from 'vitest'
import type { LinkMove } from '#shared/protocol/diagnostics.ts'
import { DAY_MS, linkTimes } from './link-times.ts'

const HOUR = 3_600_000
const now = 100 * DAY_MS

/** Moves by hours before now, the oldest first, as a reader would tell them. */
const told = (...moves: [hoursAgo: number, from: LinkMove['from'], to: LinkMove['to']][]): LinkMove[] =>
  moves.map(([ago, from, to]) => ({ at: now - ago * HOUR, from, to, by: 'test', because: null })).reverse()

test('every state has its share, from its move to the next', () => {
  const history = told([30, 'offline', 'live'], [10, 'live', 'waiting'], [8, 'waiting', 'degraded'])
  expect(linkTimes(history, true, now)).toEqual({
    live: 14 * HOUR,
    offline: 2 * HOUR,
    degraded: 8 * HOUR,
    unknown: 0,
  })
})

test('a console that is not running now, or was stopped, or ended without a word, is not called offline', () => {
  const history = told(
    [20, 'offline', 'live'],
    [18, 'live', 'stopped'],
    [12, 'offline', 'live'],
    // It crashed somewhere in these six hours: its next life begins from `offline`.
    [6, 'offline', 'live'],
  )
  expect(linkTimes(history, false, now)).toEqual({
    live: 2 * HOUR,
    offline: 0,
    degraded: 0,
    unknown: 22 * HOUR,
  })
  expect(linkTimes(history, true, now)).toMatchObject({ live: 8 * HOUR, unknown: 16 * HOUR })
})

test('without a record nothing is known, and a clock set back makes no time', () => {
  expect(linkTimes([], true, now)).toEqual({ live: 0, offline: 0, degraded: 0, unknown: DAY_MS })
  const future = told([-2, 'offline', 'live'])
  expect(linkTimes(future, true, now)).toEqual({ live: 0, offline: 0, degraded: 0, unknown: DAY_MS })
})
