import type { OrderSort } from '#shared/protocol/orders.ts'
import type { ListParams, SortDirection } from '#shared/protocol/views.ts'
import type { Millis } from '#shared/lib/time.ts'

/** What a person asked to see of the orders, and in which order. */
export interface OrderOptions {
  readonly search: string
  readonly isLateOnly: boolean
  readonly priority: number | null
  readonly sort: OrderSort
  readonly direction: SortDirection
}

export const anyOrders: OrderOptions = {
  search: '',
  isLateOnly: false,
  priority: null,
  sort: 'urgency',
  direction: 'asc',
}

export interface Narrowing {
  readonly params: Pick<ListParams<'orders.list'>, 'search' | 'priority' | 'overdueAt' | 'sort' | 'direction'>
  readonly isNarrow: boolean
  /** Another one means another list, which starts from the top. */
  readonly key: string
}

/** @param search as it is asked for: a moment behind what is typed */
export function narrowingOf(options: OrderOptions, search: string, minute: Millis): Narrowing {
  const { isLateOnly, priority, sort, direction } = options
  return {
    params: {
      ...{ search, sort, direction },
      ...(priority !== null && { priority }),
      ...(isLateOnly && { overdueAt: minute }),
    },
    isNarrow: search !== '' || isLateOnly || priority !== null,
    key: JSON.stringify([search, isLateOnly, priority, sort, direction]),
  }
}

/** The first press sorts as people mostly want it: newest changes and the furthest first, all else from the smallest. */
export function sortedBy(options: OrderOptions, by: OrderSort): OrderOptions {
  if (options.sort !== by)
    return { ...options, sort: by, direction: by === 'changed' || by === 'progress' ? 'desc' : 'asc' }
  return { ...options, direction: options.direction === 'asc' ? 'desc' : 'asc' }
}
