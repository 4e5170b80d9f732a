import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { first100, warehouseId } from '../contenders/smart-shelf.ts'
import { quiet, QUIET_AFTER_BATCH_MS } from '../suite/pace.ts'
import { interleaved, type Prepare } from './interleaved.ts'
import { applyToShelf, openWarehouse, type Warehouse } from './stage.ts'

/*
 * A guard against falling back. No test here knows how fast a machine is: each compares two things that were timed in turn in the
 * same minute. Bounds are several times what was seen, so that a busy machine passes; work that grows with the warehouse does not.
 */

const SMALL = 5_000
const LARGE = 50_000
/** Ten times the rows: what looks at all of them takes ten times as long. */
const FLAT = 2.5

const again = { retry: 1 }

let small: Warehouse
let large: Warehouse

beforeAll(async () => {
  small = await openWarehouse(SMALL)
  large = await openWarehouse(LARGE)
})

afterAll(async () => {
  await small.close()
  await large.close()
})

const oneChange =
  (warehouse: Warehouse): Prepare =>
  async () => {
    const apply = applyToShelf(warehouse, [warehouse.nextChange()])
    await quiet()
    const before = warehouse.shelf.sink.posted()
    return () => {
      apply()
      if (warehouse.shelf.sink.posted() === before) throw new Error('The change was not posted.')
    }
  }

const batch =
  (warehouse: Warehouse, size: number): Prepare =>
  async () => {
    const apply = applyToShelf(warehouse, warehouse.nextBatch(size))
    // So that it is told at once, and nothing of it later.
    await quiet(QUIET_AFTER_BATCH_MS)
    return apply
  }

describe('ten times the stock', () => {
  test('one change costs the same, from its arrival to its delta', again, async () => {
    const ms = await interleaved(60, { small: oneChange(small), large: oneChange(large) })
    expect(ms.large / ms.small).toBeLessThan(FLAT)
  })

  test('a batch costs the same', again, async () => {
    const ms = await interleaved(8, { small: batch(small, 1_000), large: batch(large, 1_000) })
    expect(ms.large / ms.small).toBeLessThan(FLAT)
  })

  test.each([
    ['the first screen', {}],
    ['the first screen of what is low', { filter: 'low', sort: 'bin' }],
    ['the end of the list', { sort: 'name', direction: 'desc' }],
    ['the middle of the list', { sort: 'available', offset: 'middle' }],
  ] as const)('%s costs the same', again, async (_what, params) => {
    const read = (warehouse: Warehouse) => {
      const offset = 'offset' in params ? warehouse.rows / 2 : 0
      return () => () => warehouse.shelf.mirror.stockList({ ...first100, ...params, offset })
    }
    const ms = await interleaved(60, { small: read(small), large: read(large) })
    expect(ms.large / ms.small).toBeLessThan(FLAT)
  })

  test('the counts cost the same', again, async () => {
    // One look takes microseconds: many of them are one sample.
    const look = (warehouse: Warehouse) => () => () => {
      for (let time = 0; time < 100; time += 1) warehouse.shelf.mirror.summary({ warehouseId })
    }
    const ms = await interleaved(20, { small: look(small), large: look(large) })
    expect(ms.large / ms.small).toBeLessThan(FLAT)
  })
})

describe('beside others, in the same minute', () => {
  test('one change is cheaper than mapping and sorting an array of 50,000', again, async () => {
    const ms = await interleaved(40, {
      ours: oneChange(large),
      array: () => {
        const arrival = large.array.arrival([large.nextChange()])
        return () => large.array.apply(arrival)
      },
    })
    expect(ms.ours).toBeLessThan(ms.array)
  })

  test('one change costs at most 12 times a bare statement and a bare message', again, async () => {
    const ms = await interleaved(60, {
      ours: oneChange(large),
      bare: async () => {
        const change = [large.nextChange()]
        await quiet()
        return () => large.bare.apply(change)
      },
    })
    expect(ms.ours / ms.bare).toBeLessThan(12)
  })

  test('a batch costs at most 12 times bare statements', again, async () => {
    const ms = await interleaved(6, {
      ours: batch(large, 2_000),
      bare: () => {
        const changes = large.nextBatch(2_000)
        return () => large.bare.apply(changes)
      },
    })
    expect(ms.ours / ms.bare).toBeLessThan(12)
  })
})
