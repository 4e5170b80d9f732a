import { expect, test } from 'vitest'
import type { LinkStatus } from '#shared/protocol/status.ts'
import { createStatusBoard } from './status-board.ts'

test('[L3] an outage is as old as its beginning, whatever was tried since; being live ends it', () => {
  let now = 1_000
  const board = createStatusBoard(
    () => now,
    () => undefined,
  )
  const at = (atMs: number, link: LinkStatus) => {
    now = atMs
    board.link(link)
    return board.current().lostAt
  }
  const catchingUp = (since: number): LinkStatus => ({
    at: 'catching-up',
    since,
    done: 0,
    total: 9,
    first: false,
  })
  const waiting = (since: number): LinkStatus => ({
    at: 'waiting',
    since,
    until: since + 500,
    attempt: 1,
    because: 'no-answer',
  })

  expect(at(2_000, { at: 'live', since: 2_000 })).toBeNull()
  expect(at(3_000, waiting(3_000))).toBe(3_000)
  expect(at(4_000, catchingUp(4_000))).toBe(3_000)
  expect(at(5_000, waiting(5_000))).toBe(3_000)
  expect(at(6_000, { at: 'live', since: 6_000 })).toBeNull()
})

test('[L3] who polls is not offline: degraded ends an outage, and leaving it begins the next', () => {
  let now = 1_000
  const board = createStatusBoard(
    () => now,
    () => undefined,
  )
  const at = (atMs: number, link: LinkStatus) => {
    now = atMs
    board.link(link)
    return board.current().lostAt
  }
  const degraded: LinkStatus = {
    at: 'degraded',
    since: 2_000,
    because: 'websocket-blocked',
    pollEveryMs: 5_000,
    until: 60_000,
  }

  expect(board.current().lostAt).toBe(1_000)
  expect(at(2_000, degraded)).toBeNull()
  expect(at(2_500, { ...degraded, until: 90_000 })).toBeNull()
  expect(at(3_000, { at: 'waiting', since: 3_000, until: 4_000, attempt: 1, because: 'no-answer' })).toBe(
    3_000,
  )
  expect(at(4_000, { at: 'live', since: 4_000 })).toBeNull()
})
