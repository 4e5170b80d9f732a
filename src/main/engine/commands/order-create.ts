import { allocate } from './allocation.ts'
import { checkProduct, checkRole } from './checks.ts'
import type { Effect } from './effects.ts'
import type { Look } from './look.ts'
import { orderLane, stop } from './spec.ts'
import type { CommandOf, CommandSpec } from './spec.ts'

type Create = CommandOf<'order.create'>

export const orderCreate: CommandSpec<Create> = {
  kind: 'order.create',
  lanes: ({ order }) => [orderLane(order.id)],

  check({ warehouse_id, order }, look) {
    const known = look.order(order.id) ?? look.orderByNumber(warehouse_id, order.number)
    return (
      checkRole(look, warehouse_id, 'supervisor') ??
      (known ? stop('order_exists', { number: order.number }) : null) ??
      order.items.reduce(
        (found: ReturnType<typeof checkProduct>, item) => found ?? checkProduct(look, item.product_id),
        null,
      )
    )
  },

  effects(command, look) {
    const { warehouse_id, order } = command
    const at = new Date(look.now()).toISOString()
    const { id, number, customer, priority, due_at } = order
    const created: Effect = {
      on: 'new-order',
      order: {
        id,
        warehouse_id,
        number,
        customer,
        status: 'pending',
        priority,
        due_at,
        created_at: at,
        changed_at: at,
      },
      lines: order.items.map((item, index) => ({
        id: item.id,
        order_id: id,
        warehouse_id,
        product_id: item.product_id,
        line_no: index + 1,
        quantity_ordered: item.quantity,
        quantity_picked: 0,
      })),
    }
    return [created, ...heldBack(command, look)]
  },
}

function heldBack({ warehouse_id, order }: Create, look: Look): Effect[] {
  const ordered = new Map<Create['order']['items'][number]['product_id'], number>()
  for (const { product_id, quantity } of order.items) {
    ordered.set(product_id, (ordered.get(product_id) ?? 0) + quantity)
  }
  return [...ordered].flatMap(([product_id, quantity]) =>
    allocate({ warehouse_id, product_id }, look.bins(warehouse_id, product_id), quantity),
  )
}
