import { isWord } from '#shared/domain/commands.ts'
import { unreachable } from '#shared/lib/must.ts'
import type { WorkItem } from '#shared/protocol/work.ts'
import { formatSigned } from '../../lib/format.ts'
import { listed, t } from '../../texts/text.ts'
import type { AnyCommand, Names } from './names.ts'

/** What was done, in plain words: "Picked 5 × 85123A from A3-04". */
export function commandWords(command: AnyCommand, names: Names): string {
  const { sku, order } = names
  switch (command.kind) {
    case 'receive':
      return t('done.receive', { sku, quantity: command.quantity, bin: command.bin })
    case 'putaway':
      return t('done.putaway', { sku, quantity: command.quantity, bin: command.bin, toBin: command.to_bin })
    case 'pick': {
      const { quantity, bin } = command
      if (!command.order_item_id) return t('done.pick', { sku, quantity, bin })
      return t('done.pick.order', { sku, quantity, bin, order })
    }
    case 'transfer': {
      const { quantity, bin, to_bin: toBin } = command
      if (command.to_warehouse_id === command.warehouse_id)
        return t('done.transfer', { sku, quantity, bin, toBin })
      const warehouse = names.warehouse(command.to_warehouse_id)
      return t('done.transfer.away', { sku, quantity, bin, toBin, warehouse })
    }
    case 'adjust':
      return t('done.adjust', { sku, bin: command.bin, quantity: formatSigned(command.quantity) })
    case 'count':
      return t('done.count', { sku, quantity: command.counted, bin: command.bin })
    case 'return': {
      const { quantity, bin } = command
      if (!command.order_item_id) return t('done.return', { sku, quantity, bin })
      return t('done.return.order', { sku, quantity, bin, order })
    }
    case 'scrap':
      return t('done.scrap', { sku, quantity: command.quantity, bin: command.bin })
    case 'order.create':
      return t('done.order.create', { order: command.order.number })
    case 'order.advance': {
      const [from, to] = [t(`orders.status.${command.from}`), t(`orders.status.${command.to}`)]
      return t('done.order.advance', { order, from, to })
    }
    case 'order.cancel':
      return t('done.order.cancel', { order })
    case 'notification.read':
      return t('done.notification.read', { count: command.notification_ids.length })
    case 'undo':
      return undoWords(names)
    case 'refusal.assign':
      return t('done.refusal.assign')
    case 'notification.read_all':
      return t('done.notification.read_all')
    case 'alert.acknowledge':
      return t('done.alert.acknowledge')
    case 'alert.confirm':
      return t(`done.alert.confirm.${command.answer}`)
    case 'message.send':
      return t('done.message.send', { text: command.text })
    case 'drill.call':
      return t('done.drill.call', { minutes: command.minutes })
    case 'code.report':
      return t('done.code.report', { code: command.code })
    case 'barcode.assign':
      return t('done.barcode.assign', { code: command.code, sku })
    default:
      return unreachable(command)
  }
}

function undoWords({ sku, order }: Names): string {
  if (sku !== t('name.product')) return t('done.undo.product', { sku })
  return order === t('name.order') ? t('done.undo') : t('done.undo.order', { order })
}

/** The same as a thing: "the pick of 5 × 85123A", after "Discard" or "Undo". */
export function commandThing(command: AnyCommand, { sku, order }: Names): string {
  if (isWord(command)) return t(`thing.${command.kind}`)
  switch (command.kind) {
    case 'receive':
    case 'putaway':
    case 'pick':
    case 'transfer':
    case 'return':
    case 'scrap':
      return t(`thing.${command.kind}`, { sku, quantity: command.quantity })
    case 'adjust':
      return t('thing.adjust', { sku, quantity: formatSigned(command.quantity) })
    case 'count':
      return t('thing.count', { sku, bin: command.bin })
    case 'order.create':
      return t('thing.order.create', { order: command.order.number })
    case 'order.advance':
      return t('thing.order.advance', { order, to: t(`orders.status.${command.to}`) })
    case 'order.cancel':
      return t('thing.order.cancel', { order })
    case 'notification.read':
      return t('thing.notification.read')
    default:
      return unreachable(command)
  }
}

/**
 * Many commands by kind: "3 picks and 1 count".
 * @param total how many there are, which may be more than `items`
 */
export function countedWords(items: readonly Pick<WorkItem, 'command'>[], total: number): string {
  const byKind = new Map<WorkItem['command']['kind'], number>()
  for (const { command } of items) byKind.set(command.kind, (byKind.get(command.kind) ?? 0) + 1)
  const parts = [...byKind].sort(([, a], [, b]) => b - a).map(([kind, count]) => t(`many.${kind}`, { count }))
  const rest = total - items.length
  return listed(rest > 0 ? [...parts, t('many.more', { count: rest })] : parts)
}
