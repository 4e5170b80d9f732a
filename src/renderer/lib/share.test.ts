import fc from 'fast-check'
import { expect, test } from 'vitest'
import { share } from './share.ts'

const plain = fc.jsonValue({ maxDepth: 3 })

test('the result equals what came, whatever was there before', () => {
  fc.assert(
    fc.property(plain, plain, (before, after) => {
      expect(share(before, after)).toEqual(after)
    }),
  )
})

test('what is equal in content keeps its object', () => {
  fc.assert(
    fc.property(plain, (value) => {
      const copy = structuredClone(value)
      expect(share(value, copy)).toBe(value)
    }),
  )
})

test('one changed leaf renews its parents and nothing beside them', () => {
  const before = {
    bins: [
      { id: 'a', onHand: 1 },
      { id: 'b', onHand: 2 },
    ],
    product: { sku: '85123A' },
  }
  const after = share(before, {
    ...structuredClone(before),
    bins: [
      { id: 'a', onHand: 9 },
      { id: 'b', onHand: 2 },
    ],
  })
  expect(after).not.toBe(before)
  expect(after.product).toBe(before.product)
  expect(after.bins[1]).toBe(before.bins[1])
  expect(after.bins[0]).toEqual({ id: 'a', onHand: 9 })
})
