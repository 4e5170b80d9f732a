import type { Command } from '#shared/domain/commands.ts'
import type { UserId } from '#shared/domain/ids.ts'
import { rowSchemas } from '#shared/domain/rows.ts'
import type { RowOf, TableName } from '#shared/domain/rows.ts'
import type { Effect } from '#engine/commands/effects.ts'
import type { Look } from '#engine/commands/look.ts'
import type { Sql } from '../../../supabase/tests/support/sql.ts'

type Kept = ReadonlyMap<string, { command: Command; effects: Effect[]; state: 'settled' | 'undone' }>

/** Figures by place and product, and statuses by order: what commands change. */
export type Figures = Record<string, unknown>

/** A station whose mirror equals the server at this moment. */
export interface ServerLook {
  look: Look
  figures: Figures
  /** The figures with these effects on top. */
  after(effects: readonly Effect[]): Figures
}

export async function serverLook(sql: Sql, user: UserId, kept: Kept): Promise<ServerLook> {
  const all = async <T extends TableName>(table: T): Promise<RowOf<T>[]> => {
    const rows = await sql.query<{ row: unknown }>(`select to_jsonb(t) as row from public.${table} t`)
    return rows.map(({ row }) => rowSchemas[table].parse(row) as RowOf<T>)
  }
  const warehouses = await all('warehouses')
  const members = (await all('warehouse_members')).filter((member) => member.user_id === user)
  const products = await all('products')
  const inventory = await all('inventory')
  const orders = await all('sales_orders')
  const lines = await all('sales_order_items')
  const notifications = (await all('notifications')).filter((row) => row.user_id === user)

  const look: Look = {
    now: () => Date.now(),
    user: () => user,
    warehouse: (id) => warehouses.find((row) => row.id === id) ?? null,
    role: (id) => members.find((row) => row.warehouse_id === id)?.role ?? null,
    product: (id) => products.find((row) => row.id === id) ?? null,
    bins: (warehouse, product) =>
      inventory
        .filter((row) => row.warehouse_id === warehouse && row.product_id === product)
        .map(({ bin, quantity_on_hand: onHand, quantity_allocated: allocated }) => ({
          bin,
          onHand,
          allocated,
        })),
    order: (id) => orders.find((row) => row.id === id) ?? null,
    orderByNumber: (warehouse, number) =>
      orders.find((row) => row.warehouse_id === warehouse && row.number === number) ?? null,
    orderLine: (id) => lines.find((row) => row.id === id) ?? null,
    orderLines: (id) => lines.filter((row) => row.order_id === id),
    unreadUpTo: (moment) =>
      notifications
        .filter((row) => row.read_at === null && Date.parse(row.created_at) <= moment)
        .map(({ id }) => id),
    kept: (id) => kept.get(id) ?? null,
  }

  const figures: Figures = {}
  for (const row of inventory) {
    figures[`${row.warehouse_id} ${row.product_id} ${row.bin}`] = [
      row.quantity_on_hand,
      row.quantity_allocated,
    ]
  }
  for (const row of orders) figures[`order ${row.id}`] = row.status
  for (const row of lines) figures[`line ${row.id}`] = row.quantity_picked
  return {
    look,
    figures: withoutEmpty(figures),
    after: (effects) => withoutEmpty(withEffects(figures, effects)),
  }
}

function withEffects(figures: Figures, effects: readonly Effect[]): Figures {
  const next = { ...figures }
  for (const effect of effects) {
    switch (effect.on) {
      case 'bin': {
        const key = `${effect.warehouse_id} ${effect.product_id} ${effect.bin}`
        const [onHand, allocated] = (next[key] ?? [0, 0]) as [number, number]
        next[key] = [onHand + effect.onHand, allocated + effect.allocated]
        break
      }
      case 'order':
        next[`order ${effect.order_id}`] = effect.status
        break
      case 'order-line':
        next[`line ${effect.id}`] = Number(next[`line ${effect.id}`] ?? 0) + effect.picked
        break
      case 'new-order':
        next[`order ${effect.order.id}`] = effect.order.status
        for (const line of effect.lines) next[`line ${line.id}`] = line.quantity_picked
        break
      case 'notification':
        break
    }
  }
  return next
}

/** An empty bin and no bin are the same to whoever counts. */
const withoutEmpty = (figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => JSON.stringify(value) !== '[0,0]'))
