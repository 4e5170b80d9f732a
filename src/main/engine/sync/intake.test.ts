import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { UserId } from '#shared/domain/ids.ts'
import { siteScope } from '#shared/domain/scope.ts'
import type { Change, Cursor, Poke, ScopePage } from '#shared/protocol/server.ts'
import { fakeMirror } from '#test/harness/fake-mirror.ts'
import { manualClock } from '#test/harness/manual-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { noWork } from './link-work.ts'
import type { LinkWork } from './link-work.ts'
import { createIntake, fitPage, fitPoke, REST_MS } from './intake.ts'

const epoch = randomUUID()
const change = (seq: number): Change => ({ table: 'products', id: randomUUID(), seq, row: {} })
const at = (seq: number, cursorEpoch: string | null = epoch): Cursor => ({
  scope: siteScope,
  epoch: cursorEpoch,
  seq,
})
const page = (from: number, to: number, part: Partial<ScopePage> = {}): ScopePage => ({
  scope: siteScope,
  epoch,
  from,
  to,
  head: to,
  has_more: false,
  must_refetch: false,
  changes: Array.from({ length: to - from }, (_, index) => change(from + 1 + index)),
  ...part,
})
const poke = (from: number, to: number, part: Partial<Poke> = {}): Poke => ({
  scope: siteScope,
  epoch,
  from,
  to,
  at: '2026-11-22T08:00:00Z',
  changes: Array.from({ length: to - from + 1 }, (_, index) => change(from + index)),
  ...part,
})

const seqs = (fit: ReturnType<typeof fitPage>): unknown =>
  fit.kind === 'fits' ? [fit.batch.from, fit.batch.changes.map(({ seq }) => seq), fit.batch.to] : fit.kind

test('a page that continues the cursor is taken whole', () => {
  expect(seqs(fitPage(page(10, 12), at(10), 0))).toEqual([10, [11, 12], 12])
})

test('[M1] a page is cut to what lies after a cursor that moved meanwhile', () => {
  expect(seqs(fitPage(page(10, 14), at(12), 0))).toEqual([12, [13, 14], 14])
  expect(seqs(fitPage(page(10, 12), at(12), 0))).toBe('known')
  expect(seqs(fitPage(page(10, 12), at(20), 0))).toBe('known')
})

test('[M1] a page that begins after the cursor is never taken', () => {
  expect(seqs(fitPage(page(11, 14), at(10), 0))).toBe('gap')
})

test('a page of another epoch is not taken, unless it says to start over', () => {
  const other = randomUUID()
  expect(seqs(fitPage(page(10, 12), at(10, other), 0))).toBe('gap')
  const fit = fitPage(page(0, 2, { must_refetch: true }), at(10, other), 0)
  expect(fit).toMatchObject({ kind: 'fits', batch: { startOver: true, from: 0, to: 2 } })
})

test('[M1] a page that says to start over, but not from the beginning, is never taken', () => {
  expect(seqs(fitPage(page(5, 7, { must_refetch: true }), at(10), 0))).toBe('gap')
})

test('the first page of an empty scope is taken, so that its epoch is known', () => {
  expect(seqs(fitPage(page(0, 0), at(0, null), 0))).toEqual([0, [], 0])
})

test('[M1] a poke is applied only from exactly the next number, with its changes, in the same epoch', () => {
  expect(seqs(fitPoke(poke(11, 12), at(10)))).toEqual([10, [11, 12], 12])
  expect(fitPoke(poke(12, 13), at(10)).kind).toBe('gap')
  expect(fitPoke(poke(10, 11), at(10)).kind).toBe('gap')
  expect(fitPoke(poke(9, 10), at(10)).kind).toBe('known')
  expect(fitPoke(poke(11, 12, { epoch: randomUUID() }), at(10)).kind).toBe('gap')
  const { changes: _changes, ...bare } = poke(11, 12)
  expect(fitPoke(bare, at(10)).kind).toBe('gap')
})

