import type { SortDirection } from '#shared/protocol/views.ts'
import { compareBinary } from './text-keys.ts'

/** Where a row stands in an ordered list: the values of the columns it is sorted by, ties and all. */
export type Place = readonly (string | number)[]

/** The same list, read from its other end. */
export const opposite = { asc: 'desc', desc: 'asc' } as const

/** Compares places of one list as SQLite does; descending is the exact mirror image. */
export const placeOrder =
  (direction: SortDirection) =>
  (a: Place, b: Place): number => {
    for (const [i, left] of a.entries()) {
      const right = b[i]
      const order = typeof left === 'string' ? compareBinary(left, String(right)) : left - Number(right)
      if (order !== 0) return direction === 'asc' ? order : -order
    }
    return 0
  }

/** The SQL for standing at a place or behind it, as the list is read. @param columns those it is sorted by */
export const atOrBehind = (columns: readonly string[], direction: SortDirection): string =>
  `(${columns.join(', ')}) ${direction === 'asc' ? '>=' : '<='} (${columns.map(() => '?').join(', ')})`
