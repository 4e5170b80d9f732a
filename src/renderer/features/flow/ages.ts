import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderAges } from '#shared/protocol/ledger.ts'
import { MINUTE_MS, type Millis } from '#shared/lib/time.ts'

const HOUR_MS = 60 * MINUTE_MS

/** Ages that people tell apart, the youngest first: `under` in milliseconds. */
export const ageGroups = [
  { id: 'hour', under: HOUR_MS },
  { id: 'morning', under: 4 * HOUR_MS },
  { id: 'day', under: 24 * HOUR_MS },
  { id: 'days', under: 72 * HOUR_MS },
  { id: 'older', under: Infinity },
] as const
export type AgeGroup = (typeof ageGroups)[number]['id']

export interface StatusAges {
  readonly status: OrderStatus
  readonly total: number
  readonly groups: readonly { readonly id: AgeGroup; readonly orders: number }[]
  /** When the oldest was made, to ten minutes; null without any. */
  readonly oldestAt: Millis | null
}

/** @param now server time */
export const agesAt = (ages: OrderAges, now: Millis): StatusAges[] =>
  ages.map(({ status, orders, slots }) => ({
    status,
    total: orders,
    groups: ageGroups.map(({ id, under }, n) => {
      const from = n === 0 ? -Infinity : (ageGroups[n - 1]?.under ?? 0)
      const mine = slots.filter(({ at }) => now - at >= from && now - at < under)
      return { id, orders: mine.reduce((sum, slot) => sum + slot.orders, 0) }
    }),
    oldestAt: slots.reduce<Millis | null>(
      (oldest, { at }) => (oldest === null ? at : Math.min(oldest, at)),
      null,
    ),
  }))
