import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inboxLane } from '../commands/spec.ts'
import type { Lane } from '../commands/spec.ts'
import { mayGo } from './lanes.ts'

interface Piece {
  name: string
  lanes: Lane[]
}
const piece = (name: string, ...lanes: string[]): Piece => ({ name, lanes: lanes as Lane[] })
const namesOf = (going: readonly Piece[]): string => going.map(({ name }) => name).join(' ')
const allBut =
  (...names: string[]) =>
  (entry: Piece): boolean =>
    !names.includes(entry.name)

test('what was kept goes together, in its order, up to the limit', () => {
  const unsent = [piece('a', '1'), piece('b', '1'), piece('c', '2')]
  expect(namesOf(mayGo(unsent, () => true, 100))).toBe('a b c')
  expect(namesOf(mayGo(unsent, () => true, 2))).toBe('a b')
})

test('[O4] one that waits holds back its own lane, all others flow past', () => {
  const unsent = [piece('a', '1'), piece('b', '1'), piece('c', '2'), piece('d', '1')]
  expect(namesOf(mayGo(unsent, allBut('a'), 100))).toBe('c')
})

test('what waits for its lane holds back its other lanes in turn', () => {
  // From bin 1 to bin 2 waits for bin 1; what follows in bin 2 counts on what it brings.
  const unsent = [piece('a', '1'), piece('move', '1', '2'), piece('b', '2'), piece('c', '3')]
  expect(namesOf(mayGo(unsent, allBut('a'), 100))).toBe('c')
})

test('a later one that waits holds back nobody before it', () => {
  const unsent = [piece('a', '1'), piece('b', '1'), piece('c', '1')]
  expect(namesOf(mayGo(unsent, allBut('b'), 100))).toBe('a')
})

test('[O4] work that nothing depends on never waits for its like', () => {
  const unsent = [piece('a', inboxLane), piece('b', inboxLane)]
  expect(namesOf(mayGo(unsent, allBut('a'), 100))).toBe('b')
})

test('in any outbox, nothing goes before an earlier one of its lane that stays', () => {
  const someLanes = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { minLength: 1, maxLength: 2 })
  const outbox = fc.array(fc.record({ lanes: someLanes, isMeant: fc.boolean() }), { maxLength: 30 })
  fc.assert(
    fc.property(outbox, fc.integer({ min: 1, max: 30 }), (pieces, limit) => {
      const unsent = pieces.map(({ lanes, isMeant }, no) => ({ no, isMeant, lanes: lanes as Lane[] }))
      const going = mayGo(unsent, ({ isMeant }) => isMeant, limit)
      const stays = unsent.filter((entry) => !going.includes(entry))
      for (const entry of going) {
        expect(entry.isMeant).toBe(true)
        const before = stays.filter(({ no }) => no < entry.no)
        expect(before.some(({ lanes }) => lanes.some((lane) => entry.lanes.includes(lane)))).toBe(false)
      }
      // And what stays has a reason to: the limit, its own, or an earlier one of its lanes.
      const first = stays.find((entry) => entry.isMeant && !unsent.slice(0, entry.no).some(sharesLane(entry)))
      if (first) expect(going).toHaveLength(limit)
    }),
  )
})

const sharesLane =
  (entry: { lanes: Lane[] }) =>
  (other: { lanes: Lane[] }): boolean =>
    other.lanes.some((lane) => entry.lanes.includes(lane))
