import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'
import type { Chance } from './seeded.ts'
import { productRow } from './server-desk.ts'
import type { Row, Statement, Tables } from './tables.ts'

/* Statements that a warehouse's server sees in a day, made so that every constraint of the real tables holds. */

export const changeKinds = [
  'stock counted',
  'stock arrives',
  'stock moves to another warehouse',
  'stock row goes',
  'product renamed',
  'product and barcode added',
  'product goes',
  'order placed',
  'order moves on',
  'order goes',
  'alert raised',
  'notice sent',
  'profile edited',
  'station renamed',
  'warehouse renamed',
  'many rows at once',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/** How often each kind is chosen, against the others. */
const weights: Partial<Record<ChangeKind, number>> = {
  'stock counted': 8,
  'stock arrives': 3,
  'stock moves to another warehouse': 3,
}

interface World {
  tables: Tables
  chance: Chance
  users: readonly UserId[]
  warehouses: readonly WarehouseId[]
  now: Millis
}

export interface Changes {
  words: string
  statements: Statement[]
}

const BINS = ['A-1', 'A-10', 'B-2', 'C-3']
const STATUSES = ['pending', 'picking', 'packed', 'shipped', 'cancelled', 'failed']

/** What is to be written for a change of this kind, or of any kind. Nothing when there is nothing to change. */
export function randomStatements(world: World, asked?: ChangeKind): Changes {
  const bag = changeKinds.flatMap((kind) => Array.from({ length: weights[kind] ?? 1 }, () => kind))
  const kind = asked ?? world.chance.oneOf(bag)
  return { words: kind, statements: statementsOf(kind, world) }
}

function statementsOf(kind: ChangeKind, world: World): Statement[] {
  const { tables, chance, warehouses, users, now } = world
  const at = new Date(now).toISOString()
  const some = (table: MirroredTable, count: number): Row[] => chance.someOf(tables.all(table), count)
  const update = (table: MirroredTable, rows: Row[], change: (row: Row) => object): Statement[] =>
    rows.length === 0
      ? []
      : [{ kind: 'update', table, rows: rows.map((row) => ({ ...row, ...change(row) })) }]

  switch (kind) {
    case 'stock counted':
      return update('inventory', some('inventory', chance.between(1, 4)), () => ({
        quantity_on_hand: chance.between(-3, 40),
        quantity_allocated: chance.between(0, 12),
      }))
    case 'many rows at once':
      return update('inventory', some('inventory', 150), () => ({ quantity_on_hand: chance.between(0, 90) }))
    case 'stock arrives': {
      const rows = some('products', chance.between(1, 3)).flatMap(({ id }) => {
        const place = { warehouse_id: chance.oneOf(warehouses), product_id: id, bin: chance.oneOf(BINS) }
        if (isTaken(tables, place)) return []
        const figures = { quantity_on_hand: chance.between(1, 30), quantity_allocated: 0, changed_at: at }
        return [{ id: chance.uuid(), ...place, ...figures }]
      })
      return rows.length === 0 ? [] : [{ kind: 'insert', table: 'inventory', rows }]
    }
    case 'stock moves to another warehouse': {
      const rows = some('inventory', chance.between(1, 3)).flatMap((row) => {
        const moved = { ...row, warehouse_id: chance.oneOf(warehouses), bin: chance.oneOf(BINS) }
        return isTaken(tables, moved) ? [] : [moved]
      })
      const apart = rows.filter((row, i) => rows.findIndex((other) => isSamePlace(row, other)) === i)
      return apart.length === 0 ? [] : [{ kind: 'update', table: 'inventory', rows: apart }]
    }
    case 'stock row goes':
      return remove('inventory', some('inventory', chance.between(1, 2)))
    case 'product renamed':
      return update('products', some('products', chance.between(1, 3)), () => ({
        name: `Thing ${chance.between(1, 99)}`,
        reorder_point: chance.between(0, 9),
      }))
    case 'product and barcode added': {
      const product = productRow(chance)
      const barcode = String(chance.between(10_000_000, 99_999_999))
      if (tables.where('product_barcodes', 'barcode', barcode).length > 0) return []
      const row = { id: chance.uuid(), product_id: product.id, barcode, pack_quantity: chance.between(1, 12) }
      return [
        { kind: 'insert', table: 'products', rows: [product] },
        { kind: 'insert', table: 'product_barcodes', rows: [row] },
      ]
    }
    case 'product goes': {
      const product = chance.maybeOneOf(
        tables
          .all('products')
          .filter(({ id }) => tables.where('sales_order_items', 'product_id', id).length === 0),
      )
      if (!product) return []
      const of = (table: MirroredTable): Row[] => tables.where(table, 'product_id', product.id)
      return [
        ...remove('inventory', of('inventory')),
        ...remove('alerts', of('alerts')),
        ...remove('product_barcodes', of('product_barcodes')),
        ...remove('products', [product]),
      ]
    }
    case 'order placed': {
      const warehouse_id = chance.oneOf(warehouses)
      const order = {
        id: chance.uuid(),
        warehouse_id,
        number: chance.uuid().slice(0, 8),
        customer: chance.happens(0.5) ? 'Somebody' : null,
        status: 'pending',
        priority: chance.between(1, 5),
        due_at: chance.happens(0.5) ? at : null,
        created_at: at,
        changed_at: at,
      }
      const items = some('products', chance.between(1, 3)).map(({ id }, i) => ({
        id: chance.uuid(),
        order_id: order.id,
        warehouse_id,
        product_id: id,
        line_no: i + 1,
        quantity_ordered: chance.between(1, 9),
        quantity_picked: 0,
      }))
      return [
        { kind: 'insert', table: 'sales_orders', rows: [order] },
        ...(items.length === 0 ? [] : [{ kind: 'insert', table: 'sales_order_items', rows: items } as const]),
      ]
    }
    case 'order moves on':
      return update('sales_orders', some('sales_orders', 1), () => ({ status: chance.oneOf(STATUSES) }))
    case 'order goes': {
      const order = chance.maybeOneOf(tables.all('sales_orders'))
      if (!order) return []
      return [
        ...remove('sales_order_items', tables.where('sales_order_items', 'order_id', order.id)),
        ...remove('sales_orders', [order]),
      ]
    }
    case 'alert raised': {
      const row = {
        id: chance.uuid(),
        warehouse_id: chance.oneOf(warehouses),
        kind: 'oversold',
        severity: chance.oneOf(['info', 'warning', 'critical']),
        product_id: null,
        message: 'Look here',
        facts: { by: chance.between(1, 9) },
        created_at: at,
        acknowledged_at: null,
        acknowledged_by: null,
        key: null,
        raised_by: null,
        raised_at_station: null,
      }
      return [{ kind: 'insert', table: 'alerts', rows: [row] }]
    }
    case 'notice sent': {
      const row = {
        id: chance.uuid(),
        user_id: chance.oneOf(users),
        kind: 'note',
        title: 'Note',
        body: 'Something happened',
        link: null,
        created_at: at,
        read_at: null,
        severity: 'info',
        from_user: null,
        warehouse_id: null,
        escalated_at: null,
      }
      return [{ kind: 'insert', table: 'notifications', rows: [row] }]
    }
    case 'profile edited':
      return update('profiles', some('profiles', 1), () => ({
        display_name: `Name ${chance.between(1, 99)}`,
      }))
    case 'station renamed': {
      const [station] = some('stations', 1)
      if (station) return update('stations', [station], () => ({ name: `Desk ${chance.between(1, 99)}` }))
      const row = {
        ...unreported,
        id: chance.uuid(),
        warehouse_id: chance.oneOf(warehouses),
        name: 'Desk',
        kind: 'desk',
      }
      return [{ kind: 'insert', table: 'stations', rows: [row] }]
    }
    case 'warehouse renamed':
      return update('warehouses', some('warehouses', 1), () => ({ name: `Hall ${chance.between(1, 99)}` }))
    default:
      return unreachable(kind)
  }
}

/** What a station that has never reported says of itself. */
const unreported = {
  user_id: null,
  app_version: null,
  link: null,
  behind: null,
  complete_as_of: null,
  unsent: null,
  oldest_unsent_at: null,
  refused: null,
  last_scan_at: null,
  clock_offset_ms: null,
  seen_at: null,
  expected_by: null,
}

function remove(table: MirroredTable, rows: readonly Row[]): Statement[] {
  return rows.length === 0 ? [] : [{ kind: 'delete', table, ids: rows.map(({ id }) => id) }]
}

/** A product is at most once in one bin of a warehouse. */
function isTaken(tables: Tables, place: Record<string, unknown>): boolean {
  return tables.all('inventory').some((row) => isSamePlace(row, place))
}

const isSamePlace = (row: Record<string, unknown>, other: Record<string, unknown>): boolean =>
  ['warehouse_id', 'product_id', 'bin'].every((column) => row[column] === other[column])
