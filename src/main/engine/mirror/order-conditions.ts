import { isToDo, statusOrder } from '#shared/domain/orders.ts'
import type { SqlValue } from './database.ts'
import { orderBy, type OrderQuery } from './order-order.ts'
import type { SearchCondition } from './search.ts'

/** The statuses in which an order can be late, as SQL. */
export const toDo = statusOrder
  .filter(isToDo)
  .map((status) => `'${status}'`)
  .join(', ')

/** The numbers of all cards in a list, in order. What `isListed` tells of an order's keys, and its texts. */
export function orderConditions(
  scope: number | null,
  query: OrderQuery,
  search: SearchCondition | null,
): { sql: string; values: SqlValue[] } {
  const { status, priority, overdueAt, changedSince, sort = 'urgency', direction = 'asc' } = query
  const match = search?.match ?? null
  const parts: readonly (readonly [condition: string, value: SqlValue | undefined])[] = [
    ['order_fts match ?', match ?? undefined],
    ...(search?.contained ?? []).map((word) => ['instr(c.text, ?) > 0', word] as const),
    ['c.scope = ?', scope ?? undefined],
    ['c.status = ?', status ?? undefined],
    ['c.priority = ?', priority],
    [`c.status in (${toDo}) and c.due_key < ?`, overdueAt],
    ['c.changed_ms >= ?', changedSince],
  ]
  const used = parts.filter(([, value]) => value !== undefined)
  const from = match === null ? 'order_card c' : 'order_fts f cross join order_card c on c.no = f.rowid'
  return {
    sql: `select c.no from ${from} where ${['true', ...used.map(([sql]) => sql)].join(' and ')}
            order by ${orderBy(sort, direction)}`,
    values: used.map(([, value]) => value as SqlValue),
  }
}
