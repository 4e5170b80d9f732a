import type { WarehouseId } from '#shared/domain/ids.ts'
import type {
  AlertDetail,
  AlertFilter,
  AlertSummary,
  AskingAlert,
  ExceptionKind,
} from '#shared/protocol/alerts.ts'
import type { ValueState } from '../stores/value-store.ts'
import { useRealtimeTable, type RealtimeTable } from './use-realtime-table.ts'
import { useValueView } from './use-value-view.ts'

/** What is wrong in a warehouse or asks for somebody, the most pressing first. */
export const useAlerts = (warehouseId: WarehouseId, filter: AlertFilter): RealtimeTable<'alerts.list'> =>
  useRealtimeTable('alerts.list', { warehouseId, filter })

/** How many there are of each: what the rail and the bell count. */
export const useAlertSummary = (warehouseId: WarehouseId | null): ValueState<AlertSummary> =>
  useValueView<'alerts.summary'>(warehouseId && { name: 'alerts.summary', params: { warehouseId } })

/** One alert with its answers; null when it is not there (any more). */
export const useAlertDetail = (warehouseId: WarehouseId, id: string | null): ValueState<AlertDetail | null> =>
  useValueView<'alerts.detail'>(id === null ? null : { name: 'alerts.detail', params: { warehouseId, id } })

/** What was said to all and asks the person at this station for an answer. */
export const useAsking = (): ValueState<AskingAlert[]> =>
  useValueView<'alerts.asking'>({ name: 'alerts.asking', params: {} })

/** What went otherwise than planned; `kind` null for all kinds. */
export const useExceptions = (
  warehouseId: WarehouseId,
  kind: ExceptionKind | null,
): RealtimeTable<'exceptions.list'> => useRealtimeTable('exceptions.list', { warehouseId, kind })
