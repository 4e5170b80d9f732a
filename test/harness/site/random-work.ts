import type { CommandIntent } from '#shared/domain/commands.ts'
import type { MutationId, OrderId, ProductId, RowId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import type {
  InventoryRow,
  NotificationRow,
  OrderStatus,
  ProductRow,
  SalesOrderItemRow,
  WarehouseMemberRow,
} from '#shared/domain/rows.ts'
import type { MirroredTable } from '#engine/mirror/mirror.ts'
import type { Question } from '#shared/protocol/contract.ts'
import type { HeldRow } from './mirror-file.ts'
import type { Asked } from './moves.ts'
import type { Chance } from './seeded.ts'

/* What a person at a console may do next, by what the console shows them. Places are few, so that people meet there. */

export const workKinds = [
  'receive',
  'putaway',
  'pick',
  'pick for an order',
  'transfer',
  'adjust',
  'count',
  'return',
  'return from an order',
  'scrap',
  'order.create',
  'order.advance',
  'order.cancel',
  'notification.read',
] as const
export type WorkKind = (typeof workKinds)[number]

const weights: Partial<Record<WorkKind, number>> = {
  receive: 3,
  pick: 4,
  'pick for an order': 3,
  putaway: 2,
  'order.create': 2,
  'order.advance': 2,
  count: 2,
}

/** Bins that people use beside those the demo fills. */
const BINS = ['A-1', 'B-2', 'C-3']
const LIKELY_NEXT = { pending: 'picking', picking: 'packed', packed: 'shipped', failed: 'pending' } as const

/** What the mirror's file holds of a table. */
type Held = <T>(table: MirroredTable) => T[]

export interface WorkWorld {
  chance: Chance
  /** Who works. */
  user: UserId
  /** The warehouse on the screen. */
  warehouse: WarehouseId
  rows: readonly HeldRow[]
  /** Its orders as the screen shows them, this station's own among them. */
  orders: readonly { id: OrderId; status: OrderStatus }[]
  /** What this station has asked for: lines of orders that the server has not seen. */
  asked: readonly Asked[]
  /** Where a count begins, as the console says; null when it does not answer. */
  beginCount: (
    bin: Question<'work.begin-count'>,
  ) => Promise<Extract<CommandIntent, { kind: 'count' }>['basis'] | null>
}

/** Something to do of this kind, or of any kind; null when there is nothing to do it with. */
export async function randomWork(world: WorkWorld, asked?: WorkKind): Promise<CommandIntent | null> {
  const { chance } = world
  const bag = workKinds.flatMap((kind) => Array.from({ length: weights[kind] ?? 1 }, () => kind))
  const kind = asked ?? chance.oneOf(bag)
  const mutation_id = chance.uuid() as MutationId
  const held: Held = <T>(table: MirroredTable) =>
    world.rows.filter((row) => row.table === table).map(({ row }) => row as unknown as T)
  const product = chance.maybeOneOf(held<ProductRow>('products'))
  if (!product) return null
  if (kind === 'notification.read') return readNotifications(world, held, mutation_id)
  if (kind.startsWith('order.')) return orderWork(kind, world, held, mutation_id)
  return stockWork(kind, world, held, product.id, mutation_id)
}

async function stockWork(
  kind: WorkKind,
  world: WorkWorld,
  held: Held,
  some: ProductId,
  mutation_id: MutationId,
): Promise<CommandIntent | null> {
  const { chance, warehouse } = world
  const filled = chance.maybeOneOf(
    held<InventoryRow>('inventory').filter((row) => row.warehouse_id === warehouse),
  )
  const product_id = filled && chance.happens(0.8) ? filled.product_id : some
  const bin = filled && chance.happens(0.7) ? filled.bin : chance.oneOf(BINS)
  const place = { warehouse_id: warehouse, product_id, bin, reference: null, mutation_id }
  const quantity = chance.between(1, 4)
  switch (kind) {
    case 'receive': {
      const announced = chance.happens(0.15) ? { reference: 'NOTE-1', expected: 12 } : {}
      return { kind, ...place, quantity, ...announced }
    }
    case 'putaway':
      return { kind, ...place, to_bin: otherBin(chance, bin), quantity }
    case 'pick':
      return { kind, ...place, quantity }
    case 'scrap':
      return { kind, ...place, quantity, reason: 'broken' }
    case 'return':
      return { kind, ...place, quantity }
    case 'adjust':
      return { kind, ...place, quantity: chance.happens(0.5) ? quantity : -quantity, reason: 'found so' }
    case 'transfer': {
      const others = memberOf(world, held).filter((id) => id !== warehouse)
      const to_warehouse_id = chance.maybeOneOf(others) ?? warehouse
      const to_bin = to_warehouse_id === warehouse ? otherBin(chance, bin) : chance.oneOf(BINS)
      return { kind, ...place, to_warehouse_id, to_bin, quantity }
    }
    case 'count': {
      const basis = await world.beginCount({ warehouseId: warehouse, productId: product_id, bin })
      return basis && { kind, ...place, counted: chance.between(0, 12), basis }
    }
    default: {
      const line = chance.maybeOneOf(openLines(world, held, kind === 'return from an order'))
      if (!line) return null
      const of = { ...place, product_id: line.product_id, order_item_id: line.id, quantity }
      return kind === 'return from an order' ? { kind: 'return', ...of } : { kind: 'pick', ...of }
    }
  }
}

function orderWork(
  kind: WorkKind,
  world: WorkWorld,
  held: Held,
  mutation_id: MutationId,
): CommandIntent | null {
  const { chance, warehouse: warehouse_id } = world
  if (kind === 'order.create') {
    const items = chance.someOf(held<ProductRow>('products'), chance.between(1, 3)).map(({ id }) => ({
      id: chance.uuid() as RowId,
      product_id: id,
      quantity: chance.between(1, 5),
    }))
    const id = chance.uuid() as OrderId
    const number = `W-${id.slice(0, 8)}`
    const order = { id, number, customer: null, priority: chance.between(1, 5), due_at: null, items }
    return { kind, mutation_id, warehouse_id, order }
  }
  const order = chance.maybeOneOf(world.orders)
  if (!order) return null
  const from = order.status
  if (kind === 'order.cancel') {
    return { kind, mutation_id, warehouse_id, order_id: order.id, from, reason: 'not needed' }
  }
  const likely = from === 'shipped' || from === 'cancelled' ? 'pending' : LIKELY_NEXT[from]
  const to = chance.happens(0.7) ? likely : chance.oneOf(['pending', 'picking', 'failed'] as const)
  return { kind: 'order.advance', mutation_id, warehouse_id, order_id: order.id, from, to }
}

function readNotifications(
  { chance, user }: WorkWorld,
  held: Held,
  mutation_id: MutationId,
): CommandIntent | null {
  const unread = held<NotificationRow>('notifications').filter((row) => row.user_id === user && !row.read_at)
  const some = chance.someOf(unread, 2).map(({ id }) => id)
  return some.length === 0 ? null : { kind: 'notification.read', mutation_id, notification_ids: some }
}

const otherBin = (chance: Chance, bin: string): string => chance.oneOf(BINS.filter((other) => other !== bin))

const memberOf = ({ user }: WorkWorld, held: Held): WarehouseId[] =>
  held<WarehouseMemberRow>('warehouse_members')
    .filter((row) => row.user_id === user)
    .map(({ warehouse_id }) => warehouse_id)

interface Line {
  id: RowId
  order_id: OrderId
  product_id: ProductId
  quantity_picked: number
}

function openLines({ orders, asked }: WorkWorld, held: Held, picked: boolean): Line[] {
  const statuses = new Map(orders.map(({ id, status }) => [id, status]))
  const known = held<SalesOrderItemRow>('sales_order_items')
  const created = asked.flatMap((command): Line[] =>
    command.kind === 'order.create' ? command.order.items.map((item) => lineOf(command.order.id, item)) : [],
  )
  const lines = [...known, ...created.filter(({ id }) => !known.some((line) => line.id === id))]
  return lines.filter(({ order_id, quantity_picked }) => {
    const status = statuses.get(order_id)
    return picked ? status && quantity_picked > 0 : status === 'pending' || status === 'picking'
  })
}

const lineOf = (order_id: OrderId, { id, product_id }: Pick<Line, 'id' | 'product_id'>): Line => ({
  id,
  order_id,
  product_id,
  quantity_picked: 0,
})
