import type { ListParams, SortDirection } from '#shared/protocol/views.ts'
import type { OrderSort } from '#shared/protocol/orders.ts'
import { isToDo } from '#shared/domain/orders.ts'
import { orderSortColumns } from './migrations/0005-order-cards.ts'
import type { OrderKeys } from './mirror.ts'
import { compareBinary } from './text-keys.ts'

/* The order of lists of orders, and what is in them, said twice: as SQL has it, and as a comparison of two orders. */

/** Which orders, in which order; without the window. */
export type OrderQuery = Omit<ListParams<'orders.list'>, 'offset' | 'limit'>

type Compare = (a: OrderKeys, b: OrderKeys) => number

const byId: Compare = (a, b) => compareBinary(a.id, b.id)
const byAge: Compare = (a, b) => a.createdMs - b.createdMs || byId(a, b)

const ascending: Record<OrderSort, Compare> = {
  urgency: (a, b) => a.priority - b.priority || a.dueKey - b.dueKey || byAge(a, b),
  due: (a, b) => a.dueKey - b.dueKey || a.priority - b.priority || byAge(a, b),
  changed: (a, b) => a.changedMs - b.changedMs || byId(a, b),
  number: (a, b) =>
    compareBinary(a.numberKey, b.numberKey) || compareBinary(a.number, b.number) || byId(a, b),
  progress: (a, b) => a.progress - b.progress || ascending.urgency(a, b),
}

/** Descending is the exact mirror image of ascending, ties and all, so that one index serves both. */
export function orderOrder({ sort = 'urgency', direction = 'asc' }: OrderQuery): Compare {
  const compare = ascending[sort]
  return direction === 'asc' ? compare : (a, b) => compare(b, a)
}

/** The `order by` of a list of cards. @param of the name they go by, with its dot */
export const orderBy = (sort: OrderSort, direction: SortDirection, of = 'c.'): string =>
  orderSortColumns[sort]
    .split(', ')
    .map((column) => `${of}${column} ${direction}`)
    .join(', ')

/** Whether an order is in the list, as far as that can be told without its texts. */
export function isListed(keys: OrderKeys | null, query: OrderQuery): keys is OrderKeys {
  if (keys === null) return false
  const { status, priority, overdueAt, changedSince } = query
  return (
    (status === null || keys.status === status) &&
    (priority === undefined || keys.priority === priority) &&
    (overdueAt === undefined || (isToDo(keys.status) && keys.dueKey < overdueAt)) &&
    (changedSince === undefined || keys.changedMs >= changedSince)
  )
}
