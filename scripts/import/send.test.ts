import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startPgliteProject, type PgliteProject } from '../../supabase/tests/support/pglite-project.ts'
import { addMember, addUser, addWarehouse } from '../../supabase/tests/support/site.ts'
import { anon, asCaller, service, sqlstateOf, user, type Sql } from '../../supabase/tests/support/sql.ts'
import { readImportFile } from '../../src/main/import/read-file.ts'
import { send, type Booked } from './send.ts'
import type { ImportPlan } from '../../src/main/import/plan.ts'
import type { Target } from './target.ts'
import { RETAIL_SAMPLE, scratchFolder, STOCK_SAMPLE } from '../../src/main/import/testing/samples.ts'

let project: PgliteProject
let sql: Sql
let scratch: Awaited<ReturnType<typeof scratchFolder>>
beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
  scratch = await scratchFolder()
})
afterAll(async () => {
  await project.stop()
  await scratch.gone()
})

let failAt: string | null = null
afterEach(() => {
  failAt = null
})

/** The service role's way in, as PostgREST would call it. */
const target: Target = {
  name: 'the test project',
  call: (fn, args) => {
    if (fn === failAt) return Promise.reject(new Error('cable out'))
    const names = Object.keys(args).map((name, index) => `${name} => $${index + 1}`)
    const values = Object.values(args).map((value) =>
      typeof value === 'string' ? value : JSON.stringify(value),
    )
    return asCaller(sql, service, async (as) => {
      const [row] = await as.query<{ answer: unknown }>(
        `select public.${fn}(${names.join(', ')}) as answer`,
        values,
      )
      return row?.answer
    })
  },
  close: () => Promise.resolve(),
}

const planOf = async (content: string, code: string): Promise<ImportPlan> => {
  const file = await scratch.file('sample.csv', content)
  return (await readImportFile(file, { warehouseCode: code, ordersSince: null, progress: () => undefined }))
    .plan
}

const importAs = async (code: string, plan: ImportPlan): Promise<Booked> =>
  send(target, plan, { code, time_zone: 'Europe/London' }, () => undefined)

const heads = (): Promise<unknown> => sql.query('select scope, head from public.sync_scopes order by scope')

describe('an import', () => {
  test('makes the warehouse, seen by those who manage the others, and books everything', async () => {
    const manager = await addUser(sql)
    await addMember(sql, manager, await addWarehouse(sql), 'manager')
    const plan = await planOf(RETAIL_SAMPLE, 'RET')
    const booked = await importAs('RET', plan)
    expect(booked).toMatchObject({ products: 4, movements: plan.movements.length, orders: 3, order_items: 6 })
    const stock = await asCaller(sql, user(manager), (as) =>
      as.query(
        `select p.sku, quantity_on_hand as "onHand", quantity_allocated as allocated from public.inventory i
         join public.products p on p.id = i.product_id where warehouse_id = $1 order by 1`,
        [booked.warehouse_id],
      ),
    )
    const sums = new Map<string, number>()
    for (const { sku, quantity } of plan.movements) sums.set(sku, (sums.get(sku) ?? 0) + quantity)
    expect(stock).toEqual([
      { sku: '10001', onHand: sums.get('10001'), allocated: 0 },
      { sku: '10002', onHand: sums.get('10002'), allocated: 2 },
      { sku: '10003', onHand: sums.get('10003'), allocated: 0 },
    ])
    const [summer] = await sql.query<{ at: string }>(
      `select happened_at::text as at from public.stock_movements where reference = '700001' limit 1`,
    )
    expect(summer?.at).toMatch(/^2011-03-01 09:00:00\+00/)
  })

  test('of the same file again changes nothing', async () => {
    const plan = await planOf(RETAIL_SAMPLE, 'RET')
    await importAs('RET', plan)
    const before = await heads()
    const again = await importAs('RET', plan)
    expect(again).toMatchObject({ products: 0, barcodes: 0, movements: 0, orders: 0, order_items: 0 })
    expect(await heads()).toEqual(before)
  })

  test('of a longer file adds only what is new', async () => {
    await importAs('LONG', await planOf(RETAIL_SAMPLE, 'LONG'))
    const longer = await planOf(
      `${RETAIL_SAMPLE}700020,10001,GREEN GARDEN GNOME,1,2011-03-04 13:00:00,2.5,,France\n`,
      'LONG',
    )
    expect(await importAs('LONG', longer)).toMatchObject({
      products: 0,
      movements: 0,
      orders: 1,
      order_items: 1,
    })
  })

  test('of products opens their bins, and leaves bins alone that have stock already', async () => {
    const plan = await planOf(STOCK_SAMPLE, 'SHOP')
    expect(await importAs('SHOP', plan)).toMatchObject({ products: 3, barcodes: 1, movements: 3 })
    await sql.query(`update public.inventory set quantity_on_hand = 7 where bin = 'A-01-2'`)
    expect(await importAs('SHOP', plan)).toMatchObject({ products: 0, movements: 0 })
    const bins = await sql.query(
      `select bin, quantity_on_hand as n from public.inventory i join public.warehouses w on w.id = i.warehouse_id
       where w.code = 'SHOP' order by bin`,
    )
    expect(bins).toEqual([
      { bin: 'A-01-1', n: 120 },
      { bin: 'A-01-2', n: 7 },
      { bin: 'B-02-1', n: 0 },
    ])
  })

  test.each(['import_stage', 'import_commit'])(
    'that breaks off in %s leaves nothing half-done',
    async (where) => {
      const before = await heads()
      failAt = where
      await expect(importAs('BROKEN', await planOf(RETAIL_SAMPLE, 'BROKEN'))).rejects.toThrow('cable out')
      expect(await heads()).toEqual(before)
      expect(await sql.query('select from private.import_chunks')).toEqual([])
    },
  )

  test('with one row that the tables refuse leaves nothing half-done', async () => {
    const plan = await planOf(RETAIL_SAMPLE, 'ONEBAD')
    plan.order_items.push({
      ...plan.order_items[0]!,
      id: '00000000-0000-4000-8000-000000000001',
      line_no: 99,
      ordered: -1,
    })
    const before = await heads()
    await expect(importAs('ONEBAD', plan)).rejects.toThrow(/violates check constraint/)
    expect(await heads()).toEqual(before)
    expect(await sql.query(`select from public.warehouses where code = 'ONEBAD'`)).toEqual([])
  })

  test('is for the service role alone', async () => {
    const manager = await addUser(sql)
    const stage = `select public.import_stage(gen_random_uuid(), 'products', '[]')`
    for (const caller of [anon, user(manager)]) {
      expect(await sqlstateOf(() => asCaller(sql, caller, (as) => as.query(stage)))).toBe('42501')
    }
  })
})
