import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import type { CommandOutcome } from '#shared/domain/commands.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import {
  addMember,
  addProduct,
  addStock,
  addUser,
  addWarehouse,
  apply,
  command,
  head,
  warehouseScope,
} from './support/site.ts'
import { anon, asCaller, service, sqlstateOf, user, type Sql } from './support/sql.ts'

let project: PgliteProject
let sql: Sql
let picker: string
let warehouse: string
let product: string

beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())
beforeEach(async () => {
  picker = await addUser(sql)
  warehouse = await addWarehouse(sql)
  product = await addProduct(sql)
  await addMember(sql, picker, warehouse, 'picker')
})

const onHand = async (bin = 'A-01-1'): Promise<number | null> => {
  const [row] = await sql.query<{ n: number }>(
    'select quantity_on_hand as n from public.inventory where warehouse_id = $1 and product_id = $2 and bin = $3',
    [warehouse, product, bin],
  )
  return row?.n ?? null
}

const movements = (): Promise<Record<string, unknown>[]> =>
  sql.query('select * from public.stock_movements where warehouse_id = $1 order by received_at', [warehouse])

const one = async (given: Record<string, unknown>, by = picker): Promise<CommandOutcome> =>
  must((await apply(sql, by, [given]))[0], 'an outcome')

describe('apply_commands', () => {
  test('receive, pick and adjust book a movement each and change the bin', async () => {
    const station = randomUUID()
    const outcomes = await apply(sql, picker, [
      command('receive', warehouse, product, 10, { reference: 'PO-7', station_id: station }),
      command('pick', warehouse, product, 4),
      command('adjust', warehouse, product, -1, { reason: 'broken' }),
    ])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied'])
    expect(await onHand()).toBe(5)
    expect(await movements()).toMatchObject([
      { kind: 'receive', quantity: 10, reference: 'PO-7', station_id: station, user_id: picker },
      { kind: 'pick', quantity: -4 },
      { kind: 'adjust', quantity: -1, reason: 'broken' },
    ])
  })

  test('tells the scope and the seq that contains the effect', async () => {
    const before = await head(sql, warehouseScope(warehouse))
    const [first, second] = await apply(sql, picker, [
      command('receive', warehouse, product, 1),
      command('receive', warehouse, product, 1, { bin: 'B' }),
    ])
    expect(first).toMatchObject({ outcome: 'applied', scope: `warehouse:${warehouse}`, seq: before + 1 })
    expect(second).toMatchObject({ outcome: 'applied', seq: before + 2 })
    expect(await head(sql, warehouseScope(warehouse))).toBe(before + 2)
  })

  test('[O2] a repeated mutation id takes effect once and gets the first answer again', async () => {
    const receive = command('receive', warehouse, product, 5)
    const first = await one(receive)
    expect(await apply(sql, picker, [receive, { ...receive, quantity: 900 }])).toEqual([first, first])
    expect(await onHand()).toBe(5)
    expect(await movements()).toHaveLength(1)
  })

  test('[O2] a refusal is an answer too: the same command is not tried a second time', async () => {
    await sql.query(`update public.warehouses set negative_stock = 'refuse' where id = $1`, [warehouse])
    const pick = command('pick', warehouse, product, 3)
    const refused = await one(pick)
    expect(refused).toMatchObject({ outcome: 'refused', code: 'insufficient_stock' })
    await one(command('receive', warehouse, product, 10))
    expect(await one(pick)).toEqual(refused)
    expect(await onHand()).toBe(10)
  })

  test('a mutation id of another user is nobody else’s answer', async () => {
    const other = await addUser(sql)
    await addMember(sql, other, warehouse, 'picker')
    const receive = command('receive', warehouse, product, 5)
    await one(receive)
    expect(await one(receive, other)).toMatchObject({ outcome: 'refused', code: 'not_allowed' })
    expect(await onHand()).toBe(5)
  })

  test('an unlisted bin gets a stock row', async () => {
    await one(command('receive', warehouse, product, 2, { bin: 'NEW-1' }))
    expect(await onHand('NEW-1')).toBe(2)
  })

  describe('more taken than booked in', () => {
    test('is accepted and flagged by default, once per bin while the alert is open', async () => {
      await addStock(sql, warehouse, product, 2)
      const picks = [1, 2, 3].map(() => command('pick', warehouse, product, 2))
      const outcomes = await apply(sql, picker, picks)
      expect(outcomes.map(({ facts }) => facts?.['on_hand'])).toEqual([0, -2, -4])
      const alerts = await sql.query(
        'select * from public.alerts where warehouse_id = $1 order by kind desc',
        [warehouse],
      )
      expect(alerts).toMatchObject([
        { kind: 'negative_stock', product_id: product, facts: { bin: 'A-01-1', on_hand: -2 } },
        { kind: 'count_task', product_id: product, facts: { bin: 'A-01-1', why: 'negative_stock' } },
      ])
    })

    test('is refused with facts where the warehouse says so', async () => {
      await sql.query(`update public.warehouses set negative_stock = 'refuse' where id = $1`, [warehouse])
      await addStock(sql, warehouse, product, 2)
      expect(await one(command('pick', warehouse, product, 3))).toMatchObject({
        outcome: 'refused',
        code: 'insufficient_stock',
        facts: { bin: 'A-01-1', on_hand: 2, asked: 3 },
      })
      expect(await onHand()).toBe(2)
      expect(await one(command('pick', warehouse, product, 2))).toMatchObject({ outcome: 'applied' })
    })
  })

  test.each([
    ['a viewer', 'viewer'],
    ['someone of another warehouse', null],
  ] as const)('%s is refused', async (_, role) => {
    const other = await addUser(sql)
    if (role !== null) await addMember(sql, other, warehouse, role)
    expect(await one(command('receive', warehouse, product, 1), other)).toMatchObject({
      outcome: 'refused',
      code: 'not_allowed',
      facts: { role },
    })
    expect(await onHand()).toBeNull()
  })

  test('unknown products and warehouses are refused by name', async () => {
    const outcomes = await apply(sql, picker, [
      command('pick', warehouse, randomUUID(), 1),
      command('pick', randomUUID(), product, 1),
    ])
    expect(outcomes).toMatchObject([{ code: 'unknown_product' }, { code: 'unknown_warehouse' }])
  })

  const malformed: [string, unknown][] = [
    ['command', 7],
    ['command', null],
    ['command', ['receive']],
    ['mutation_id', { mutation_id: undefined }],
    ['mutation_id', { mutation_id: 'not-a-uuid' }],
    ['mutation_id', { mutation_id: 12 }],
    ['kind', { kind: 'drop table' }],
    ['kind', { kind: null }],
    ['warehouse_id', { warehouse_id: null }],
    ['product_id', { product_id: 'x' }],
    ['bin', { bin: '' }],
    ['bin', { bin: 'x'.repeat(41) }],
    ['bin', { bin: { a: 1 } }],
    ['quantity', { quantity: 0 }],
    ['quantity', { quantity: -1 }],
    ['quantity', { quantity: 1.5 }],
    ['quantity', { quantity: 1e30 }],
    ['quantity', { quantity: '5' }],
    ['happened_at', { happened_at: 'yesterday' }],
    ['happened_at', { happened_at: '2026-01-01T10:00:00' }],
    ['station_id', { station_id: 'desk' }],
    ['operator_id', { operator_id: [] }],
    ['reference', { reference: 5 }],
    ['reference', { reference: 'x'.repeat(201) }],
    ['reason', { kind: 'adjust', reason: '' }],
    ['reason', { kind: 'adjust' }],
  ]
  test.each(malformed)(
    '[O4] a bad %s is refused as invalid and stops nothing else',
    async (field, change) => {
      const bad =
        typeof change === 'object' && change !== null && !Array.isArray(change)
          ? { ...command('receive', warehouse, product, 5), ...change }
          : change
      const outcomes = await apply(sql, picker, [bad, command('receive', warehouse, product, 5)])
      expect(outcomes).toMatchObject([
        { outcome: 'refused', code: 'invalid', facts: { field } },
        { outcome: 'applied' },
      ])
      expect(await onHand()).toBe(5)
    },
  )

  test('[O4] values that no table takes are refused, and the rest is applied', async () => {
    await addStock(sql, warehouse, product, 2_147_483_000, 'FULL')
    const outcomes = await apply(sql, picker, [
      command('receive', warehouse, product, 1, { happened_at: '2026-02-30T10:00:00Z' }),
      command('receive', warehouse, product, 1_000_000, { bin: 'FULL' }),
      command('receive', warehouse, product, 3),
    ])
    expect(outcomes).toMatchObject([
      { code: 'invalid', facts: { sqlstate: '22008' } },
      { code: 'invalid', facts: { sqlstate: '22003' } },
      { outcome: 'applied' },
    ])
    expect(await movements()).toHaveLength(1)
  })

  test('a call without a user, without an array or with too many commands changes nothing', async () => {
    const call = (caller: Parameters<typeof asCaller>[1], text: string): Promise<string | null> =>
      sqlstateOf(() => asCaller(sql, caller, (as) => as.query('select public.apply_commands($1)', [text])))
    expect(await call(anon, '[]')).toBe('42501')
    expect(await call(service, '[]')).toBe('PT401')
    expect(await call(user(picker), '{}')).toBe('PT400')
    expect(await call(user(picker), JSON.stringify(Array(1001).fill(0)))).toBe('PT413')
    expect(await call(user(picker), '[]')).toBeNull()
  })
})

