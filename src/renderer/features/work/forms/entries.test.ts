import { expect, test } from 'vitest'
import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, ProductId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import { stockActions, type Amends } from '../../../stores/work-form.ts'
import { checked, draftOf, firstEntries, type About, type Entries } from './entries.ts'

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const mutation = id(1) as MutationId
const berlin = id(2) as WarehouseId
const hamburg = id(3) as WarehouseId
const about = (action: About['action'], amends: Amends | null = null): About => ({
  action,
  warehouseId: berlin,
  productId: id(4) as ProductId,
  amends,
})
const basis = { epoch: id(5), seq: 12, on_hand: 7, includes: [] }
const full: Entries = {
  bin: ' A3 ',
  toBin: 'B1',
  toWarehouseId: hamburg,
  quantity: 5,
  reason: 'Wet',
  reference: '',
  expected: null,
}

test.each(stockActions)('the entries of "%s" make the command its schema asks for', (action) => {
  const result = checked(draftOf(about(action), full, mutation, basis))
  expect(result).toMatchObject({
    command: { kind: action, mutation_id: mutation, bin: 'A3', reference: null },
  })
})

test.each(stockActions)('of "%s" with nothing entered, each field that is missing is named', (action) => {
  const empty: Entries = {
    bin: '',
    toBin: '',
    toWarehouseId: null,
    quantity: null,
    reason: '',
    reference: '',
    expected: null,
  }
  const result = checked(draftOf(about(action), empty, mutation, basis))
  expect(result).toMatchObject({ faults: { bin: 'form.faulty.bin' } })
  const faults = 'faults' in result ? result.faults : {}
  expect(Object.keys(faults)).toContain(action === 'count' ? 'counted' : 'quantity')
  expect('reason' in faults).toBe(action === 'adjust' || action === 'scrap')
  expect('to_bin' in faults).toBe(action === 'putaway' || action === 'transfer')
  expect('to_warehouse_id' in faults).toBe(action === 'transfer')
})

test('an adjustment by 0 and a half piece are not kept', () => {
  const adjust = (quantity: number) =>
    checked(draftOf(about('adjust'), { ...full, quantity }, mutation, null))
  expect(adjust(0)).toEqual({ faults: { quantity: 'form.faulty.signed' } })
  expect(adjust(-2)).toHaveProperty('command')
  expect(checked(draftOf(about('pick'), { ...full, quantity: 1.5 }, mutation, null))).toEqual({
    faults: { quantity: 'form.faulty.quantity' },
  })
})

test('from a bin into itself is told before it is tried, but the same name in another warehouse is another bin', () => {
  const same = { ...full, toBin: 'A3' }
  expect(checked(draftOf(about('putaway'), same, mutation, null))).toEqual({
    faults: { to_bin: 'form.faulty.same-bin' },
  })
  expect(checked(draftOf(about('transfer'), same, mutation, null))).toHaveProperty('command')
  const here = { ...same, toWarehouseId: berlin }
  expect(checked(draftOf(about('transfer'), here, mutation, null))).toHaveProperty('faults')
})

test('refused work is amended from what it was, and keeps what the form does not show', () => {
  const refused: CommandIntent = {
    kind: 'pick',
    mutation_id: id(9) as MutationId,
    warehouse_id: berlin,
    product_id: id(4) as ProductId,
    bin: 'C7',
    reference: 'SO-1',
    quantity: 8,
    order_item_id: id(6) as RowId,
  }
  const amending = about('pick', { id: refused.mutation_id, command: refused })
  const entries = firstEntries(amending, 'A3')
  expect(entries).toMatchObject({ bin: 'C7', quantity: 8, reference: 'SO-1' })
  expect(draftOf(amending, { ...entries, quantity: 2 }, mutation, null)).toMatchObject({
    mutation_id: mutation,
    quantity: 2,
    order_item_id: id(6),
  })
})

test('what only eyes can tell begins empty', () => {
  expect(firstEntries(about('count'), 'A3').quantity).toBeNull()
  expect(firstEntries(about('adjust'), 'A3').quantity).toBeNull()
  expect(firstEntries(about('transfer'), 'A3').toWarehouseId).toBeNull()
})

test('what a delivery was announced with is a whole number of a delivery that is named, or nothing', () => {
  const receive = (more: Partial<Entries>) =>
    checked(draftOf(about('receive'), { ...full, ...more }, mutation, null))
  expect(receive({ expected: null })).toMatchObject({ command: { kind: 'receive', reference: null } })
  expect(receive({ expected: 40, reference: 'DN-7' })).toMatchObject({
    command: { expected: 40, reference: 'DN-7', quantity: 5 },
  })
  expect(receive({ expected: 40 })).toEqual({ faults: { reference: 'form.faulty.expected-reference' } })
  expect(receive({ expected: 0.5, reference: 'DN-7' })).toEqual({
    faults: { expected: 'form.faulty.expected' },
  })
})

test('a pick for an order begins with what its line still needs, and is booked on that line', () => {
  const orderLine = { id: id(9) as RowId, order: 'SO-1', left: 4 }
  const forLine: About = { ...about('pick'), bin: 'B2', orderLine }
  const entries = firstEntries(forLine, 'A1')
  expect(entries).toMatchObject({ bin: 'B2', quantity: 4 })
  expect(checked(draftOf(forLine, entries, mutation, null))).toMatchObject({
    command: { kind: 'pick', quantity: 4, bin: 'B2', order_item_id: orderLine.id },
  })
})
