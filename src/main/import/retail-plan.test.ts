import { describe, expect, test } from 'vitest'
import { stockState, stockStates, type StockState } from '#shared/domain/stock.ts'
import type { RetailLine } from './retail-lines.ts'
import { planRetail } from './retail-plan.ts'

const line = (given: Partial<RetailLine>): RetailLine => ({
  line: 2,
  kind: 'sale',
  invoice: '700001',
  sku: '10001',
  description: 'GREEN GARDEN GNOME',
  quantity: 1,
  at: '2011-03-01 09:00:00',
  isPriced: true,
  customer: null,
  ...given,
})

const lastDay = line({ sku: 'LAST', invoice: '799999', at: '2011-03-31 10:00:00' })
const options = { warehouseCode: 'MAIN', ordersSince: null }

describe('a plan from invoice lines', () => {
  test('names a product by what stands most often on its priced lines, never by a note', () => {
    const plan = planRetail(
      [
        ...[1, 2, 3].map(() =>
          line({ kind: 'correction', description: 'DAMAGES', isPriced: false, quantity: -1 }),
        ),
        line({ description: 'GARDEN GNOME' }),
        line({ description: 'GREEN GARDEN GNOME' }),
        line({ description: 'GREEN GARDEN GNOME' }),
        line({ sku: 'NOTE', kind: 'correction', description: 'wet/rusty', isPriced: false, quantity: -5 }),
      ],
      options,
    )
    expect(plan.products.map(({ sku, name }) => [sku, name])).toEqual([
      ['10001', 'GREEN GARDEN GNOME'],
      ['NOTE', 'Article NOTE'],
    ])
  })

  test('books sales out, cancellations in, corrections as they are; charges move nothing', () => {
    const plan = planRetail(
      [
        line({ quantity: 6 }),
        line({ kind: 'return', invoice: 'C700002', quantity: -2 }),
        line({ kind: 'correction', invoice: '700003', quantity: -3, description: 'damages' }),
        line({ kind: 'charge', sku: 'POST', quantity: 1 }),
        lastDay,
      ],
      options,
    )
    const moved = plan.movements.filter(({ kind }) => kind !== 'opening')
    expect(moved.map(({ kind, quantity, reason, reference }) => [kind, quantity, reason, reference])).toEqual(
      [
        ['pick', -6, null, '700001'],
        ['return', 2, null, 'C700002'],
        ['adjust', -3, 'damages', '700003'],
      ],
    )
    expect(plan.products.find(({ sku }) => sku === 'POST')?.category).toBe('Charges')
    expect(plan.movements.some(({ sku }) => sku === 'POST')).toBe(false)
  })

  test('makes orders of invoices; those of the last day are open, allocated and not yet picked', () => {
    const plan = planRetail([line({ customer: 'Customer 15000' }), line({ sku: 'B' }), lastDay], options)
    expect(plan.orders.map(({ number, status, customer }) => [number, status, customer])).toEqual([
      ['700001', 'shipped', 'Customer 15000'],
      ['799999', 'pending', null],
    ])
    expect(plan.order_items.map(({ line_no, ordered, picked }) => [line_no, ordered, picked])).toEqual([
      [1, 1, 1],
      [2, 1, 1],
      [1, 1, 0],
    ])
    expect(plan.movements.some(({ reference }) => reference === '799999')).toBe(false)
  })

  test('leaves older orders out when asked to, but none of the movements', () => {
    const plan = planRetail([line({}), lastDay], { ...options, ordersSince: '2011-03-15' })
    expect(plan.orders.map(({ number }) => number)).toEqual(['799999'])
    expect(plan.movements.map(({ reference }) => reference)).toContain('700001')
  })

  test('opens with stock such that most articles end well, some low, a few out or oversold', () => {
    const lines = Array.from({ length: 800 }, (_, n) => [
      ...[1, 2, 3].map((day) =>
        line({
          sku: `S${n}`,
          invoice: `7${n}-${day}`,
          quantity: 10 + (n % 40),
          at: `2011-03-0${day} 09:00:00`,
        }),
      ),
      ...(n % 20 === 0
        ? [line({ sku: `S${n}`, invoice: `8${n}`, quantity: 4, at: '2011-03-10 09:00:00' })]
        : []),
    ]).flat()
    const plan = planRetail(lines, options)
    const onHand = new Map<string, number>()
    const allocated = new Map<string, number>()
    for (const { sku, quantity } of plan.movements) onHand.set(sku, (onHand.get(sku) ?? 0) + quantity)
    for (const { sku, ordered, picked } of plan.order_items) {
      allocated.set(sku, (allocated.get(sku) ?? 0) + ordered - picked)
    }
    const states = Object.fromEntries(stockStates.map((state) => [state, 0])) as Record<StockState, number>
    for (const { sku, reorder_point } of plan.products) {
      states[stockState(onHand.get(sku) ?? 0, allocated.get(sku) ?? 0, reorder_point)] += 1
    }
    expect(states['in-stock']).toBeGreaterThan(600)
    expect(states.low).toBeGreaterThan(30)
    expect(states.out).toBeGreaterThan(5)
    expect([...onHand.values()].every((figure) => figure >= 0)).toBe(true)
  })
})
