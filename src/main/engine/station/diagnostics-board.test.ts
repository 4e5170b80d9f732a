import { beforeEach, expect, test } from 'vitest'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import type { LocalMirror } from '../mirror/mirror.ts'
import { createDiagnosticsBoard, SHOW_EVERY_MS } from './diagnostics-board.ts'
import type { DiagnosticsBoard } from './diagnostics-board.ts'

let clock: ManualClock
let watched: boolean
let shown: Diagnostics[]
let board: DiagnosticsBoard

beforeEach(() => {
  clock = manualClock()
  watched = true
  shown = []
  board = createDiagnosticsBoard(
    clock,
    { setDiagnostics: (gather) => shown.push(gather()), isWatched: () => watched },
    'broadcast',
  )
})

test('before anybody is signed in it is blank, and true', () => {
  expect(shown).toEqual([
    { feed: 'broadcast', history: [], scopes: [], proofs: [], misses: 0, rowsRepaired: 0, mirror: null },
  ])
})

test('a burst of changes is shown once a second, the last one included', async () => {
  await clock.advance(SHOW_EVERY_MS)
  shown = []
  for (let n = 1; n <= 25; n += 1) {
    board.repaired(1)
    await clock.advance(100)
  }
  expect(shown.map(({ rowsRepaired }) => rowsRepaired)).toEqual([1, 10, 20])
  await clock.advance(SHOW_EVERY_MS)
  expect(shown.at(-1)?.rowsRepaired).toBe(25)
  expect(clock.pending()).toBe(0)
})

test('while no window looks, nothing is gathered and no timer runs', () => {
  watched = false
  shown = []
  board.missed()
  board.touched()
  expect(shown).toEqual([])
  expect(clock.pending()).toBe(0)
})

test('another user’s mirror is shown at once; what was counted since the start stays', async () => {
  board.missed()
  board.repaired(3)
  const kept = { history: [], scopes: [], proofs: [], mirror: null }
  const mirror = { diagnostics: { read: () => kept } } as unknown as LocalMirror
  board.mirror(mirror)
  expect(shown.at(-1)).toMatchObject({ misses: 1, rowsRepaired: 3 })
  board.touched()
  board.stop()
  expect(clock.pending()).toBe(0)
})
