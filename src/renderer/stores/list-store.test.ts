import { expect, test } from 'vitest'
import type { ListModel } from '../bridge/model.ts'
import { createListStore } from './list-store.ts'

interface Row {
  id: string
  onHand: number
}
const list = (...rows: [string, number][]): ListModel<Row> => ({
  kind: 'list',
  total: rows.length,
  offset: 0,
  rows: rows.map(([id, onHand]) => ({ id, onHand })),
})
const shownIds = (store: ReturnType<typeof createListStore<Row>>) =>
  store.store.getState().shown?.rows.map(({ id }) => id)

test('under the pointer values change in place and the new order waits', () => {
  const store = createListStore<Row>()
  store.receive(list(['a', 1], ['b', 2], ['c', 3]), 'answer')
  store.hold(true)
  store.receive(list(['c', 4], ['a', 1], ['b', 2]), 'change')
  expect(shownIds(store)).toEqual(['a', 'b', 'c'])
  expect(store.store.getState().shown?.rows[2]?.onHand).toBe(4)
  expect(store.store.getState().orderWaits).toBe(true)
})

test('the new order comes when the pointer leaves', () => {
  const store = createListStore<Row>()
  store.receive(list(['a', 1], ['b', 2]), 'answer')
  store.hold(true)
  store.receive(list(['b', 2], ['a', 1]), 'change')
  store.hold(false)
  expect(shownIds(store)).toEqual(['b', 'a'])
  expect(store.store.getState().orderWaits).toBe(false)
})

test('what the person asked for comes at once, pointer or not', () => {
  const store = createListStore<Row>()
  store.receive(list(['a', 1], ['b', 2]), 'answer')
  store.hold(true)
  store.receive(list(['b', 2], ['a', 1]), 'answer')
  expect(shownIds(store)).toEqual(['b', 'a'])
})

test('a row that left under the pointer stays in place until the pointer leaves', () => {
  const store = createListStore<Row>()
  store.receive(list(['a', 1], ['b', 2]), 'answer')
  store.hold(true)
  store.receive(list(['b', 2]), 'change')
  expect(shownIds(store)).toEqual(['a', 'b'])
  expect(store.store.getState().shown?.total).toBe(2)
  store.hold(false)
  expect(shownIds(store)).toEqual(['b'])
})
