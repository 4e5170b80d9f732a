import { expect, test } from 'vitest'
import { logRelief } from './log-relief.ts'

function world() {
  const stage = {
    length: 'short' as 'short' | 'long' | 'too-long',
    isWorkedAt: false,
    asked: 0,
    failures: [] as unknown[],
    end: (_error?: Error): void => undefined,
    relieve: (): Promise<void> => Promise.resolve(),
  }
  stage.relieve = logRelief({
    mirror: { logLength: () => stage.length },
    inspector: {
      checkpoint: () =>
        new Promise<void>((resolve, reject) => {
          stage.asked += 1
          stage.end = (error) => (error ? reject(error) : resolve())
        }),
    },
    isWorkedAt: () => stage.isWorkedAt,
    failed: (error) => stage.failures.push(error),
  })
  return stage
}

test('a short log is left alone, and a long one is taken in once, however many commits find it so', async () => {
  const stage = world()
  await stage.relieve()
  expect(stage.asked).toBe(0)
  stage.length = 'long'
  const both = [stage.relieve(), stage.relieve()]
  expect(stage.asked).toBe(1)
  stage.end()
  await Promise.all(both)
  void stage.relieve()
  expect(stage.asked).toBe(2)
})

test('[O1] while somebody works here a long log waits, and one that is too long does not', async () => {
  const stage = world()
  stage.isWorkedAt = true
  stage.length = 'long'
  await stage.relieve()
  expect(stage.asked).toBe(0)
  stage.length = 'too-long'
  void stage.relieve()
  expect(stage.asked).toBe(1)
})

test('what cannot be done now is told, holds nobody up, and is tried after a later commit', async () => {
  const stage = world()
  stage.length = 'long'
  const relief = stage.relieve()
  stage.end(new Error('The disk is busy.'))
  await relief
  expect(stage.failures).toEqual([new Error('The disk is busy.')])
  void stage.relieve()
  expect(stage.asked).toBe(2)
})
