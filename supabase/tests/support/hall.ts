import { randomUUID } from 'node:crypto'
import type { CommandOutcome } from '#shared/domain/commands.ts'
import { must } from '#shared/lib/must.ts'
import { addMember, addProduct, addUser, addWarehouse, apply } from './site.ts'
import type { Sql } from './sql.ts'

/** One hall with a manager and a product, and the words for what is done in it. */
export interface Hall {
  manager: string
  warehouse: string
  product: string
  /** A command of the manager, with the fields every command has filled in. */
  made(kind: string, fields: Record<string, unknown>): Record<string, unknown>
  /** Does it and returns the outcome. */
  does(kind: string, fields: Record<string, unknown>, by?: string): Promise<CommandOutcome>
  /** Does commands that were made before, in one call. */
  send(commands: readonly unknown[], by?: string): Promise<CommandOutcome[]>
  undo(outcome: CommandOutcome, by?: string): Promise<CommandOutcome>
  /** On hand and allocated of the product, by bin. */
  bins(warehouse?: string): Promise<Record<string, [onHand: number, allocated: number]>>
  order(items: number[]): Promise<{ id: string; items: string[]; outcome: CommandOutcome }>
  status(order: string): Promise<string | undefined>
  alerts(): Promise<{ kind: string; facts: Record<string, unknown>; open: boolean }[]>
}

export async function openHall(sql: Sql): Promise<Hall> {
  const manager = await addUser(sql)
  const warehouse = await addWarehouse(sql)
  const product = await addProduct(sql)
  await addMember(sql, manager, warehouse, 'manager')

  const hall: Hall = {
    manager,
    warehouse,
    product,
    made: (kind, fields) => ({
      kind,
      mutation_id: randomUUID(),
      station_id: null,
      operator_id: null,
      happened_at: new Date().toISOString(),
      ...(kind.includes('.') || kind === 'undo' ? {} : { product_id: product, bin: 'A1', reference: null }),
      ...(kind === 'undo' || kind.startsWith('notification.') ? {} : { warehouse_id: warehouse }),
      ...fields,
    }),
    send: (commands, by = manager) => apply(sql, by, commands),
    does: async (kind, fields, by) => must((await hall.send([hall.made(kind, fields)], by))[0], 'an outcome'),
    undo: (outcome, by) => hall.does('undo', { undoes: outcome.mutation_id }, by),
    async bins(of = warehouse) {
      const rows = await sql.query<{ bin: string; on_hand: number; allocated: number }>(
        `select bin, quantity_on_hand as on_hand, quantity_allocated as allocated
           from public.inventory where warehouse_id = $1 and product_id = $2 order by bin`,
        [of, product],
      )
      return Object.fromEntries(rows.map(({ bin, on_hand, allocated }) => [bin, [on_hand, allocated]]))
    },
    async order(quantities) {
      const items = quantities.map((quantity) => ({ id: randomUUID(), product_id: product, quantity }))
      const id = randomUUID()
      const order = { id, number: id.slice(0, 8), customer: null, priority: 3, due_at: null, items }
      const outcome = await hall.does('order.create', { order })
      return { id, items: items.map((item) => item.id), outcome }
    },
    async status(order) {
      const [row] = await sql.query<{ status: string }>(
        'select status from public.sales_orders where id = $1',
        [order],
      )
      return row?.status
    },
    alerts: () =>
      sql.query(
        `select kind, facts, acknowledged_at is null as open from public.alerts
          where warehouse_id = $1 order by created_at, kind`,
        [warehouse],
      ),
  }
  return hall
}
