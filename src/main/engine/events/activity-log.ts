import type { EventId, EventTarget, SiteEvent } from '#shared/domain/events.ts'
import { siteScope, userScope, warehouseScope } from '#shared/domain/scope.ts'
import type { UserId, WarehouseId } from '#shared/domain/ids.ts'
import { MAX_ACTIVITY } from '#shared/protocol/activity.ts'

/** The newest events of each channel, in memory. */
export interface ActivityLog {
  add(event: SiteEvent): void
  /** What somebody in this warehouse hears: its own events, the site's and theirs alone; newest first. */
  newest(warehouseId: WarehouseId): SiteEvent[]
}

export function createActivityLog(user: UserId): ActivityLog {
  const byChannel = new Map<EventTarget, SiteEvent[]>()
  const momentOf = new WeakMap<SiteEvent, number>()
  const moment = (event: SiteEvent): number => momentOf.get(event) ?? 0

  return {
    add(event) {
      const events = byChannel.get(event.to) ?? []
      byChannel.set(event.to, events)
      const at = Date.parse(event.at)
      momentOf.set(event, Number.isNaN(at) ? 0 : at)
      events.push(event)
      if (events.length > MAX_ACTIVITY) events.shift()
    },
    newest: (warehouseId) =>
      [warehouseScope(warehouseId), siteScope, userScope(user)]
        .flatMap((channel) => byChannel.get(channel) ?? [])
        .sort((left, right) => moment(right) - moment(left))
        .slice(0, MAX_ACTIVITY),
  }
}

/** Ids of this station's own events, as many as can still be on their way. */
export interface OwnEvents {
  add(id: EventId): void
  has(id: EventId): boolean
}

export function rememberOwn(most: number): OwnEvents {
  const ids = new Set<EventId>()
  return {
    add(id) {
      ids.add(id)
      const [oldest] = ids
      if (ids.size > most && oldest !== undefined) ids.delete(oldest)
    },
    has: (id) => ids.has(id),
  }
}
