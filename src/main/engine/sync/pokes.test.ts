import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope } from '#shared/domain/scope.ts'
import type { Poke } from '#shared/protocol/server.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { createPokeDesk } from './pokes.ts'

const epoch = randomUUID()
const poke = (to: number): Poke => ({ scope: siteScope, epoch, from: to, to, at: '2026-11-22T08:00:00Z' })

function desk(taken: 'applied' | 'known' | 'gap' = 'applied') {
  const clock = manualClock()
  const pulls: [string, number][] = []
  const made = createPokeDesk({
    clock,
    intake: { page: () => 'applied', poke: () => taken },
    requestPull: (why) => pulls.push([why, clock.monotonicMs()]),
  })
  return { clock, pulls, desk: made }
}

test('after a poke we look once more when it has become quiet', async () => {
  const { clock, pulls, desk: pokes } = desk()
  pokes.poke(poke(1))
  await clock.advance(100)
  pokes.poke(poke(2))
  await clock.advance(10_000)
  expect(pulls).toEqual([['look-again', 350]])
})

test('under an unbroken stream of pokes we look every two seconds', async () => {
  const { clock, pulls, desk: pokes } = desk()
  for (let at = 0; at < 4_000; at += 50) {
    pokes.poke(poke(at))
    await clock.advance(50)
  }
  expect(pulls.map(([, at]) => at)).toEqual([2_000, 4_000])
})

test('while looking brings something we go on looking, less and less often, until it brings nothing', async () => {
  const { clock, pulls, desk: pokes } = desk()
  pokes.pulled(true)
  for (const delayMs of [250, 500, 1_000, 2_000, 2_000]) {
    await clock.advance(delayMs - 1)
    const before = pulls.length
    await clock.advance(1)
    expect(pulls).toHaveLength(before + 1)
    pokes.pulled(true)
  }
  await clock.advance(2_000)
  pokes.pulled(false)
  await clock.advance(60_000)
  expect(pulls).toHaveLength(6)
})

test('a poke that does not continue the cursor costs a pull at once', () => {
  const { pulls, desk: pokes } = desk('gap')
  pokes.poke(poke(9))
  expect(pulls).toEqual([['gap', 0]])
})

test('a poke that is known already asks for nothing but the look after it', () => {
  const { pulls, desk: pokes } = desk('known')
  pokes.poke(poke(9))
  expect(pulls).toEqual([])
})

test('what realtime has told is remembered by number, a bare hint by its time', async () => {
  const { clock, desk: pokes } = desk()
  pokes.poke(poke(5))
  expect(pokes.hasTold(siteScope, 5, 0)).toBe(true)
  expect(pokes.hasTold(siteScope, 6, 0)).toBe(false)
  await clock.advance(1_000)
  const other = `warehouse:${randomUUID()}` as Scope
  pokes.moved(other, null)
  expect(pokes.hasTold(other, 99, 500)).toBe(true)
  expect(pokes.hasTold(other, 99, 1_001)).toBe(false)
})

test('stopping leaves no timer', () => {
  const { clock, desk: pokes } = desk()
  pokes.poke(poke(1))
  pokes.stop()
  expect(clock.pending()).toBe(0)
})
