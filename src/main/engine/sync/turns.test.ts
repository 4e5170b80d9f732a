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
