import { expect, test } from 'vitest'
import { createMutationIds } from './mutation-ids.ts'

test('[O2] the same intent has the same mutation id until it is kept, and another one afterwards', () => {
  const ids = createMutationIds()
  const first = ids.of('undo a')
  expect(ids.of('undo a')).toBe(first)
  expect(ids.of('undo b')).not.toBe(first)
  ids.done('undo a')
  expect(ids.of('undo a')).not.toBe(first)
})
