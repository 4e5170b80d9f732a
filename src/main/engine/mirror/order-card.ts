import type { OrderId } from '#shared/domain/ids.ts'
import type { OrderStatus } from '#shared/domain/rows.ts'
import type { OrderListRow } from '#shared/protocol/orders.ts'
import { NO_DUE } from './migrations/0005-order-cards.ts'
import type { OrderKeys } from './mirror.ts'

/** One order as it is read for a list. */
export interface Card {
  id: OrderId
  number: string
  customer: string | null
  status: OrderStatus
  priority: number
  dueKey: number
  createdMs: number
  changedMs: number
  lines: number
  unitsOrdered: number
  unitsPicked: number
  unsent: number
  numberKey: string
  progress: number
}

/** Of `order_card c`. */
export const cardColumns = `
  c.id, c.number, c.customer, c.status, c.priority, c.due_key as dueKey, c.created_ms as createdMs,
  c.changed_ms as changedMs, c.lines, c.units_ordered as unitsOrdered, c.units_picked as unitsPicked, c.unsent,
  c.number_key as numberKey, c.progress`

export function rowFrom({
  dueKey,
  createdMs,
  changedMs,
  unsent,
  numberKey: _k,
  progress: _p,
  ...card
}: Card): OrderListRow {
  return {
    ...card,
    dueAt: dueKey === NO_DUE ? null : dueKey,
    createdAt: createdMs,
    changedAt: changedMs,
    unsent: unsent === 1,
  }
}

export function keysFrom(card: Card): OrderKeys {
  const { id, status, priority, dueKey, createdMs, changedMs, numberKey, number, progress } = card
  return { id, status, priority, dueKey, createdMs, changedMs, numberKey, number, progress }
}
