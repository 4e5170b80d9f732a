import { expect, test } from 'vitest'
import { binsOf } from './bin-range.ts'

test('bins are taken one from each line, each once, and a range is all of its bins', () => {
  expect(binsOf(' A1-01 \n\nA1-01\nB2', 10)).toEqual(['A1-01', 'B2'])
  expect(binsOf('A1-08..A1-11', 10)).toEqual(['A1-08', 'A1-09', 'A1-10', 'A1-11'])
})

test('what only looks like a range is a name', () => {
  expect(binsOf('A1..B3', 10)).toEqual(['A1..B3'])
  expect(binsOf('A9..A1', 10)).toEqual(['A9..A1'])
  expect(binsOf('..', 10)).toEqual(['..'])
})

test('more than may be printed is told, without making them all', () => {
  expect(binsOf('A000001..A999999', 2_000)).toBe('too-many')
})
