import type { MutationId } from '#shared/domain/ids.ts'
import type { WorkDetail, WorkFilter, WorkSummary } from '#shared/protocol/work.ts'
import type { ValueState } from '../stores/value-store.ts'
import { useRealtimeTable, type RealtimeTable } from './use-realtime-table.ts'
import { useValueView } from './use-value-view.ts'

/** How much of this person's work is not sent, and how much was refused. */
export const useWorkSummary = (): ValueState<WorkSummary> =>
  useValueView<'work.summary'>({ name: 'work.summary', params: {} })

/** What this person did at this station, newest first. */
export const useWorkList = (filter: WorkFilter): RealtimeTable<'work.list'> =>
  useRealtimeTable('work.list', { filter })

/** One command with its facts then and now; null when it is not kept here (any more). */
export const useWorkDetail = (id: MutationId | null): ValueState<WorkDetail | null> =>
  useValueView<'work.detail'>(id && { name: 'work.detail', params: { id } })
