import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandOutcome } from '#shared/domain/commands.ts'
import { must } from '#shared/lib/must.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { openHall, type Hall } from './support/hall.ts'
import { addMember, addProduct, addUser, addWarehouse } from './support/site.ts'

/* Whatever several people do, at every moment the figures explain each other. */

let project: PgliteProject

beforeAll(async () => {
  project = await startPgliteProject()
})
afterAll(() => project.stop())

const kinds = [
  'receive',
  'putaway',
  'pick',
  'pick for an order',
  'transfer',
  'adjust',
  'count',
  'return',
  'return for an order',
  'scrap',
  'order.create',
  'order.advance',
  'order.cancel',
  'undo',
  'a repeat',
] as const

const deed = fc.record({
  what: fc.constantFrom(...kinds),
  who: fc.nat(2),
  bin: fc.constantFrom('A', 'b', 'C'),
  toBin: fc.constantFrom('A', 'b', 'C'),
  quantity: fc.integer({ min: 1, max: 9 }),
  isElsewhere: fc.boolean(),
  product: fc.nat(1),
  which: fc.nat(),
  to: fc.constantFrom('pending', 'picking', 'packed', 'shipped', 'failed'),
})
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never
type Made = Record<string, unknown>

interface Site {
  hall: Hall
  /** The hall itself, which takes more than it has, and one that refuses that. */
  warehouses: string[]
  products: string[]
  /** A manager of both halls, a picker of the first alone, and a picker of both. */
  people: string[]
  orders: { id: string; warehouse: string; items: { id: string; product_id: string }[] }[]
  sent: { command: Made; by: string; outcome: CommandOutcome }[]
}

async function openSite(): Promise<Site> {
  const hall = await openHall(project.sql)
  const strict = await addWarehouse(project.sql, 'refuse')
  const warehouses = [hall.warehouse, strict]
  const people = [hall.manager, await addUser(project.sql), await addUser(project.sql)]
  await addMember(project.sql, hall.manager, strict, 'manager')
  await addMember(project.sql, must(people[1], 'a picker'), hall.warehouse, 'picker')
  for (const warehouse of warehouses) {
    await addMember(project.sql, must(people[2], 'a picker'), warehouse, 'picker')
  }
  const products = [hall.product, await addProduct(project.sql)]
  return { hall, warehouses, products, people, orders: [], sent: [] }
}

const any = <T>(items: readonly T[], which: number): T | undefined => items[which % items.length]

async function madeOf(done: Deed, site: Site): Promise<Made | null> {
  const { hall } = site
  const { bin, toBin, quantity, which, to } = done
  const warehouse = must(site.warehouses[done.isElsewhere ? 1 : 0], 'a warehouse')
  const other = must(any(site.warehouses, which), 'a warehouse')
  const here = { warehouse_id: warehouse, product_id: site.products[done.product], bin }
  const order = any(site.orders, which)
  const line = order && must(any(order.items, which), 'a line')
  const ofOrder = order &&
    line && { ...here, warehouse_id: order.warehouse, product_id: line.product_id, order_item_id: line.id }
  const step = order && {
    warehouse_id: order.warehouse,
    order_id: order.id,
    from: await hall.status(order.id),
  }
  switch (done.what) {
    case 'receive':
      return hall.made('receive', { ...here, quantity, reference: 'DN-1', expected: 20 })
    case 'putaway':
      return hall.made('putaway', { ...here, to_bin: toBin, quantity })
    case 'transfer':
      return hall.made('transfer', { ...here, to_bin: toBin, to_warehouse_id: other, quantity })
    case 'pick':
      return hall.made('pick', { ...here, quantity })
    case 'pick for an order':
      return ofOrder ? hall.made('pick', { ...ofOrder, quantity }) : null
    case 'return':
      return hall.made('return', { ...here, quantity })
    case 'return for an order':
      return ofOrder ? hall.made('return', { ...ofOrder, quantity }) : null
    case 'adjust':
      return hall.made('adjust', { ...here, quantity: quantity - 10, reason: 'chance' })
    case 'scrap':
      return hall.made('scrap', { ...here, quantity, reason: 'chance' })
    case 'count': {
      const [stands] = await project.sql.query(
        'select epoch, greatest(head - $2, 0)::integer as seq from public.sync_scopes where scope = $1',
        [`warehouse:${warehouse}`, which % 6],
      )
      return hall.made('count', {
        ...here,
        counted: quantity,
        basis: { ...stands, on_hand: 0, includes: [] },
      })
    }
    case 'order.create': {
      const items = site.products.map((product_id) => ({ id: randomUUID(), product_id, quantity }))
      const id = randomUUID()
      site.orders.push({ id, warehouse, items })
      const order = { id, number: id, customer: null, priority: 3, due_at: null, items }
      return hall.made('order.create', { warehouse_id: warehouse, order })
    }
    case 'order.advance':
      return step?.from === undefined ? null : hall.made('order.advance', { ...step, to })
    case 'order.cancel':
      return step?.from === undefined ? null : hall.made('order.cancel', { ...step, reason: 'chance' })
    case 'undo': {
      const undone = any(site.sent, which)
      return undone ? hall.made('undo', { undoes: undone.outcome.mutation_id }) : null
    }
    case 'a repeat':
      return null
  }
}

