import { beforeEach, describe, expect, test } from 'vitest'
import {
  access,
  HOUR_MS,
  page,
  setSessionStage,
  unreachable,
  user,
} from '#test/contract/upstream-session-stage.ts'
import type { SessionStage } from '#test/contract/upstream-session-stage.ts'

/* [B20] Terminals with clocks that are wrong, jump, or stand still. */

let stage: SessionStage
beforeEach(() => {
  stage = setSessionStage()
})

test.each([-30 * 24, -7, 7, 30 * 24])(
  'a clock %i hours off neither renews in a loop nor signs out',
  async (hours) => {
    stage.clock.jumpWallClock(hours * HOUR_MS)
    const session = await stage.signedIn()
    for (let round = 0; round < 5; round += 1) expect(await access(session)).toBe('access-1')
    expect(stage.asked).toEqual([])
    await stage.clock.advance(HOUR_MS)
    expect(await access(session)).toBe('access-2')
  },
)

describe('a clock that is set while the console runs', () => {
  test('back by a day: the token still ends when its hour is over', async () => {
    const session = await stage.signedIn()
    stage.clock.jumpWallClock(-24 * HOUR_MS)
    await stage.clock.advance(HOUR_MS / 2)
    expect(await access(session)).toBe('access-1')
    await stage.clock.advance(HOUR_MS / 2)
    expect(await access(session)).toBe('access-2')
    for (let round = 0; round < 5; round += 1) expect(await access(session)).toBe('access-2')
    expect(stage.asked).toHaveLength(1)
  })

  test('forward by a day: one renewal, not one for each question', async () => {
    const session = await stage.signedIn()
    stage.clock.jumpWallClock(24 * HOUR_MS)
    for (let round = 0; round < 5; round += 1) expect(await access(session)).toBe('access-2')
    expect(stage.asked).toHaveLength(1)
  })

  test('back by a day while the console was closed: the token is renewed before it is used', async () => {
    await stage.signedIn()
    stage.clock.jumpWallClock(-24 * HOUR_MS)
    const session = stage.keeper()
    for (let round = 0; round < 5; round += 1) expect(await access(session)).toBe('access-2')
    expect(stage.asked).toHaveLength(1)
  })
})

test('a sleep counts: timers and the monotonic clock stood still, the token did not', async () => {
  const session = await stage.signedIn()
  // The wall clock goes on in a sleep.
  stage.clock.jumpWallClock(8 * HOUR_MS)
  expect(await access(session)).toBe('access-2')
})

test('offline for hours with an expired token, and back: renewed, live, never signed out', async () => {
  const session = await stage.signedIn()
  stage.answer = unreachable
  for (let hour = 0; hour < 12; hour += 1) {
    await stage.clock.advance(HOUR_MS)
    expect(await access(session)).toBe('offline')
  }
  stage.answer = page(200)
  expect(await access(session)).toBe('not-supabase')
  stage.answer = stage.tokens
  expect(await access(session)).toBe('access-2')
})

test('an offline start with an expired token knows its user at once, without the network and after any time', async () => {
  await stage.signedIn()
  stage.answer = unreachable
  await stage.clock.advance(30 * 24 * HOUR_MS)
  const restarted = stage.keeper()
  expect(await restarted.restUser()).toEqual(user)
  expect(stage.asked).toEqual([])
  expect(await access(restarted)).toBe('offline')
})
