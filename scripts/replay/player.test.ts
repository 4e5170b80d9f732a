import { describe, expect, test } from 'vitest'
import type { Command, CommandOutcome } from '#shared/domain/commands.ts'
import { percentile, play, type Orchestra } from './player.ts'

/** A server and a clock that only moves when someone waits. */
function stage(options: { answerMs: number; failures?: number; stopAtMs?: number; commands?: number }): {
  orchestra: Orchestra
  batches: number[]
} {
  let now = 0
  let failures = options.failures ?? 0
  let left = options.commands ?? Infinity
  const batches: number[] = []
  const orchestra: Orchestra = {
    take: (count) => {
      const taken = Math.min(count, left)
      left -= taken
      return Array.from({ length: taken }, () => ({}) as Command)
    },
    apply: (commands) => {
      now += options.answerMs
      if (failures > 0) {
        failures -= 1
        return Promise.reject(new Error('cable out'))
      }
      batches.push(commands.length)
      return Promise.resolve(commands.map(() => ({ outcome: 'applied' }) as CommandOutcome))
    },
    now: () => now,
    pause: (ms) => {
      now += Math.max(1, ms)
      return Promise.resolve()
    },
    isStopped: () => now >= (options.stopAtMs ?? Infinity),
  }
  return { orchestra, batches }
}

describe('the replay', () => {
  test('holds its rate to the second', async () => {
    const { orchestra } = stage({ answerMs: 5 })
    const played = await play(orchestra, { rate: 200, durationMs: 10_000 })
    expect(played.applied).toBe(2_000)
    expect(played.tookMs).toBeGreaterThan(9_900)
    expect(played.tookMs).toBeLessThan(10_100)
  })

  test('holds it with larger batches when answers are slow', async () => {
    const { orchestra, batches } = stage({ answerMs: 700 })
    const played = await play(orchestra, { rate: 100, durationMs: 10_000 })
    expect(played.applied).toBeGreaterThan(900)
    expect(Math.max(...batches)).toBeGreaterThan(60)
  })

  test('sends a batch again when there was no answer, and catches up', async () => {
    const { orchestra } = stage({ answerMs: 5, failures: 3 })
    const played = await play(orchestra, { rate: 50, durationMs: 10_000 })
    expect(played).toMatchObject({ applied: 500, retries: 3 })
  })

  test('plays a slow rate one by one', async () => {
    const { orchestra, batches } = stage({ answerMs: 1 })
    await play(orchestra, { rate: 2, durationMs: 5_000 })
    expect(batches).toEqual(Array.from({ length: 10 }, () => 1))
  })

  test('ends with the file, and when it is stopped', async () => {
    expect(
      (await play(stage({ answerMs: 1, commands: 30 }).orchestra, { rate: 100, durationMs: null })).applied,
    ).toBe(30)
    const stopped = await play(stage({ answerMs: 1, stopAtMs: 1_000 }).orchestra, {
      rate: 100,
      durationMs: null,
    })
    expect(stopped.applied).toBeGreaterThan(90)
    expect(stopped.applied).toBeLessThan(110)
  })
})

test('percentiles of nothing are 0', () => {
  expect([percentile([], 0.5), percentile([3, 1, 2], 0.5), percentile([1, 2, 3], 0.99)]).toEqual([0, 2, 3])
})