describe('large pages, one after the other', () => {
  const owner = randomUUID() as UserId
  const world = (work: LinkWork = noWork) => {
    const clock = manualClock()
    const mirror = fakeMirror(owner)
    const told: string[] = []
    let relieved = (): void => undefined
    const relief = new Promise<void>((resolve) => (relieved = resolve))
    const intake = createIntake({
      clock,
      mirror,
      noted: () => told.push('noted'),
      told: () => told.push('told'),
      applied: ({ to }) => told.push(`applied ${to}`),
      work,
      relieve: async () => {
        told.push('relieve')
        await relief
      },
      log: recordedLog(),
    })
    return { clock, mirror, told, intake, relieved: () => relieved() }
  }

  test('[M1] share a commit, and are told of when it is done', async () => {
    const { intake, told } = world()
    expect(await intake.page(page(0, 600), 0)).toBe('applied')
    expect(await intake.page(page(600, 610), 0)).toBe('applied')
    expect(told).toEqual([])
    intake.settle()
    expect(told).toEqual(['relieve', 'noted', 'noted', 'told', 'told', 'applied 600', 'applied 610'])
    intake.settle()
    expect(told).toHaveLength(7)
  })

  test('wait for the log of the commit before them, but small ones and whoever waits for the last one do not', async () => {
    const { intake, told, relieved } = world()
    await intake.ready(page(0, 600))
    expect(await intake.page(page(0, 600), 0)).toBe('applied')
    intake.settle()
    await intake.ready(page(600, 610))
    const ready = intake.ready(page(600, 1_200)).then(() => told.push('ready'))
    await Promise.resolve()
    expect(told).not.toContain('ready')
    relieved()
    await ready
    expect(told).toEqual(['relieve', 'noted', 'told', 'applied 600', 'ready'])
  })

  test('are committed when they are many', async () => {
    const { intake, told } = world()
    expect(await intake.page(page(0, 12_000), 0)).toBe('applied')
    expect(told).toEqual([])
    expect(await intake.page(page(12_000, 20_000), 0)).toBe('applied')
    expect(told).toEqual(['relieve', 'noted', 'noted', 'told', 'told', 'applied 12000', 'applied 20000'])
  })

  test('[O1] are committed sooner while somebody works here, whose receipt would wait for the commit', async () => {
    const { clock, intake, told } = world({ ...noWork, isWorkedAt: () => true })
    const taken = intake.page(page(0, 6_000), 0)
    await clock.advance(1_000)
    expect(await taken).toBe('applied')
    expect(told).toEqual(['relieve', 'noted', 'told', 'applied 6000'])
  })

  test('[O1] leave room for a receipt before their commit, between it and its telling, and after', async () => {
    const { clock, intake, told } = world({ ...noWork, isWorkedAt: () => true })
    const rests: string[][] = []
    const taken = intake.page(page(0, 6_000), 0)
    for (let isTaken = false; !isTaken; await clock.advance(REST_MS)) {
      rests.push([...told])
      isTaken = await Promise.race([taken.then(() => true), clock.breathe().then(() => false)])
    }
    expect(rests.map(({ length }) => length)).toEqual([0, 2, 4, 4])
  })

  test('[L3] are committed when they have taken so long that a person waits to see them', async () => {
    const { clock, intake, told } = world()
    expect(await intake.page(page(0, 600), 0)).toBe('applied')
    await clock.advance(1_000)
    expect(told).toEqual([])
    expect(await intake.page(page(600, 601), 0)).toBe('applied')
    expect(told).toHaveLength(7)
  })

  test('a small page by itself is committed and told of at once', async () => {
    const { intake, told } = world()
    expect(await intake.page(page(0, 500), 0)).toBe('applied')
    expect(told).toEqual(['relieve', 'noted', 'told', 'applied 500'])
  })
})
