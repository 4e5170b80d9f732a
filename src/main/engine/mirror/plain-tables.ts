import type { RowOf } from '#shared/domain/rows.ts'
import type { MirroredTable } from './mirror.ts'
import type { SqlValue } from './database.ts'
import { momentMs } from './row-codec.ts'

/* Tables that are kept as they come, column by column, with nothing derived from them but a sortable time. */

export type PlainTable = Exclude<MirroredTable, 'products' | 'product_barcodes' | 'inventory'>

export interface PlainSpec<T extends PlainTable> {
  /** Columns of the row, without `id`, in the order of `values`. */
  columns: readonly (keyof RowOf<T> & string)[]
  /** Columns that are computed beside them. */
  derived: readonly { name: string; of: (row: RowOf<T>) => SqlValue }[]
  /** Columns that hold JSON. */
  json: readonly string[]
}

const spec = <T extends PlainTable>(
  columns: PlainSpec<T>['columns'],
  more: Partial<Omit<PlainSpec<T>, 'columns'>> = {},
): PlainSpec<T> => ({ columns, derived: [], json: [], ...more })

const moment = (text: string | null): number | null => (text === null ? null : momentMs(text))

export const plainTables: { [T in PlainTable]: PlainSpec<T> } = {
  warehouses: spec(['code', 'name', 'time_zone', 'negative_stock']),
  sales_orders: spec(
    ['warehouse_id', 'number', 'customer', 'status', 'priority', 'due_at', 'created_at', 'changed_at'],
    {
      derived: [
        { name: 'due_ms', of: (row) => moment(row.due_at) },
        { name: 'created_ms', of: (row) => moment(row.created_at) },
      ],
    },
  ),
  sales_order_items: spec([
    'order_id',
    'warehouse_id',
    'product_id',
    'line_no',
    'quantity_ordered',
    'quantity_picked',
  ]),
  notifications: spec(
    [
      'user_id',
      'kind',
      'title',
      'body',
      'link',
      'created_at',
      'read_at',
      'severity',
      'from_user',
      'warehouse_id',
      'escalated_at',
    ],
    { derived: [{ name: 'created_ms', of: (row) => moment(row.created_at) }] },
  ),
  alerts: spec(
    [
      'warehouse_id',
      'kind',
      'severity',
      'product_id',
      'message',
      'facts',
      'created_at',
      'acknowledged_at',
      'acknowledged_by',
      'key',
      'raised_by',
      'raised_at_station',
    ],
    { json: ['facts'], derived: [{ name: 'created_ms', of: (row) => moment(row.created_at) }] },
  ),
  alert_receipts: spec(
    ['alert_id', 'warehouse_id', 'station_id', 'user_id', 'answer', 'facts', 'answered_at'],
    { json: ['facts'] },
  ),
  stations: spec([
    'warehouse_id',
    'name',
    'kind',
    'user_id',
    'app_version',
    'link',
    'behind',
    'complete_as_of',
    'unsent',
    'oldest_unsent_at',
    'refused',
    'last_scan_at',
    'clock_offset_ms',
    'seen_at',
    'expected_by',
  ]),
  people: spec(['warehouse_id', 'user_id', 'display_name', 'role']),
  profiles: spec(['display_name', 'language']),
  warehouse_members: spec(['user_id', 'warehouse_id', 'role']),
}

export const plainTableNames = Object.keys(plainTables) as PlainTable[]
