import fc from 'fast-check'
import { siteScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'
import { barcode, id, north, product, south, stock } from './mirror-data.ts'

/*
 * A small site that changes at random, with a station that works on it. `model-site.ts` says what a mirror of it must show.
 */

export { lineOf, ModelSite } from './model-site.ts'

const names = ['mug', 'Mug 2', 'mug 10', 'crème jug', 'box', 'red box']
const bins = ['A-1', 'A-10', 'B-2']
const codes = ['4006381333931', '5012345678900', '77']
const warehouses = [north, south]

type Row = Record<string, unknown>
type Put = { scope: Scope; table: MirroredTable; row: Row }

const name = fc.constantFrom(...names)
const at = fc.integer({ min: 0, max: 5 }).map((hour) => `2026-11-22T0${hour}:00:00+00:00`)

const aProduct = fc
  .record({
    of: name,
    called: fc.constantFrom(...names, 'Blue thing'),
    reorder: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ of, called, reorder }): Put => ({
    scope: siteScope,
    table: 'products',
    row: product(of, { name: called, reorder_point: reorder }),
  }))
const aBarcode = fc
  .record({ code: fc.constantFrom(...codes), of: name })
  .map(({ code, of }): Put => ({ scope: siteScope, table: 'product_barcodes', row: barcode(code, of) }))
const aStock = fc
  .record({
    of: name,
    bin: fc.constantFrom(...bins),
    movedTo: fc.option(name, { freq: 8 }),
    warehouse: fc.constantFrom(...warehouses),
    quantity: fc.integer({ min: -2, max: 12 }),
    allocated: fc.integer({ min: 0, max: 6 }),
    at,
  })
  .map(({ of, bin, movedTo, warehouse, quantity, allocated, at: changedAt }): Put => {
    const row = stock(of, quantity, {
      bin,
      warehouse_id: warehouse,
      quantity_allocated: allocated,
      changed_at: changedAt,
    })
    return {
      scope: warehouseScope(warehouse),
      table: 'inventory',
      row: movedTo === null ? row : { ...row, product_id: id(movedTo) },
    }
  })

const change = fc.record({
  put: fc.oneof({ weight: 2, arbitrary: aProduct }, aBarcode, { weight: 5, arbitrary: aStock }),
  gone: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
})

/** What a command changes: a few bins, some of which no row has yet. */
const move = fc.record({
  of: name,
  bin: fc.constantFrom(...bins, 'NEW-1'),
  warehouse: fc.constantFrom<WarehouseId>(...warehouses),
  onHand: fc.integer({ min: -4, max: 6 }),
  allocated: fc.integer({ min: -1, max: 3 }),
})
export type Move = typeof move extends fc.Arbitrary<infer M> ? M : never

const scope = fc.nat({ max: 2 })

/**
 * One step of a site's life. `twice`: the batch is delivered again. `early`: one from the future was tried before it.
 * Work is kept and drawn; its answer comes before the page that contains it, after it, or with it; or it is refused.
 */
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('changes' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 8 }),
      twice: fc.boolean(),
      early: fc.boolean(),
      reversed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('start-over' as const), scope }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), scope }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('work' as const), moves: fc.array(move, { maxLength: 3 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which: fc.nat(),
      how: fc.constantFrom('before its page', 'after its page', 'with its page', 'refused'),
      /** The server tells of one scope alone. */
      ofOne: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deliver' as const), scope }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('redraw' as const), forgetful: fc.boolean() }) },
)
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
export const steps = fc.array(step, { minLength: 1, maxLength: 25 })

const put = (of: Scope, table: MirroredTable, row: Row) => ({ put: { scope: of, table, row }, gone: false })

/** A step that fills the site: every product, with stock in both warehouses, so that lists are longer than windows. */
export const filled: Step = {
  kind: 'changes',
  changes: [
    ...names.map((of) => put(siteScope, 'products', product(of))),
    ...warehouses.flatMap((in_) =>
      names.map((of, i) => put(warehouseScope(in_), 'inventory', stock(of, i, { warehouse_id: in_ }))),
    ),
  ],
  twice: false,
  early: false,
  reversed: false,
}

/** Any window of the stock list. */
export const listParams: fc.Arbitrary<ListParams<'stock.list'>> = fc.record({
  warehouseId: fc.constantFrom(...warehouses),
  search: fc.constantFrom('', '', '', 'mug', 'ug', 'u', 'box red', '3813', '77', 'jug c', 'nothing'),
  filter: fc.constantFrom('all', 'all', 'low', 'out', 'oversold'),
  sort: fc.constantFrom('sku', 'name', 'bin', 'available', 'changed'),
  direction: fc.constantFrom('asc', 'desc'),
  offset: fc.nat({ max: 4 }),
  limit: fc.integer({ min: 1, max: 4 }),
})

export const siteScopes: readonly Scope[] = [siteScope, ...warehouses.map(warehouseScope)]
export { names as productNames, warehouses as siteWarehouses }
