import type { ListModel } from '../../bridge/model.ts'
import type { LedgerRow } from './rows.ts'

/** Pages read so far as a table takes them, with the place of one more row below while there is more. */
export const pagedList = (rows: readonly LedgerRow[], hasMore: boolean): ListModel<LedgerRow> => ({
  kind: 'list',
  total: rows.length + (hasMore ? 1 : 0),
  offset: 0,
  rows,
})
