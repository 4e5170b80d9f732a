import { randomUUID } from 'node:crypto'
import { EventId } from '#shared/domain/events.ts'
import type { EventDraft, EventTarget, SiteEvent } from '#shared/domain/events.ts'
import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { warehouseScope } from '#shared/domain/scope.ts'

/* Events for tests. */

export const hall = warehouseScope(randomUUID() as WarehouseId)

export const draft = (key: string, more: { to?: EventTarget; merged?: number } = {}): EventDraft => ({
  id: EventId.parse(randomUUID()),
  kind: 'user_activity',
  to: hall,
  key,
  merged: 0,
  station_id: null,
  body: { what: 'back' },
  ...more,
})

export const told = (more: Partial<Pick<SiteEvent, 'id' | 'from' | 'at' | 'to'>> = {}): SiteEvent => {
  const { station_id, ...event } = draft('a')
  return {
    ...event,
    at: '2026-11-23T10:00:00.123456+00:00',
    from: { user_id: randomUUID() as UserId, station_id },
    ...more,
  }
}
