import { CommandIntent, isWord } from '#shared/domain/commands.ts'
import type { WorkDetail, WorkItem } from '#shared/protocol/work.ts'
import type { Amends, WorkForm } from '../../stores/work-form.ts'

/** The form in which refused work is amended, filled in with what it was; null where there is nothing to be amended. */
export function amendForm({ item, orderNow }: WorkDetail): WorkForm | null {
  const amends = amendsOf(item)
  if (amends === null) return null
  const { command } = amends
  if (isWord(command)) return null
  switch (command.kind) {
    case 'receive':
    case 'putaway':
    case 'pick':
    case 'transfer':
    case 'adjust':
    case 'count':
    case 'return':
    case 'scrap': {
      const { kind: action, warehouse_id: warehouseId, product_id: productId } = command
      return { kind: 'stock', action, warehouseId, productId, amends }
    }
    case 'order.create':
      return { kind: 'create-order', warehouseId: command.warehouse_id, amends }
    case 'order.cancel':
      if (item.order === null || orderNow === null) return null
      return {
        kind: 'cancel-order',
        warehouseId: command.warehouse_id,
        // As it is now: cancelling what somebody saw before is what was refused.
        order: { ...item.order, status: orderNow, customer: null, unitsOrdered: null, unitsPicked: null },
        amends,
      }
    case 'order.advance':
    case 'notification.read':
      return null
  }
}

/** What is missing is best looked at: a count of the bin settles what a pick found wrong. The pick stays until it is settled too. */
export function recountForm({ command, refusal }: WorkItem): WorkForm | null {
  if (refusal?.code !== 'insufficient_stock' || !('bin' in command) || command.kind === 'code.report')
    return null
  const { warehouse_id: warehouseId, product_id: productId, bin } = command
  return { kind: 'stock', action: 'count', warehouseId, productId, bin, amends: null }
}

/** The schema drops what the station had added: where, by whom and when. */
function amendsOf({ id, command }: WorkItem): Amends | null {
  const intent = CommandIntent.safeParse(command)
  return intent.success ? { id, command: intent.data } : null
}
