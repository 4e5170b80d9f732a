import { beforeEach, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import type { Change, Digest } from '#shared/protocol/server.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import type { ManualClock } from '#test/harness/manual-clock.ts'
import type { Outcome } from '../upstream/upstream.ts'
import { compareScope, LOOK_AFTER_MS, REACH_WITHIN_MS } from './compare-scope.ts'
import type { Comparison } from './compare-scope.ts'
import { createTraffic } from './traffic.ts'
import type { Traffic } from './traffic.ts'

/*
 * A scope of three buckets, compared while its changes are on their way. Our cursor and the server's head are set by hand:
 * each case is one way in which the two digests can miss each other.
 */

const epoch = '00000000-0000-4000-8000-000000000001'

/** What one side has: the seq of the one row in each bucket. */
type Rows = Record<'aa' | 'bb' | 'cc', number>
const digest = (head: number, rows: Partial<Rows>, of = epoch): Digest => ({
  scope: siteScope,
  epoch: of,
  head,
  buckets: Object.entries(rows).map(([bucket, seq]) => ({
    table: 'products',
    bucket,
    count: 1,
    seq_sum: seq,
  })),
})
const change = (bucket: string, seq: number): Change => ({
  table: 'products',
  id: `${bucket}000000-0000-4000-8000-000000000000`,
  seq,
  row: { name: 'Jug' },
})

let clock: ManualClock
let traffic: Traffic
let cursor: number
let looks: number
let run: AbortController

beforeEach(() => {
  clock = manualClock()
  traffic = createTraffic()
  cursor = 10
  looks = 0
  run = new AbortController()
})

/** A batch that takes us from the cursor to `to`. */
function apply(to: number, changes: Change[], startOver = false): void {
  const from = startOver ? 0 : cursor
  cursor = to
  traffic.applied({ scope: siteScope, epoch, from, to, startOver, changes, serverTime: clock.now() })
}

interface Sides {
  mine: () => Digest
  theirs: () => Outcome<Digest>
}

/** Begins a comparison; each side answers when it is told to. */
function begin({ mine, theirs }: Sides) {
  let answerMine = (): void => undefined
  let answerTheirs = (): void => undefined
  let result: Comparison | null = null
  const done = compareScope(
    {
      clock,
      mirror: { cursor: (scope) => ({ scope, epoch, seq: cursor }) },
      inspector: { digest: () => new Promise((resolve) => (answerMine = () => resolve(mine()))) },
      upstream: { digest: () => new Promise((resolve) => (answerTheirs = () => resolve(theirs()))) },
      traffic,
      look: () => (looks += 1),
      signal: run.signal,
    },
    siteScope,
  ).then((comparison) => (result = comparison))
  return { mine: () => answerMine(), theirs: () => answerTheirs(), result: () => result, done }
}

const settled = (value: Digest): Outcome<Digest> => ({ kind: 'settled', value })

test('[M3] at the same head every bucket is compared', async () => {
  const at = begin({
    mine: () => digest(10, { aa: 1, bb: 2 }),
    theirs: () => settled(digest(10, { aa: 1, bb: 3, cc: 4 })),
  })
  at.mine()
  at.theirs()
  expect(await at.done).toMatchObject({
    kind: 'compared',
    head: 10,
    compared: 3,
    changing: 0,
    differing: [
      { table: 'products', bucket: 'bb' },
      { table: 'products', bucket: 'cc' },
    ],
  })
  expect(looks).toBe(0)
})

test('[M3] the server is ahead: what arrives meanwhile is left out, a lost row in another bucket is not', async () => {
  const at = begin({
    mine: () => digest(10, { aa: 1, bb: 2 }),
    theirs: () => settled(digest(12, { aa: 12, bb: 2, cc: 4 })),
  })
  at.mine()
  at.theirs()
  await clock.advance(100)
  expect(at.result()).toBeNull()
  apply(12, [change('aa', 12)])
  expect(await at.done).toMatchObject({
    kind: 'compared',
    compared: 2,
    changing: 1,
    differing: [{ bucket: 'cc' }],
  })
  expect(clock.pending()).toBe(0)
})

test('we are ahead: a poke overtook the server’s answer', async () => {
  const at = begin({
    mine: () => digest(12, { aa: 12, bb: 2 }),
    theirs: () => settled(digest(10, { aa: 1, bb: 2 })),
  })
  at.theirs()
  apply(12, [change('aa', 12)])
  at.mine()
  expect(await at.done).toMatchObject({ kind: 'compared', compared: 1, changing: 1, differing: [] })
})

test('a row changed twice in between comes once, with its last number: its bucket is left out as well', async () => {
  const at = begin({
    mine: () => digest(10, { aa: 1, bb: 2 }),
    theirs: () => settled(digest(11, { aa: 11, bb: 2 })),
  })
  at.mine()
  at.theirs()
  apply(14, [change('aa', 14)])
  expect(await at.done).toMatchObject({ changing: 1, differing: [] })
})

test('what changed before both digests were made is compared like all the rest', async () => {
  const at = begin({
    mine: () => digest(12, { aa: 12, bb: 2 }),
    theirs: () => settled(digest(12, { aa: 12, bb: 3 })),
  })
  apply(12, [change('aa', 12), change('bb', 11)])
  at.mine()
  at.theirs()
  expect(await at.done).toMatchObject({ compared: 2, changing: 0, differing: [{ bucket: 'bb' }] })
})

test('behind and nobody pokes: it asks for a look, and goes on when that has brought us there', async () => {
  const at = begin({
    mine: () => digest(10, { aa: 1 }),
    theirs: () => settled(digest(11, { aa: 1, bb: 11 })),
  })
  at.mine()
  at.theirs()
  await clock.advance(LOOK_AFTER_MS - 1)
  expect(looks).toBe(0)
  await clock.advance(1)
  expect(looks).toBe(1)
  apply(11, [change('bb', 11)])
  expect(await at.done).toMatchObject({ kind: 'compared', compared: 1, changing: 1, differing: [] })
})

test('[L3] behind and it stays so: nothing is proved', async () => {
  const at = begin({ mine: () => digest(10, { aa: 1 }), theirs: () => settled(digest(11, { aa: 1 })) })
  at.mine()
  at.theirs()
  await clock.advance(REACH_WITHIN_MS)
  expect(await at.done).toEqual({ kind: 'unproven', head: 11, because: 'behind' })
  expect(clock.pending()).toBe(0)
})

test('[L3] when every bucket is changing, nothing is proved either', async () => {
  const at = begin({ mine: () => digest(10, { aa: 1 }), theirs: () => settled(digest(11, { aa: 11 })) })
  at.mine()
  at.theirs()
  apply(11, [change('aa', 11)])
  expect(await at.done).toEqual({ kind: 'unproven', head: 11, because: 'all-changing' })
})

test('an empty scope is equal to an empty scope', async () => {
  const at = begin({ mine: () => digest(10, {}), theirs: () => settled(digest(10, {})) })
  at.mine()
  at.theirs()
  expect(await at.done).toMatchObject({ kind: 'compared', compared: 0, changing: 0, differing: [] })
})

test('another epoch on the server proves nothing and asks for a look: the pull knows what to do', async () => {
  const other = '00000000-0000-4000-8000-000000000002'
  const at = begin({ mine: () => digest(10, { aa: 1 }), theirs: () => settled(digest(3, {}, other)) })
  at.mine()
  at.theirs()
  expect(await at.done).toEqual({ kind: 'unproven', head: 3, because: 'other-epoch' })
  expect(looks).toBe(1)
})

test('a scope that starts over meanwhile proves nothing', async () => {
  const at = begin({ mine: () => digest(10, { aa: 1 }), theirs: () => settled(digest(10, {})) })
  at.mine()
  apply(10, [change('aa', 1)], true)
  at.theirs()
  expect(await at.done).toEqual({ kind: 'unproven', head: 10, because: 'started-over' })
})

test('no answer proves nothing', async () => {
  const at = begin({ mine: () => digest(10, {}), theirs: () => ({ kind: 'offline', detail: '' }) })
  at.mine()
  at.theirs()
  expect(await at.done).toEqual({ kind: 'unproven', head: null, because: 'offline' })
})

test('[L1] ended while the answers are under way, or while it waits: void, and no timer is left', async () => {
  const asking = begin({ mine: () => digest(10, {}), theirs: () => settled(digest(10, { aa: 1 })) })
  run.abort()
  asking.mine()
  asking.theirs()
  expect(await asking.done).toEqual({ kind: 'void' })

  run = new AbortController()
  const waiting = begin({ mine: () => digest(10, {}), theirs: () => settled(digest(12, { aa: 1 })) })
  waiting.mine()
  waiting.theirs()
  await clock.advance(100)
  run.abort()
  expect(await waiting.done).toEqual({ kind: 'void' })
  expect(clock.pending()).toBe(0)
})
