import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Milestones } from './milestones.ts'

/** A list of numbers in order, which counts how far it was walked. */
class NumberList {
  passed = 0
  readonly numbers: number[]

  constructor(numbers: readonly number[]) {
    this.numbers = [...numbers].sort(compare)
  }

  walk = (from: number | null, passing: number): number | null => {
    const start = from === null ? 0 : this.numbers.filter((number) => number < from).length
    this.passed += passing
    return this.numbers[start + passing] ?? null
  }

  /** Puts one number in another's place; either may be none. */
  move(before: number | null, after: number | null): void {
    if (before !== null) this.numbers.splice(this.numbers.indexOf(before), 1)
    if (after !== null) this.numbers.push(after)
    this.numbers.sort(compare)
  }
}

const compare = (a: number, b: number): number => a - b
const unique = fc.uniqueArray(fc.nat({ max: 400 }), { maxLength: 60 })
const life = fc.array(
  fc.oneof(
    fc.record({ ask: fc.nat({ max: 80 }) }),
    fc.record({ out: fc.option(fc.nat(), { freq: 4 }), in: fc.option(fc.nat({ max: 400 }), { freq: 4 }) }),
  ),
  { maxLength: 60 },
)

test('[D1] an offset is found from its milestone, whatever was put in and taken out since the list was walked', () => {
  fc.assert(
    fc.property(unique, life, fc.integer({ min: 1, max: 7 }), (numbers, steps, stretch) => {
      const list = new NumberList(numbers)
      const milestones = new Milestones<number>({ compare, walk: list.walk }, stretch)
      for (const step of steps) {
        if ('ask' in step) {
          const { from, passing } = milestones.near(step.ask)
          expect(list.walk(from, passing)).toBe(list.numbers[step.ask] ?? null)
          continue
        }
        const before = step.out === null ? null : (list.numbers[step.out % list.numbers.length] ?? null)
        const after = step.in === null || list.numbers.includes(step.in) ? null : step.in
        list.move(before, after)
        milestones.moved(before, after)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('[D1] of two moves of one line the later may be told first', () => {
  const list = new NumberList([10, 20, 30, 40, 50])
  const milestones = new Milestones<number>({ compare, walk: list.walk }, 1)
  milestones.near(4)
  list.move(20, 15)
  list.move(15, 45)
  milestones.moved(15, 45)
  milestones.moved(20, 15)
  for (const offset of [0, 1, 2, 3, 4]) {
    const { from, passing } = milestones.near(offset)
    expect(list.walk(from, passing)).toBe(list.numbers[offset])
  }
})

test('a list that is walked ahead of time is not walked when an offset is asked for', () => {
  const list = new NumberList(Array.from({ length: 1_000 }, (_, n) => n))
  const milestones = new Milestones<number>({ compare, walk: list.walk }, 100)
  let steps = 0
  while (milestones.walkAhead(500)) steps += 1
  list.passed = 0
  expect([steps, milestones.near(499)]).toEqual([4, { from: 400, passing: 99 }])
  expect(list.passed).toBe(0)
  // Beyond the end there is nothing to walk to.
  while (milestones.walkAhead(5_000)) steps += 1
  expect([steps, milestones.near(999).passing]).toEqual([9, 99])
})

test('a list that was walked once is never walked far again', () => {
  const list = new NumberList(Array.from({ length: 10_000 }, (_, n) => n))
  const milestones = new Milestones<number>({ compare, walk: list.walk }, 100)
  milestones.near(9_000)
  list.passed = 0
  for (const offset of [9_000, 4_321, 8_999, 0, 99]) {
    const { from, passing } = milestones.near(offset)
    expect(passing).toBeLessThan(100)
    expect(list.walk(from, passing)).toBe(offset)
  }
  // Not even where a stretch has grown.
  for (let n = 0; n < 5_000; n++) {
    list.numbers.splice(4_001 + n, 0, 4_000 + (n + 1) / 10_000)
    milestones.moved(null, 4_000 + (n + 1) / 10_000)
  }
  milestones.near(8_500)
  list.passed = 0
  expect(milestones.near(8_500).passing).toBeLessThan(100)
  expect(list.passed).toBe(0)
})
