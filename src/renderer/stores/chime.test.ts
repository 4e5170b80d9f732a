// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { createChime } from './chime.ts'

beforeEach(() => localStorage.clear())

/** The locks of one station: who comes while one is held goes without. */
function stationLocks(): LockManager {
  let isHeld = false
  const request = async (_name: string, _options: object, use: (lock: object | null) => Promise<void>) => {
    if (isHeld) return use(null)
    isHeld = true
    await use({})
    isHeld = false
  }
  return { request } as unknown as LockManager
}

test('of several windows that hear of the same thing one makes the sound', () => {
  let sounds = 0
  const locks = stationLocks()
  const windows = [1, 2, 3].map(() => createChime(localStorage, locks, () => (sounds += 1)))
  for (const chime of windows) chime.play()
  expect(sounds).toBe(1)
})

test('muted in one window, all of them are silent, also after a restart', () => {
  let sounds = 0
  const [first, second] = [1, 2].map(() => createChime(localStorage, undefined, () => (sounds += 1)))
  first?.set('off')
  second?.play()
  expect(sounds).toBe(0)
  const later = createChime(localStorage, undefined, () => (sounds += 1))
  expect(later.store.getState().sound).toBe('off')
  later.set('on')
  second?.play()
  expect(sounds).toBe(1)
})
