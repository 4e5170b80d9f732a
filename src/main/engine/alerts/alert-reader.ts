import type { AlertDetail, AlertSummary, AskingAlert } from '#shared/protocol/alerts.ts'
import type { ListParams, ListRow, ValueParams } from '#shared/protocol/views.ts'
import type { Page } from '../mirror/mirror.ts'

/** What the views ask of one person's alerts at this station. */
export interface AlertReader {
  list(params: ListParams<'alerts.list'>): Page<ListRow<'alerts.list'>>
  exceptions(params: ListParams<'exceptions.list'>): Page<ListRow<'exceptions.list'>>
  summary(params: ValueParams<'alerts.summary'>): AlertSummary
  detail(params: ValueParams<'alerts.detail'>): AlertDetail | null
  asking(): AskingAlert[]
}
