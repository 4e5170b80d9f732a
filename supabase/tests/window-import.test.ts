import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { addMember, addUser, addWarehouse } from './support/site.ts'
import { anon, asCaller, sqlstateOf, user, type Caller, type Sql } from './support/sql.ts'

let project: PgliteProject
let sql: Sql
let manager: string
let warehouse: string
beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())
beforeEach(async () => {
  manager = await addUser(sql)
  warehouse = await addWarehouse(sql)
  await addMember(sql, manager, warehouse, 'manager')
})

/** One function, as PostgREST would call it for this caller. */
async function call<T>(caller: Caller, fn: string, args: Record<string, unknown>): Promise<T> {
  const names = Object.keys(args).map((name, index) => `${name} => $${index + 1}`)
  const values = Object.values(args).map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : value,
  )
  const rows = await asCaller(sql, caller, (as) =>
    as.query<{ answer: T }>(`select public.${fn}(${names.join(', ')}) as answer`, values),
  )
  return rows[0]?.answer as T
}

const products = (sku: string) => [
  { id: randomUUID(), sku, name: 'Bolt', category: null, unit: 'piece', reorder_point: 2 },
]
const movements = (sku: string) => [
  {
    id: randomUUID(),
    sku,
    bin: 'A-01',
    quantity: 12,
    kind: 'opening',
    reason: null,
    reference: null,
    at: null,
  },
]

async function stage(as: Caller, import_id: string, sku: string): Promise<void> {
  await call(as, 'import_begin', { import_id, warehouse_id: warehouse })
  await call(as, 'import_put', { import_id, part: 'products', chunk_no: 0, rows: products(sku) })
  await call(as, 'import_put', { import_id, part: 'movements', chunk_no: 0, rows: movements(sku) })
}

const onHand = async (sku: string): Promise<number> => {
  const rows = await sql.query<{ n: number }>(
    `select i.quantity_on_hand as n from public.inventory i join public.products p on p.id = i.product_id where p.sku = $1`,
    [sku],
  )
  return rows[0]?.n ?? 0
}

describe('an import from a window', () => {
  test('[O2] is booked once, whatever is sent again', async () => {
    const as = user(manager)
    const [import_id, sku] = [randomUUID(), randomUUID()]
    await stage(as, import_id, sku)
    await call(as, 'import_put', { import_id, part: 'movements', chunk_no: 0, rows: movements(sku) })
    const begun = await call<{ staged: unknown[] }>(as, 'import_begin', {
      import_id,
      warehouse_id: warehouse,
    })
    expect(begun).toMatchObject({ booked: null, staged: [{ chunk_no: 0 }, { chunk_no: 0 }] })
    const first = await call(as, 'import_book', { import_id, chunks: 2 })
    expect(first).toMatchObject({ warehouse_id: warehouse, products: 1, movements: 1 })
    // The answer was lost on the way, and everything is sent anew.
    await stage(as, import_id, sku)
    expect(await call(as, 'import_book', { import_id, chunks: 2 })).toEqual(first)
    expect(await onHand(sku)).toBe(12)
  })

  test('of which a chunk is missing books nothing', async () => {
    const as = user(manager)
    const [import_id, sku] = [randomUUID(), randomUUID()]
    await stage(as, import_id, sku)
    expect(await sqlstateOf(() => call(as, 'import_book', { import_id, chunks: 3 }))).toBe('PT409')
    expect(await onHand(sku)).toBe(0)
  })

  test('with one row that the tables refuse leaves nothing half-done', async () => {
    const as = user(manager)
    const [import_id, sku] = [randomUUID(), randomUUID()]
    await stage(as, import_id, sku)
    const bad = movements(sku).map((row) => ({ ...row, bin: 'A-02', quantity: -5, kind: 'nonsense' }))
    await call(as, 'import_put', { import_id, part: 'movements', chunk_no: 1, rows: bad })
    expect(await sqlstateOf(() => call(as, 'import_book', { import_id, chunks: 3 }))).toBe('23514')
    expect(await onHand(sku)).toBe(0)
    expect(await sql.query('select from public.products where sku = $1', [sku])).toEqual([])
  })

  test('that is dropped leaves nothing, and one that was booked stays', async () => {
    const as = user(manager)
    const [dropped, booked, sku] = [randomUUID(), randomUUID(), randomUUID()]
    await stage(as, dropped, sku)
    await call(as, 'import_drop', { import_id: dropped })
    expect(await sql.query('select from private.import_chunks where import_id = $1', [dropped])).toEqual([])
    await stage(as, booked, sku)
    const outcome = await call(as, 'import_book', { import_id: booked, chunks: 2 })
    await call(as, 'import_drop', { import_id: booked })
    expect(await call(as, 'import_book', { import_id: booked, chunks: 2 })).toEqual(outcome)
  })

  test('is for managers of that warehouse alone, at every step', async () => {
    const own = randomUUID()
    await stage(user(manager), own, randomUUID())
    const stranger = await addUser(sql)
    await addMember(sql, stranger, await addWarehouse(sql), 'manager')
    const callers: Caller[] = [anon, user(stranger)]
    for (const role of ['viewer', 'picker', 'supervisor'] as const) {
      const id = await addUser(sql)
      await addMember(sql, id, warehouse, role)
      callers.push(user(id))
    }
    const other = await addUser(sql)
    await addMember(sql, other, warehouse, 'manager')
    for (const caller of callers) {
      const begin = () => call(caller, 'import_begin', { import_id: randomUUID(), warehouse_id: warehouse })
      expect(await sqlstateOf(begin)).toBe('42501')
    }
    // Another manager neither sees nor touches what is under way.
    for (const caller of [...callers, user(other)]) {
      const book = () => call(caller, 'import_book', { import_id: own, chunks: 2 })
      const put = () =>
        call(caller, 'import_put', { import_id: own, part: 'products', chunk_no: 9, rows: [] })
      const drop = () => call(caller, 'import_drop', { import_id: own })
      for (const attempt of [book, put, drop]) expect(await sqlstateOf(attempt)).toBe('42501')
    }
  })

  test('by somebody who is no manager any more is not booked', async () => {
    const [import_id, sku] = [randomUUID(), randomUUID()]
    await stage(user(manager), import_id, sku)
    await sql.query(`update public.warehouse_members set role = 'picker' where user_id = $1`, [manager])
    expect(await sqlstateOf(() => call(user(manager), 'import_book', { import_id, chunks: 2 }))).toBe('42501')
    expect(await onHand(sku)).toBe(0)
  })

  test('never gives a window the ways of the service key', async () => {
    const stage = () =>
      call(user(manager), 'import_stage', { import_id: randomUUID(), part: 'products', rows: [] })
    expect(await sqlstateOf(stage)).toBe('42501')
  })
})
