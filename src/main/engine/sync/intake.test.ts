import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import type { Change, Cursor, Poke, ScopePage } from '#shared/protocol/server.ts'
import { fitPage, fitPoke } from './intake.ts'

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
