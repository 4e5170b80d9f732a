import type { OrderListRow, OrderSort } from '#shared/protocol/orders.ts'
import type { ListModel } from '../../bridge/model.ts'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import type { RealtimeTable } from '../../hooks/use-realtime-table.ts'
import { orderColumns } from './columns.tsx'
import type { OrderOptions } from './narrowing.ts'

interface Props {
  readonly label: string
  readonly list: ListModel<OrderListRow>
  readonly table: RealtimeTable<'orders.list'>
  readonly options: OrderOptions
  readonly openId: string | null
  readonly isStale: boolean
  readonly topKey: string
  readonly handle: React.Ref<TableHandle>
  onSort(by: OrderSort): void
  onOpen(row: OrderListRow): void
  onBack(): void
}

/** Orders as one list, live. */
export function OrdersTable({ table, options, onSort, ...rest }: Props): React.ReactNode {
  return (
    <VirtualTable<OrderListRow, OrderSort>
      {...rest}
      columns={orderColumns}
      sorting={{ by: options.sort, direction: options.direction, onSort }}
      onLook={table.look}
      onHover={table.hold}
    />
  )
}
