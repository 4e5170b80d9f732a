import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { siteScope, userScope } from '#shared/domain/scope.ts'
import type { UserId } from '#shared/domain/ids.ts'
import type { ScopePage } from '#shared/protocol/server.ts'
import { cutAtOwnRows } from './cut-page.ts'
import type { OwnRows } from './link-work.ts'

const page = (from: number, to: number, head = to): ScopePage => ({
  scope: siteScope,
  epoch: '0e0e0e0e-0000-4000-8000-000000000000',
  from,
  to,
  head,
  has_more: to < head,
  must_refetch: false,
  changes: Array.from({ length: to - from }, (_, index) => ({
    table: 'products',
    id: `${from + 1 + index}`,
    seq: from + 1 + index,
    row: {},
  })),
})
const own = (after: number, to: number): OwnRows => ({ scope: siteScope, after, to })

describe('[O2] a page that ends among the rows of one of our own commands', () => {
  test('is cut before the first of them, and the rest is still to come', () => {
    const cut = cutAtOwnRows(page(10, 15, 20), [own(13, 17)])
    expect(cut).toMatchObject({ from: 10, to: 13, head: 20, has_more: true })
    expect(cut.changes.map(({ seq }) => seq)).toEqual([11, 12, 13])
  })

  test('is left alone when it ends with the last of them, or before the first', () => {
    for (const whole of [page(10, 17, 20), page(10, 13, 20)])
      expect(cutAtOwnRows(whole, [own(13, 17)])).toBe(whole)
  })

  test('is taken as it is when they do not fit into any page: otherwise nothing would ever come', () => {
    const whole = page(13, 15, 20)
    expect(cutAtOwnRows(whole, [own(13, 17)])).toBe(whole)
  })

  test('is not cut for rows of another scope', () => {
    const whole = page(10, 15, 20)
    expect(cutAtOwnRows(whole, [{ ...own(13, 17), scope: userScope(randomUUID() as UserId) }])).toBe(whole)
  })

  test('never holds a part of a command that fits into a page, and always goes on', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 7, max: 9 }), (commands, room) => {
        const spans: OwnRows[] = []
        let head = 0
        for (const size of commands) spans.push(own(head, (head += size)))
        for (let cursor = 0; cursor < head;) {
          const { to } = cutAtOwnRows(page(cursor, Math.min(head, cursor + room), head), spans)
          expect(to).toBeGreaterThan(cursor)
          expect(spans.filter((span) => span.after < to && to < span.to)).toEqual([])
          cursor = to
        }
      }),
    )
  })
})
