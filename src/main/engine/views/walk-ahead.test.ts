import { expect, test } from 'vitest'
import { manualClock } from '#test/harness/manual-clock.ts'
import { WalkAhead } from './walk-ahead.ts'

/** A way of so many steps. */
function way(steps: number) {
  let left = steps
  const clock = manualClock()
  const ahead = new WalkAhead(clock, () => left > 0 && (left -= 1) >= 0)
  return { ahead, clock, left: () => left }
}

test('the way is gone in small turns once what was asked for had its time, and then there is rest', async () => {
  const { ahead, clock, left } = way(30)
  ahead.start()
  expect(left()).toBe(29)
  await clock.advance(39)
  expect(left()).toBe(29)
  await clock.advance(1)
  expect(left()).toBe(17)
  await clock.advance(4)
  expect(left()).toBe(5)
  await clock.advance(4)
  expect([left(), clock.pending()]).toEqual([0, 0])
})

test('where there is no way to go there is no timer; being asked again puts it off, and stopping ends it', async () => {
  const none = way(0)
  none.ahead.start()
  expect(none.clock.pending()).toBe(0)

  const { ahead, clock, left } = way(100)
  ahead.start()
  await clock.advance(30)
  ahead.start()
  await clock.advance(30)
  expect([left(), clock.pending()]).toEqual([98, 1])
  ahead.stop()
  await clock.advance(1_000)
  expect([left(), clock.pending()]).toEqual([98, 0])
})
