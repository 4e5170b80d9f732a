import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { DEMO_USER } from '#backend/seed-demo.ts'
import { stockState, type StockState } from '#shared/domain/stock.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { addUser, pull } from './support/site.ts'
import type { Sql } from './support/sql.ts'

const seed = readFileSync(new URL('../seed.sql', import.meta.url), 'utf8')

let project: PgliteProject
let sql: Sql
beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())

const count = async (table: string): Promise<number> =>
  (await sql.query<{ n: number }>(`select count(*)::integer as n from public.${table}`))[0]?.n ?? 0

describe('the demo seed', () => {
  test('does nothing without its user', async () => {
    await sql.script(seed)
    expect(await count('products')).toBe(0)
  })

  test('fills a site that looks like one, and a second run changes nothing', async () => {
    const demo = await addUser(sql, DEMO_USER.email)
    await sql.script(seed)
    const heads = await sql.query('select scope, head from public.sync_scopes order by scope')
    await sql.script(seed)
    expect(await sql.query('select scope, head from public.sync_scopes order by scope')).toEqual(heads)

    expect([await count('warehouses'), await count('products'), await count('sales_orders')]).toEqual([
      2, 4000, 120,
    ])
    expect((await pull(sql, demo, [])).granted).toHaveLength(6)
    const lines = await sql.query<{ on_hand: number; allocated: number; reorder_point: number }>(
      `select sum(quantity_on_hand)::integer as on_hand, sum(quantity_allocated)::integer as allocated, p.reorder_point
       from public.inventory i join public.products p on p.id = i.product_id group by i.warehouse_id, p.id`,
    )
    const states: Record<StockState, number> = { 'in-stock': 0, low: 0, out: 0, oversold: 0 }
    for (const line of lines) states[stockState(line.on_hand, line.allocated, line.reorder_point)] += 1
    expect(states.oversold).toBe(2)
    expect(states.out).toBeGreaterThan(2)
    expect(states.out).toBeLessThan(20)
    expect(states.low).toBeGreaterThan(150)
    expect(states.low).toBeLessThan(300)
  })

  test('[O2] holds back what its open orders wait for, and has what its ledger adds up to', async () => {
    const unpromised = await sql.query(
      `select * from (
         select warehouse_id, product_id, sum(quantity_allocated) as held from public.inventory group by 1, 2
       ) i full join (
         select l.warehouse_id, l.product_id, sum(l.quantity_ordered - l.quantity_picked) as waits
         from public.sales_order_items l join public.sales_orders o on o.id = l.order_id
         where o.status in ('pending', 'picking') group by 1, 2
       ) w using (warehouse_id, product_id)
       where coalesce(held, 0) <> coalesce(waits, 0)`,
    )
    expect(unpromised).toEqual([])
    const unbooked = await sql.query(
      `select i.bin from public.inventory i where i.quantity_on_hand <> coalesce((
         select sum(m.quantity) from public.stock_movements m
         where m.product_id = i.product_id and m.warehouse_id = i.warehouse_id and m.bin = i.bin), 0)`,
    )
    expect(unbooked).toEqual([])
  })

  test('carries barcodes with a right check digit', async () => {
    const barcodes = await sql.query<{ barcode: string }>(
      'select barcode from public.product_barcodes limit 200',
    )
    for (const { barcode } of barcodes) {
      const sum = Array.from(barcode, Number).reduce(
        (total, digit, at) => total + digit * (at % 2 === 0 ? 1 : 3),
        0,
      )
      expect([barcode.length, sum % 10]).toEqual([13, 0])
    }
  })
})
