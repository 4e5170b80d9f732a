import { expect, it } from 'vitest'
import { Attempts } from './attempts.ts'

it('lets a key try again when its oldest attempts have aged, and keeps keys apart', () => {
  let now = 0
  const attempts = new Attempts(2, 1_000, () => now)
  attempts.note('ada')
  now = 600
  attempts.note('ada')
  expect([attempts.isSpent('ada'), attempts.isSpent('bob')]).toEqual([true, false])
  now = 1_001
  expect(attempts.isSpent('ada')).toBe(false)
  attempts.note('ada')
  expect(attempts.isSpent('ada')).toBe(true)
})
