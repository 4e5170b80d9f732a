import { describe, expect, test } from 'vitest'
import { CallLimit, RateCounter } from './rate.ts'

describe('rates', () => {
  test('300 events a second pass a limit of 100 for the first 20 s and then no longer', () => {
    let now = 1_000
    const counter = new RateCounter(100, 5_000, () => now)
    let exceededAtMs: number | null = null
    for (const start = now; now - start < 40_000 && exceededAtMs === null; now += 100) {
      counter.add(30)
      if (counter.isExceeded) exceededAtMs = now - start
    }
    expect(exceededAtMs).toBeGreaterThan(20_000)
    expect(exceededAtMs).toBeLessThanOrEqual(25_000)
  })

  test('it takes a minute to forget', () => {
    let now = 0
    const counter = new RateCounter(100, 5_000, () => now)
    counter.add(10_000)
    expect(counter.isExceeded).toBe(false)
    now = 5_000
    expect(counter.isExceeded).toBe(true)
    now = 60_000
    expect(counter.isExceeded).toBe(true)
    now = 65_000
    expect(counter.isExceeded).toBe(false)
  })

  test('the sixth call within the span is one too many', () => {
    let now = 0
    const limit = new CallLimit({ most: 5, withinMs: 30_000 }, () => now)
    expect(Array.from({ length: 6 }, () => limit.take())).toEqual([true, true, true, true, true, false])
    now = 30_000
    expect(limit.take()).toBe(true)
  })
})
