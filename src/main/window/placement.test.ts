import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordingLog } from '../diagnostics/recording-log.ts'
import { systemClock } from '../system-clock.ts'
import { MIN_HEIGHT, MIN_WIDTH, openingOf, placementKeeper, readPlacement } from './placement.ts'

const laptop = { x: 0, y: 0, width: 1_920, height: 1_050 }
const beside = { x: 1_920, y: 0, width: 2_560, height: 1_400 }
const kept = { x: 2_000, y: 100, width: 1_500, height: 1_000, maximized: false }

test('a first window is of a good size, in the middle', () => {
  expect(openingOf(null, [laptop])).toEqual({ width: 1_440, height: 900, maximized: false })
})

test('a window opens where it stood', () => {
  expect(openingOf(kept, [laptop, beside])).toEqual(kept)
})

test('a window whose display is gone comes back to the middle, no larger than what is there', () => {
  expect(openingOf({ ...kept, width: 2_400, maximized: true }, [laptop])).toEqual({
    width: 1_920,
    height: 1_000,
    maximized: true,
  })
})

test('a window whose title is off the screen comes back', () => {
  expect(openingOf({ ...kept, y: -400 }, [laptop, beside])).not.toHaveProperty('y')
  expect(openingOf({ ...kept, x: -1_450, y: 10 }, [laptop])).not.toHaveProperty('x')
})

test('wherever it stood and whatever displays there are, it is never below its smallest size and can be grabbed', () => {
  const any = fc.record({
    x: fc.integer({ min: -5_000, max: 5_000 }),
    y: fc.integer({ min: -5_000, max: 5_000 }),
    width: fc.integer({ min: 1, max: 6_000 }),
    height: fc.integer({ min: 1, max: 6_000 }),
  })
  fc.assert(
    fc.property(any, fc.array(any, { maxLength: 3 }), fc.boolean(), (placed, displays, maximized) => {
      const opening = openingOf({ ...placed, maximized }, displays)
      expect(opening.width).toBeGreaterThanOrEqual(MIN_WIDTH)
      expect(opening.height).toBeGreaterThanOrEqual(MIN_HEIGHT)
      if (opening.y !== undefined) {
        const top = opening.y
        expect(displays.some((area) => top >= area.y && top < area.y + area.height)).toBe(true)
      }
    }),
  )
})

test('a placement is kept; a file that is none is as if there was none', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'shelf-placement-'))
  const file = path.join(folder, 'window.json')
  expect(await readPlacement(file)).toBeNull()
  const keeper = placementKeeper(file, systemClock, recordingLog())
  for (const x of [1, 2, 3]) keeper.moved(() => ({ ...kept, x }))
  keeper.moved(() => kept)
  await keeper.flushed()
  expect(await readPlacement(file)).toEqual(kept)
  await writeFile(file, '{"x": "left"}')
  expect(await readPlacement(file)).toBeNull()
  await rm(folder, { recursive: true })
})