/** Every figure, and the numbers of the histories: whatever changed a row has moved one of them. */
async function standOf(site: Site): Promise<unknown[]> {
  const figures = await project.sql.query(
    `select warehouse_id, product_id, bin, quantity_on_hand, quantity_allocated from public.inventory
      where warehouse_id = any ($1::uuid[]) and (quantity_on_hand <> 0 or quantity_allocated <> 0) order by 1, 2, 3`,
    [`{${site.warehouses.join(',')}}`],
  )
  const heads = await project.sql.query('select scope, head from public.sync_scopes order by scope')
  return [figures, heads]
}

/** What is on hand is the sum of the ledger; what is held back is what open orders wait for. */
async function explained(site: Site, label: string): Promise<void> {
  const inOurs = [`{${site.warehouses.join(',')}}`]
  const unbooked = await project.sql.query(
    `select i.bin, i.quantity_on_hand, m.booked from (
       select warehouse_id, product_id, bin, sum(quantity) as booked from public.stock_movements
       where warehouse_id = any ($1::uuid[]) group by 1, 2, 3
     ) m full join (select * from public.inventory where warehouse_id = any ($1::uuid[])) i
       using (warehouse_id, product_id, bin)
     where coalesce(i.quantity_on_hand, 0) <> coalesce(m.booked, 0)`,
    inOurs,
  )
  expect(unbooked, label).toEqual([])
  const unpromised = await project.sql.query(
    `select * from (
       select warehouse_id, product_id, sum(quantity_allocated) as held from public.inventory
       where warehouse_id = any ($1::uuid[]) group by 1, 2
     ) i full join (
       select l.warehouse_id, l.product_id, sum(l.quantity_ordered - l.quantity_picked) as waits
       from public.sales_order_items l join public.sales_orders o on o.id = l.order_id
       where o.warehouse_id = any ($1::uuid[]) and o.status in ('pending', 'picking') group by 1, 2
     ) w using (warehouse_id, product_id)
     where coalesce(held, 0) <> coalesce(waits, 0)`,
    inOurs,
  )
  expect(unpromised, label).toEqual([])
  const below = await project.sql.query(
    'select bin from public.inventory where warehouse_id = $1 and quantity_on_hand < 0',
    [site.warehouses[1]],
  )
  expect(below, label).toEqual([])
}

async function doOne(done: Deed, site: Site): Promise<void> {
  const before = await standOf(site)
  if (done.what === 'a repeat') {
    const again = any(site.sent, done.which)
    if (!again) return
    expect(await site.hall.send([again.command], again.by)).toEqual([again.outcome])
    return expect(await standOf(site)).toEqual(before)
  }
  const command = await madeOf(done, site)
  if (!command) return
  const by = must(site.people[done.who], 'a person')
  const outcome = must((await site.hall.send([command], by))[0], 'an outcome')
  const label = `${JSON.stringify(command)} -> ${JSON.stringify(outcome)}`
  site.sent.push({ command, by, outcome })
  if (outcome.outcome === 'refused') expect(await standOf(site), label).toEqual(before)
  await explained(site, label)
}

test('[O2] on hand is the sum of the ledger, allocated is what open orders wait for, and a repeat changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 20, maxLength: 60 }), async (deeds) => {
      const site = await openSite()
      for (const done of deeds) await doOne(done, site)
    }),
    { numRuns: 8 },
  )
}, 240_000)
