import type { WarehouseId } from '#shared/domain/ids.ts'
import type { StockDetail, Summary, WarehouseChoice } from '#shared/protocol/views.ts'
import type { Diagnostics } from '#shared/protocol/diagnostics.ts'
import type { Status } from '#shared/protocol/status.ts'
import type { ProductId } from '#shared/domain/ids.ts'
import type { ValueState } from '../stores/value-store.ts'
import { useValueView } from './use-value-view.ts'

/** What the freshness bar knows; undefined until the engine has said it. */
export const useStatus = (): ValueState<Status> => useValueView<'status'>({ name: 'status', params: {} })

/** How well this station follows the server. Watched only while somebody looks: gathering it costs queries. */
export const useDiagnostics = (): ValueState<Diagnostics> =>
  useValueView<'diagnostics'>({ name: 'diagnostics', params: {} })

export const useWarehouses = (): ValueState<WarehouseChoice[]> =>
  useValueView<'warehouses'>({ name: 'warehouses', params: {} })

export const useSummary = (warehouseId: WarehouseId | null): ValueState<Summary> =>
  useValueView<'summary'>(warehouseId && { name: 'summary', params: { warehouseId } })

export const useStockDetail = (
  warehouseId: WarehouseId | null,
  productId: ProductId | null,
): ValueState<StockDetail | null> =>
  useValueView<'stock.detail'>(
    warehouseId && productId && { name: 'stock.detail', params: { warehouseId, productId } },
  )
