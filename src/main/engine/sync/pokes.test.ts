import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { siteScope } from '#shared/domain/scope.ts'
import type { Poke } from '#shared/protocol/server.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { seededRandom } from '#test/harness/seeded-random.ts'
import type { Random } from '../ports.ts'
import { createPokeDesk, HELD_AT_MOST } from './pokes.ts'

const epoch = randomUUID()
const poke = (to: number): Poke => ({ scope: siteScope, epoch, from: to, to, at: '2026-11-22T08:00:00Z' })

function desk(taken: 'applied' | 'known' | 'gap' = 'applied', random: Random = () => 0.5) {
  const clock = manualClock()
  const pulls: [string, number][] = []
  const applied: Poke[] = []
  const cursor = { at: 0 }
  /** A push of our own that is under way, and what it may have brought. */
  const own = { isPushing: false, unsure: [] as MutationId[] }
  const made = createPokeDesk({
    clock,
    random,
    intake: {
      poke(poke) {
        if (taken === 'applied') applied.push(poke)
        return taken
      },
    },
    work: { isPushing: () => own.isPushing, unsure: () => own.unsure },
    reached: () => cursor.at,
    requestPull: (why) => pulls.push([why, clock.monotonicMs()]),
  })
  return { clock, pulls, applied, cursor, own, desk: made }
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

test('fifty stations that are poked at once do not look again at once', async () => {
  const random = seededRandom(1)
  const looks: number[] = []
  for (let station = 0; station < 50; station += 1) {
    const { clock, pulls, desk: pokes } = desk('applied', random)
    pokes.poke(poke(1))
    await clock.advance(1_000)
    looks.push(...pulls.map(([, at]) => at))
  }
  expect(looks).toHaveLength(50)
  expect(Math.min(...looks)).toBeGreaterThanOrEqual(200)
  expect(Math.max(...looks)).toBeLessThanOrEqual(300)
  expect(new Set(looks).size).toBeGreaterThan(25)
})

test('a head that we have reached already costs no pull', async () => {
  const { clock, pulls, cursor, desk: pokes } = desk()
  cursor.at = 12
  pokes.moved(siteScope, 12)
  await clock.advance(10_000)
  expect(pulls).toEqual([])
  expect(pokes.hasTold(siteScope, 12, Infinity)).toBe(true)
})

test('of three heads that were told together the first costs a pull that reaches the others', () => {
  const { pulls, cursor, desk: pokes } = desk()
  cursor.at = 9
  pokes.moved(siteScope, 10)
  cursor.at = 12
  pokes.moved(siteScope, 11)
  pokes.moved(siteScope, 12)
  expect(pulls).toEqual([['gap', 0]])
})

test('a head that went backwards, and one that is not known, cost a pull: history may have begun anew', () => {
  const { pulls, cursor, desk: pokes } = desk()
  cursor.at = 12
  pokes.moved(siteScope, 3)
  pokes.moved(siteScope, 12)
  pokes.moved(siteScope, 4)
  pokes.moved(siteScope, null)
  expect(pulls).toHaveLength(3)
})

test('what realtime has told is remembered by number within one history, and by its time', async () => {
  const { clock, desk: pokes } = desk()
  await clock.advance(100)
  pokes.poke(poke(5))
  expect(pokes.hasTold(siteScope, 5, Infinity)).toBe(true)
  expect(pokes.hasTold(siteScope, 6, Infinity)).toBe(false)
  pokes.poke({ ...poke(2), epoch: randomUUID() })
  expect(pokes.hasTold(siteScope, 5, Infinity)).toBe(false)
  expect(pokes.hasTold(siteScope, 2, Infinity)).toBe(true)
})

test('a scope that was told of just now is not one of which nothing is heard: the poke budget holds back the rest', async () => {
  const { clock, desk: pokes } = desk()
  pokes.poke(poke(5))
  await clock.advance(1_000)
  const other = `warehouse:${randomUUID()}` as Scope
  pokes.moved(other, null)
  for (const [scope, at] of [
    [siteScope, 0],
    [other, 1_000],
  ] as const) {
    expect(pokes.hasTold(scope, 99, at)).toBe(true)
    expect(pokes.hasTold(scope, 99, at + 1)).toBe(false)
  }
  expect(pokes.hasTold(`user:${randomUUID()}` as Scope, 1, 0)).toBe(false)
})

test('stopping leaves no timer', () => {
  const { clock, desk: pokes } = desk()
  pokes.poke(poke(1))
  pokes.stop()
  expect(clock.pending()).toBe(0)
})

describe('beside work of our own', () => {
  const sent = ['a'] as unknown as MutationId[]

  test('pokes that come during a push are held, and applied in their order once it is answered', () => {
    const { pulls, applied, own, desk: pokes } = desk()
    Object.assign(own, { isPushing: true, unsure: sent })
    pokes.poke(poke(1))
    pokes.poke(poke(2))
    expect([applied, pulls]).toEqual([[], []])
    Object.assign(own, { isPushing: false, unsure: [] })
    pokes.pushed()
    expect([applied.map(({ to }) => to), pulls]).toEqual([[1, 2], []])
    pokes.pushed()
    expect(applied).toHaveLength(2)
  })

  test('if the push gets no answer they are worth one pull: only its answer tells what they contain', () => {
    const { pulls, applied, own, desk: pokes } = desk()
    Object.assign(own, { isPushing: true, unsure: sent })
    pokes.poke(poke(1))
    pokes.poke(poke(2))
    own.isPushing = false
    pokes.pushed()
    expect([applied, pulls]).toEqual([[], [['gap', 0]]])
  })

  test('while it is not known whether the server has something of ours, a poke is a pull at once', () => {
    const { pulls, applied, own, desk: pokes } = desk()
    own.unsure = sent
    pokes.poke(poke(1))
    expect([applied, pulls]).toEqual([[], [['gap', 0]]])
  })

  test('no more than so many are held, however long the push takes', () => {
    const { pulls, applied, own, desk: pokes } = desk()
    Object.assign(own, { isPushing: true, unsure: sent })
    for (let to = 1; to <= HELD_AT_MOST + 5; to += 1) pokes.poke(poke(to))
    expect(pulls).toHaveLength(5)
    Object.assign(own, { isPushing: false, unsure: [] })
    pokes.pushed()
    expect(applied).toHaveLength(HELD_AT_MOST)
  })
})
