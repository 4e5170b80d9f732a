import { expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import { watchForClockJumps } from './clock-jumps.ts'

test('a sleep that nobody announced is noticed by the wall clock running away', async () => {
  const clock = manualClock()
  const jumps: number[] = []
  const watch = watchForClockJumps(clock, (driftMs) => jumps.push(driftMs))
  await clock.advance(60_000)
  expect(jumps).toEqual([])
  clock.jumpWallClock(3 * 60 * 60_000)
  await clock.advance(5_000)
  expect(jumps).toEqual([3 * 60 * 60_000])
  await clock.advance(60_000)
  expect(jumps).toHaveLength(1)
  watch.stop()
  expect(clock.pending()).toBe(0)
})

test('a clock set right by a few seconds is not a sleep; one set back by hours is treated as one', async () => {
  const clock = manualClock()
  const jumps: number[] = []
  watchForClockJumps(clock, (driftMs) => jumps.push(driftMs))
  clock.jumpWallClock(4_000)
  await clock.advance(5_000)
  expect(jumps).toEqual([])
  clock.jumpWallClock(-2 * 60 * 60_000)
  await clock.advance(5_000)
  expect(jumps).toEqual([-2 * 60 * 60_000])
})

test('a sleep that was announced is not told a second time, and nothing is watched after the end', async () => {
  const clock = manualClock()
  const jumps: number[] = []
  const watch = watchForClockJumps(clock, (driftMs) => jumps.push(driftMs))
  clock.jumpWallClock(8 * 60 * 60_000)
  watch.forgive()
  await clock.advance(60_000)
  expect(jumps).toEqual([])
  watch.stop()
  watch.forgive()
  expect(clock.pending()).toBe(0)
})
