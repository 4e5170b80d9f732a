import { expect, test } from 'vitest'
import { agesAt } from './ages.ts'

test('orders grow older by time alone, and each is in one group', () => {
  const hour = 3_600_000
  const ages = [
    {
      status: 'pending' as const,
      orders: 6,
      slots: [
        { at: 0, orders: 1 },
        { at: 71 * hour, orders: 2 },
        { at: 72 * hour, orders: 3 },
      ],
    },
  ]
  const groups = (now: number) => agesAt(ages, now)[0]?.groups.map(({ orders }) => orders)
  expect(groups(72 * hour)).toEqual([3, 2, 0, 0, 1])
  expect(groups(73 * hour)).toEqual([0, 5, 0, 0, 1])
  expect(groups(96 * hour)).toEqual([0, 0, 0, 5, 1])
  expect(agesAt(ages, 72 * hour)[0]).toMatchObject({ total: 6, oldestAt: 0 })
})
