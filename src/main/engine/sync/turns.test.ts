import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('each waits for all before it, however they end, and hears of its own end', async () => {
  const turns = createTurns()
  const told: string[] = []
  let endFirst = (): void => undefined
  const first = turns.take(
    () =>
      new Promise<string>((resolve) => {
        told.push('first begins')
        endFirst = () => resolve('first')
      }),
  )
  const second = turns.take(async () => {
    told.push('second begins')
    throw new Error('second fails')
  })
  const third = turns.take(async () => void told.push('third begins'))
  await Promise.resolve()
  expect(told).toEqual(['first begins'])
  endFirst()
  expect(await first).toBe('first')
  await expect(second).rejects.toThrow('second fails')
  await third
  expect(told).toEqual(['first begins', 'second begins', 'third begins'])
})

test('[L2] a question that is never answered holds nobody up once it is abandoned', async () => {
  const turns = createTurns()
  const abandoned = new AbortController()
  const told: string[] = []
  void turns.take(() => new Promise(() => undefined), abandoned.signal)
  const second = turns.take(async () => void told.push('second'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual([])
  abandoned.abort()
  await second
  expect(told).toEqual(['second'])
})

test('[O2] one that is abandoned while it waits lets nobody past those before it', async () => {
  const turns = createTurns()
  const abandoned = new AbortController()
  const told: string[] = []
  let endFirst = (): void => undefined
  const first = turns.take(() => new Promise<void>((resolve) => (endFirst = resolve)))
  void turns.take(() => new Promise(() => undefined), abandoned.signal)
  const third = turns.take(async () => void told.push('third'))
  abandoned.abort()
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toEqual([])
  endFirst()
  await first
  await third
  expect(told).toEqual(['third'])
})
