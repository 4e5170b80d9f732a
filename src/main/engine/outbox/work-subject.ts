import type { Command } from '#shared/domain/commands.ts'
import type { OrderId, ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { WorkItem } from '#shared/protocol/work.ts'
import type { BinFigures, Look } from '../commands/look.ts'
import type { SeenThen } from './outbox.ts'

/** What a command is about, for whoever reads of it. An undo is about what it undoes. */
export interface Subject {
  product: ProductId | null
  /** Bins by warehouse and name: more than one when goods go from here to there. */
  bins: readonly { warehouse: WarehouseId; bin: string }[]
  order: { id: OrderId; number: string | null } | null
  /** The warehouse whose people it concerns. */
  warehouse: WarehouseId | null
}

const nothing: Subject = { product: null, bins: [], order: null, warehouse: null }

export function subjectOf(command: Command, look: Look): Subject {
  switch (command.kind) {
    case 'undo': {
      const target = look.kept(command.undoes)
      return target && target.command.kind !== 'undo' ? subjectOf(target.command, look) : nothing
    }
    case 'notification.read':
    case 'notification.read_all':
      return nothing
    case 'alert.confirm':
    case 'message.send':
    case 'drill.call':
    case 'code.report':
      return { ...nothing, warehouse: command.warehouse_id }
    case 'alert.acknowledge':
    case 'barcode.assign':
    case 'refusal.assign':
      return { ...nothing, product: command.product_id, warehouse: command.warehouse_id }
    case 'order.create': {
      const { id, number } = command.order
      return { ...nothing, order: { id, number }, warehouse: command.warehouse_id }
    }
    case 'order.advance':
    case 'order.cancel':
      return {
        ...nothing,
        order: { id: command.order_id, number: null },
        warehouse: command.warehouse_id,
      }
    default: {
      const { warehouse_id: warehouse, product_id: product, bin } = command
      const there = 'to_warehouse_id' in command ? command.to_warehouse_id : warehouse
      const bins = [{ warehouse, bin }]
      if ('to_bin' in command) bins.push({ warehouse: there, bin: command.to_bin })
      const line =
        'order_item_id' in command && command.order_item_id ? look.orderLine(command.order_item_id) : null
      const order = line && { id: line.order_id, number: null }
      return { product, bins, order, warehouse }
    }
  }
}

/** The figures of the bins and the status of the order, as the station sees them at this moment. */
export function seenOf({ product, bins, order }: Subject, look: Look): SeenThen {
  const figures = bins.map(({ warehouse, bin }): BinFigures => {
    const seen = product && look.bins(warehouse, product).find((held) => held.bin === bin)
    return { bin, onHand: seen ? seen.onHand : 0, allocated: seen ? seen.allocated : 0 }
  })
  return { bins: figures, order: (order && look.order(order.id)?.status) ?? null }
}

/** The names a person knows its things by, as far as the mirror has them. */
export function namesOf({ product, order }: Subject, look: Look): Pick<WorkItem, 'product' | 'order'> {
  const row = product && look.product(product)
  const number = order && (look.order(order.id)?.number ?? order.number)
  return {
    product: row ? { id: row.id, sku: row.sku, name: row.name, unit: row.unit } : null,
    order: order && number !== null ? { id: order.id, number } : null,
  }
}
