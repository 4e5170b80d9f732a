import type { Command } from '#shared/domain/commands.ts'
import type { AppliedWork } from '../outbox/work-applied.ts'
import type { Broadcast } from './broadcast.ts'

/** Says what a command that the server has applied has moved. Words move nothing, and say themselves to whom they concern. */
export function announceWork({ command, undone }: AppliedWork, broadcast: Broadcast): void {
  switch (command.kind) {
    case 'receive':
    case 'putaway':
    case 'pick':
    case 'adjust':
    case 'count':
    case 'return':
    case 'scrap':
      return broadcast.broadcastInventoryUpdate(command.warehouse_id, {
        product_id: command.product_id,
        bin: command.bin,
        work: command.kind,
      })
    case 'transfer':
      for (const [warehouse, bin] of [
        [command.warehouse_id, command.bin],
        [command.to_warehouse_id, command.to_bin],
      ] as const)
        broadcast.broadcastInventoryUpdate(warehouse, {
          product_id: command.product_id,
          bin,
          work: 'transfer',
        })
      return
    case 'order.create':
      return broadcast.broadcastOrderStatus(command.warehouse_id, {
        order_id: command.order.id,
        status: 'pending',
      })
    case 'order.advance':
      return broadcast.broadcastOrderStatus(command.warehouse_id, {
        order_id: command.order_id,
        status: command.to,
      })
    case 'order.cancel':
      return broadcast.broadcastOrderStatus(command.warehouse_id, {
        order_id: command.order_id,
        status: 'cancelled',
      })
    case 'undo':
      return undone ? announceUndo(undone, broadcast) : undefined
    default:
      return undefined
  }
}

function announceUndo(undone: Command, broadcast: Broadcast): void {
  if ('product_id' in undone && 'bin' in undone)
    broadcast.broadcastInventoryUpdate(undone.warehouse_id, {
      product_id: undone.product_id,
      bin: undone.bin,
      work: 'undo',
    })
}