describe('the ledger', () => {
  test('is append-only, for its owner too', async () => {
    await one(command('receive', warehouse, product, 1))
    for (const attempt of [
      'update public.stock_movements set quantity = 100',
      'delete from public.stock_movements',
      'truncate public.stock_movements',
    ]) {
      expect(await sqlstateOf(() => sql.query(attempt))).toBe('23001')
    }
    expect(await movements()).toMatchObject([{ quantity: 1 }])
  })

  test('explains every figure: on hand is the sum of the movements', async () => {
    const kinds = ['receive', 'pick', 'adjust'] as const
    const commands = Array.from({ length: 60 }, (_, n) =>
      command(must(kinds[n % 3], 'a kind'), warehouse, product, 1 + (n % 7), { bin: `C-${n % 4}` }),
    )
    await apply(sql, picker, commands)
    const wrong = await sql.query(
      `select i.bin from public.inventory i
       where i.warehouse_id = $1 and i.quantity_on_hand <> (
         select sum(m.quantity) from public.stock_movements m
         where m.warehouse_id = i.warehouse_id and m.product_id = i.product_id and m.bin = i.bin)`,
      [warehouse],
    )
    expect(wrong).toEqual([])
  })
})

describe('a fault of the project inside one command', () => {
  const trigger = async (raises: string): Promise<void> => {
    await sql.query(`create or replace function public.meddle() returns trigger language plpgsql as $$
      begin
        if new.reference = 'meddled' then ${raises}; end if;
        return new;
      end $$`)
    await sql.query(
      'create or replace trigger meddle before insert on public.stock_movements for each row execute function public.meddle()',
    )
  }
  afterAll(() => sql.query('drop function if exists public.meddle() cascade'))

  test.each([
    ['a trigger that raises', `raise exception 'no'`, 'P0001'],
    ['a function that is not there', 'perform public.no_such_function()', '42883'],
  ])(
    '[O4] %s refuses the command that met it, in the same answer, and no other',
    async (_what, raises, sqlstate) => {
      await trigger(raises)
      const outcomes = await apply(sql, picker, [
        command('receive', warehouse, product, 10),
        command('receive', warehouse, product, 5, { reference: 'meddled' }),
        command('pick', warehouse, product, 4),
      ])
      expect(outcomes).toMatchObject([
        { outcome: 'applied' },
        { outcome: 'refused', code: 'invalid', facts: { sqlstate } },
        { outcome: 'applied' },
      ])
      expect(await onHand()).toBe(6)
    },
  )

  test('[O2] what is no fault of a command, such as a deadlock or a full disk, ends the call and leaves nothing done', async () => {
    for (const sqlstate of ['40P01', '53100', '57P01']) {
      await trigger(`raise sqlstate '${sqlstate}'`)
      const given = [
        command('receive', warehouse, product, 10),
        command('receive', warehouse, product, 5, { reference: 'meddled' }),
      ]
      expect(await sqlstateOf(() => apply(sql, picker, given))).toBe(sqlstate)
      expect(await onHand()).toBeNull()
    }
  })
})
