import { describe, expect, test } from 'vitest'
import { Command } from '#shared/domain/commands.ts'
import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { RetailLine } from '../../src/main/import/retail-lines.ts'
import { Movements, type Shelf, type Movement } from './movements.ts'

const PRODUCT = '11111111-1111-4111-8111-111111111111' as ProductId
const WAREHOUSE = '22222222-2222-4222-8222-222222222222' as WarehouseId

const line = (kind: 'sale' | 'return', quantity: number, sku = 'A'): RetailLine => ({
  line: 2,
  kind,
  invoice: kind === 'sale' ? '7001' : 'C7002',
  sku,
  description: '',
  quantity,
  at: '2011-03-01 09:00:00',
  isPriced: true,
  customer: null,
})

const movementsOf = (lines: RetailLine[], onHand: number): Movements => {
  const shelf: Shelf = { productId: PRODUCT, bin: 'A-01-1', onHand, reorderPoint: 10 }
  let id = 0
  return new Movements(lines, {
    warehouseId: WAREHOUSE,
    shelves: new Map([['A', shelf]]),
    newId: () => `00000000-0000-4000-8000-${String((id += 1)).padStart(12, '0')}`,
    now: () => new Date('2026-03-01T09:00:00Z'),
  })
}

const brief = (commands: Movement[]): [string, number][] =>
  commands.map(({ kind, quantity }) => [kind, quantity])

describe('movements from invoice lines', () => {
  test('are valid commands: sales are picked, cancellations received', () => {
    const taken = movementsOf([line('sale', 4), line('return', -2)], 100).take(10, false)
    expect(brief(taken)).toEqual([
      ['pick', 4],
      ['receive', 2],
    ])
    for (const command of taken) Command.parse(command)
  })

  test('fill the shelf before it runs empty', () => {
    const movements = movementsOf([line('sale', 8), line('sale', 8)], 10)
    expect(brief(movements.take(10, false))).toEqual([
      ['pick', 8],
      ['receive', 36],
      ['pick', 8],
    ])
    expect(movements.restocked).toBe(1)
  })

  test('leave out articles that the warehouse does not have', () => {
    const movements = movementsOf([line('sale', 1, 'B'), line('sale', 1)], 5)
    expect(brief(movements.take(10, false))).toEqual([['pick', 1]])
    expect(movements.unknown).toBe(1)
  })

  test('start the file again when asked to, but not for ever without a known article', () => {
    expect(movementsOf([line('sale', 1)], 5).take(3, true)).toHaveLength(3)
    expect(movementsOf([line('sale', 1, 'B')], 5).take(3, true)).toEqual([])
  })
})
