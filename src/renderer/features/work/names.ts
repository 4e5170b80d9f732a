import type { Command, CommandIntent } from '#shared/domain/commands.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { WorkItem } from '#shared/protocol/work.ts'
import type { WarehouseChoice } from '#shared/protocol/views.ts'
import { t } from '../../texts/text.ts'

export type AnyCommand = Command | CommandIntent

/** What a person calls the things a command is about, as far as this station knows; each has words for when it does not. */
export interface Names {
  readonly sku: string
  readonly order: string
  warehouse(id: WarehouseId): string
}

type Known = Partial<Pick<WorkItem, 'product' | 'order'>> & { readonly command?: AnyCommand }

export function namesOf(item: Known, warehouses: readonly WarehouseChoice[] = []): Names {
  const { product, order, command } = item
  const created = command?.kind === 'order.create' ? command.order.number : null
  return {
    sku: product?.sku ?? t('name.product'),
    order: order?.number ?? created ?? t('name.order'),
    warehouse: (id) => warehouses.find((known) => known.id === id)?.name ?? t('name.warehouse'),
  }
}
