import { describe, expect, test } from 'vitest'
import { createFormats } from './format.ts'

const en = createFormats('en-GB')
const noon = Date.parse('2026-03-05T12:00:00Z')

describe('moments', () => {
  test('today needs no date; another day names itself', () => {
    expect(en.clock(Date.parse('2026-03-05T11:02:07Z'), noon, 'UTC')).toBe('11:02:07')
    expect(en.minute(Date.parse('2026-03-04T14:02:07Z'), noon, 'UTC')).toBe('4 Mar, 14:02')
  })

  test('the clock on the wall is that of the warehouse', () => {
    expect(en.clock(noon, noon, 'Europe/Berlin')).toBe('13:00:00')
    expect(en.clock(noon, noon, 'America/Los_Angeles')).toBe('04:00:00')
  })

  test('a day has 24 hours where the locale would say am and pm', () => {
    expect(createFormats('en-US').clock(noon, noon, 'UTC')).toBe('12:00:00')
    expect(createFormats('en-US').minute(noon - 12 * 3_600_000, noon, 'UTC')).toBe('00:00')
  })

  test('a zone nobody knows falls back to this system’s own', () => {
    expect(en.minute(noon, noon, 'Mars/Olympus')).toBe(en.minute(noon, noon))
  })
})

test.each([
  [0, 'now'],
  [1_999, 'now'],
  [12_400, '12 sec ago'],
  [59_999, '59 sec ago'],
  [60_000, '1 min ago'],
  [3 * 3_600_000 + 1, '3 hr ago'],
  [49 * 3_600_000, '2 days ago'],
])('an age of %d ms reads “%s”', (ageMs, text) => {
  expect(en.age(ageMs, 'now').replace(/\u00a0/g, ' ')).toBe(text)
})

test('numbers are written as the locale writes them', () => {
  expect(en.number(12_345)).toBe('12,345')
  expect(createFormats('de-DE').number(-12_345)).toBe('-12.345')
})

test.each([
  [1, '0.1s'],
  [340, '0.3s'],
  [45_900, '45s'],
  [18 * 60_000 + 2_000, '18m 2s'],
  [3_600_000, '1h'],
  [3_600_000 + 12 * 60_000 + 59_000, '1h 12m'],
  [2 * 86_400_000 + 4 * 3_600_000, '2d 4h'],
])('a time of %d ms lasts “%s”', (ms, text) => {
  expect(en.duration(ms)).toBe(text)
})

test('in a sentence a time is its largest unit, written out', () => {
  expect(en.duration(754_000, 'long')).toBe('12 minutes')
  expect(en.duration(60_000, 'long')).toBe('1 minute')
})

test('sizes are in the units of the shop', () => {
  expect([en.bytes(0), en.bytes(32_768), en.bytes(41_320_448)]).toEqual(['0 byte', '32.8 kB', '41.3 MB'])
})
