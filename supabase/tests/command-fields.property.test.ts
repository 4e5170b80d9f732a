import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Command } from '#shared/domain/commands.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'

/* The station and the server hold a command to the same rules: whatever one takes, the other takes too. */

let project: PgliteProject

beforeAll(async () => {
  project = await startPgliteProject()
})
afterAll(() => project.stop())

const id = fc.constant(null).map(() => randomUUID())
const every = {
  mutation_id: id,
  station_id: fc.constant(null),
  operator_id: id,
  happened_at: fc.constant('2026-03-01T08:30:00+01:00'),
}
const stock = {
  ...every,
  warehouse_id: id,
  product_id: id,
  bin: fc.constantFrom('A', 'ü'.repeat(40)),
  reference: fc.constantFrom(null, 'PO'),
}
const quantity = fc.constantFrom(1, 1_000_000)
const kind = <K extends string>(name: K, fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ kind: fc.constant(name), ...fields })
const status = fc.constantFrom('pending', 'shipped')

const valid = fc.oneof(
  kind('receive', { ...stock, quantity, expected: fc.constantFrom(null, 5) }),
  kind('putaway', { ...stock, to_bin: fc.constant('B'), quantity }),
  kind('pick', { ...stock, quantity, order_item_id: fc.oneof(id, fc.constant(null)) }),
  kind('transfer', { ...stock, to_bin: fc.constant('B'), to_warehouse_id: id, quantity }),
  kind('adjust', { ...stock, quantity: fc.constantFrom(-1_000_000, -1, 7), reason: fc.constant('broken') }),
  kind('count', {
    ...stock,
    counted: fc.constantFrom(0, 12),
    basis: fc.record({
      epoch: id,
      seq: fc.constantFrom(0, 9e11),
      on_hand: fc.constantFrom(-3, 40),
      includes: fc.array(id, { maxLength: 2 }),
    }),
  }),
  kind('return', { ...stock, quantity, order_item_id: fc.constant(null) }),
  kind('scrap', { ...stock, quantity, reason: fc.constant('rot') }),
  kind('order.create', {
    ...every,
    warehouse_id: id,
    order: fc.record({
      id,
      number: fc.constant('SO-1'),
      customer: fc.constantFrom(null, 'Weber'),
      priority: fc.integer({ min: 1, max: 5 }),
      due_at: fc.constantFrom(null, '2026-03-01T08:30:00Z'),
      items: fc.array(fc.record({ id, product_id: id, quantity }), { minLength: 1, maxLength: 3 }),
    }),
  }),
  kind('order.advance', { ...every, warehouse_id: id, order_id: id, from: status, to: status }),
  kind('order.cancel', { ...every, warehouse_id: id, order_id: id, from: status, reason: fc.constant('no') }),
  kind('notification.read', { ...every, notification_ids: fc.array(id, { maxLength: 3 }) }),
  kind('undo', { ...every, undoes: id }),
  kind('refusal.assign', {
    ...every,
    warehouse_id: id,
    refused: id,
    refused_kind: fc.constant('pick'),
    code: fc.constant('insufficient_stock'),
    facts: fc.constantFrom({}, { bin: 'A1', on_hand: 2 }),
    product_id: fc.oneof(id, fc.constant(null)),
    note: fc.constantFrom('x'.repeat(500), 'Please look'),
  }),
)

/** Values that fit some fields and not others. */
const odd = fc.constantFrom<unknown>(
  null,
  '',
  'x',
  0,
  -1,
  1.5,
  1_000_001,
  true,
  [],
  {},
  'x'.repeat(201),
  'x'.repeat(501),
  '2026-03-01',
  ['x'],
)

const faultyFields = async (commands: readonly unknown[]): Promise<(string | null)[]> => {
  const rows = await project.sql.query<{ faulty: string | null }>(
    'select private.faulty_field(c.value) as faulty from jsonb_array_elements($1) with ordinality c (value, place) order by place',
    [JSON.stringify(commands)],
  )
  return rows.map(({ faulty }) => faulty)
}

test('what the station takes for a command, the server can read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(valid, { minLength: 20, maxLength: 40 }), async (commands) => {
      for (const command of commands) expect(Command.safeParse(command).error).toBeUndefined()
      expect(await faultyFields(commands)).toEqual(commands.map(() => null))
    }),
    { numRuns: 15 },
  )
})

test('a field that the station refuses, the server refuses by its name', async () => {
  const spoiled = fc.tuple(valid, fc.nat(), odd).map(([command, at, value]) => {
    const names = Object.keys(command).filter((name) => name !== 'kind')
    const name = names[at % names.length] ?? 'mutation_id'
    return { name, command: { ...command, [name]: value } }
  })
  await fc.assert(
    fc.asyncProperty(fc.array(spoiled, { minLength: 40, maxLength: 60 }), async (all) => {
      const faulty = await faultyFields(all.map(({ command }) => command))
      for (const [n, { name, command }] of all.entries()) {
        const ours = Command.safeParse(command).success ? null : name
        expect(faulty[n], JSON.stringify(command)).toBe(ours)
      }
    }),
    { numRuns: 25 },
  )
})
