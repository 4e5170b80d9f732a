import type { ProductId, WarehouseId } from '#shared/domain/ids.ts'
import type { StockRow, StockSort } from '#shared/protocol/views.ts'
import { VirtualTable, type TableHandle } from '../../components/table/VirtualTable.tsx'
import type { RealtimeTable } from '../../hooks/use-realtime-table.ts'
import type { InventoryOptions } from '../../hooks/use-realtime-inventory.ts'
import { stockColumns } from './columns.tsx'

interface Props {
  readonly label: string
  readonly warehouseId: WarehouseId
  readonly options: InventoryOptions
  readonly table: RealtimeTable<'stock.list'>
  readonly openId: ProductId | null
  readonly isStale: boolean
  /** The first download runs: rows belong where they belong, whatever points at them. */
  readonly isFilling: boolean
  readonly handle: React.Ref<TableHandle>
  onSort(by: StockSort): void
  onOpen(row: StockRow): void
  onBack(): void
}

/** The live stock of a warehouse as a list: rows change in place, a new order waits for the pointer to leave. */
export function LiveInventory(props: Props): React.ReactNode {
  const { table, options } = props
  if (!table.list.shown) return null
  return (
    <VirtualTable<StockRow, StockSort>
      label={props.label}
      list={table.list.shown}
      columns={stockColumns}
      sorting={{ by: options.sort, direction: options.direction, onSort: props.onSort }}
      openId={props.openId}
      isStale={props.isStale}
      topKey={JSON.stringify([props.warehouseId, options])}
      handle={props.handle}
      onLook={table.look}
      onHover={(isOver) => table.hold(isOver && !props.isFilling)}
      onOpen={props.onOpen}
      onBack={props.onBack}
    />
  )
}
