import { describe, expect, test } from 'vitest'
import { ASK_EVERY_MS, createAsker } from './asker.ts'

function stage() {
  let now = 1_000_000
  let waiting: { at: number; work: () => void } | null = null
  const open: { answer: (value: string) => void; fail: (error: unknown) => void }[] = []
  const told: string[] = []
  const asker = createAsker<string>({
    ask: () => new Promise((answer, fail) => open.push({ answer, fail })),
    answered: (value) => told.push(value),
    failed: (error) => told.push(`failed ${String(error)}`),
    now: () => now,
    after(delayMs, work) {
      const timer = { at: now + delayMs, work }
      waiting = timer
      return () => {
        if (waiting === timer) waiting = null
      }
    },
  })
  return {
    asker,
    told,
    asked: () => open.length,
    async answer(value: string) {
      open.at(-1)?.answer(value)
      await Promise.resolve()
      await Promise.resolve()
    },
    async fail(error: string) {
      open.at(-1)?.fail(error)
      await Promise.resolve()
      await Promise.resolve()
    },
    pass(ms: number) {
      now += ms
      const timer = waiting
      if (timer && timer.at <= now) {
        waiting = null
        timer.work()
      }
    },
  }
}

describe('a question that is asked again', () => {
  test('is asked at once, and not again while nothing moved', async () => {
    const s = stage()
    s.asker.look('1')
    s.asker.look('1')
    await s.answer('a')
    s.asker.look('1')
    s.pass(10 * ASK_EVERY_MS)
    expect([s.asked(), s.told]).toEqual([1, ['a']])
  })

  test('however much moves, is asked once in two seconds, and after the last move once more', async () => {
    const s = stage()
    s.asker.look('1')
    for (const pulse of ['2', '3', '4']) s.asker.look(pulse)
    await s.answer('a')
    expect(s.asked()).toBe(1)
    s.pass(ASK_EVERY_MS - 1)
    s.asker.look('5')
    expect(s.asked()).toBe(1)
    s.pass(1)
    expect(s.asked()).toBe(2)
    await s.answer('b')
    s.pass(10 * ASK_EVERY_MS)
    expect([s.asked(), s.told]).toEqual([2, ['a', 'b']])
  })

  test('that failed is asked again when something moves', async () => {
    const s = stage()
    s.asker.look('offline')
    await s.fail('no answer')
    s.pass(ASK_EVERY_MS)
    s.asker.look('live')
    await s.answer('a')
    expect(s.told).toEqual(['failed no answer', 'a'])
  })

  test('that nobody wants any more tells nobody', async () => {
    const s = stage()
    s.asker.look('1')
    s.asker.stop()
    await s.answer('a')
    expect(s.told).toEqual([])
  })
})
