import { describe, expect, test } from 'vitest'
import type { StoryMovement, UnsettledMovement } from '#shared/protocol/ledger.ts'
import { withHead, withTail } from '../../hooks/use-ledger.ts'
import { ledgerRows, storyOf } from './rows.ts'

const here = { person: 'Mia', station: null }
const product = { id: 'p' as never, sku: 'A', name: 'Thing', unit: 'piece' }

const told = (
  id: string,
  quantity: number,
  balance: number,
  more: Partial<StoryMovement> = {},
): StoryMovement => ({
  id: id as never,
  productId: product.id,
  product,
  bin: 'A-1',
  quantity,
  kind: 'pick',
  reason: null,
  reference: null,
  order: null,
  person: null,
  station: null,
  mutationId: id as never,
  happenedAt: 1,
  receivedAt: 1,
  offlineMs: null,
  balance,
  ...more,
})

const own = (id: string, quantity: number, more: Partial<UnsettledMovement> = {}): UnsettledMovement => ({
  id: `${id} p A-1`,
  mutationId: id as never,
  product,
  bin: 'A-1',
  quantity,
  kind: 'pick',
  reference: null,
  order: null,
  stationId: null,
  happenedAt: 2,
  at: 'unsent',
  ...more,
})

describe('the story of a figure', () => {
  test('goes from the figure here, over what was not sent, down to what was there before the ledger began', () => {
    const answer = { onHand: 34, movements: [told('b', -6, 34), told('a', 30, 40)], next: null }
    const { rows, sum } = storyOf(answer, [own('d', 4), own('c', -1)], null, here)
    expect(sum).toEqual({ onServer: 34, unsent: 3, here: 37 })
    expect(rows.map(({ from, balance }) => [from, balance])).toEqual([
      ['unsent', 37],
      ['unsent', 33],
      ['told', 34],
      ['told', 40],
      ['opening', 10],
    ])
  })

  test('counts nothing twice: what the server has told is not ours to add any more', () => {
    const answer = { onHand: 34, movements: [told('c', -1, 34)], next: null }
    const { rows, sum } = storyOf(answer, [own('c', -1, { at: 'sent' }), own('d', 4)], null, here)
    expect(sum).toEqual({ onServer: 34, unsent: 4, here: 38 })
    expect(rows.map(({ id }) => id)).toEqual(['d p A-1', 'c', 'opening'])
  })

  test('of one bin leaves out the others; without an answer only what is unsent is known', () => {
    const { rows, sum } = storyOf(null, [own('c', -1), own('d', 4, { bin: 'B-2' })], 'B-2', here)
    expect(sum).toBe(null)
    expect(rows.map(({ bin, balance, person }) => [bin, balance, person])).toEqual([['B-2', null, 'Mia']])
  })

  test('does not begin as long as there is more to read', () => {
    const next = { received_at: '', happened_at: '', id: 'a' }
    expect(storyOf({ onHand: 1, movements: [told('a', 1, 1)], next }, [], null, here).rows).toHaveLength(1)
  })
})

test('a filter of the ledger is one of what was not sent as well', () => {
  const rows = [own('c', -1, { reference: 'DN-1' }), own('d', 4, { kind: 'receive' })]
  const shown = (filter: Parameters<typeof ledgerRows>[2]) =>
    ledgerRows([], rows, filter, here).map(({ id }) => id.slice(0, 1))
  expect(shown({})).toEqual(['c', 'd'])
  expect(shown({ document: 'DN-1' })).toEqual(['c'])
  expect(shown({ kind: 'receive' })).toEqual(['d'])
  expect(shown({ bin: 'Z' })).toEqual([])
})

describe('pages of the ledger', () => {
  const cursor = (id: string) => ({ received_at: '', happened_at: '', id })
  const page = (ids: string[], next: string | null) => ({
    movements: ids.map((id) => ({ id })),
    next: next === null ? null : cursor(next),
  })

  test('what is new comes on top of what was read before', () => {
    const was = page(['c', 'b', 'a'], null)
    expect(withHead(was, page(['e', 'd', 'c'], 'c'))).toEqual(page(['e', 'd', 'c', 'b', 'a'], null))
  })

  test('begin anew when too much is new for them to meet', () => {
    expect(withHead(page(['b', 'a'], null), page(['z', 'y'], 'y'))).toEqual(page(['z', 'y'], 'y'))
  })

  test('go on where they ended, and an answer to an older end is dropped', () => {
    const was = page(['c', 'b'], 'b')
    expect(withTail(was, page(['a'], null), cursor('b'))).toEqual(page(['c', 'b', 'a'], null))
    expect(withTail(was, page(['x'], null), cursor('q'))).toBe(was)
  })
})
