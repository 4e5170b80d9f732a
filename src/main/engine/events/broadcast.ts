import { randomUUID } from 'node:crypto'
import { EventId } from '#shared/domain/events.ts'
import type { EventBody, EventDraft, EventKind, EventTarget } from '#shared/domain/events.ts'
import type { OrderId, ProductId, StationId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { userScope, warehouseScope } from '#shared/domain/scope.ts'

/** What a station may tell others. Each returns at once; whether anybody hears it is another question. */
export interface Broadcast {
  /** Something of a product moved; only the last word on each product counts. */
  broadcastInventoryUpdate(warehouseId: WarehouseId, about: EventBody<'inventory_updated'>): void
  /** An order has another status; only the last word on each order counts. */
  broadcastOrderStatus(warehouseId: WarehouseId, about: EventBody<'order_status_changed'>): void
  /** Somebody came, went or is back at this station; only the last word counts. */
  broadcastUserActivity(warehouseId: WarehouseId, what: EventBody<'user_activity'>['what']): void
  /** By supervisors. What must not be missed is a message or an alert, and not this alone. */
  broadcastSystemAlert(to: EventTarget, about: Omit<EventBody<'system_alert'>, 'alert_id'>): void
  broadcastNotification(to: UserId, about: Omit<EventBody<'notification'>, 'notification_id'>): void
}

export function createBroadcast(
  station: () => StationId | null,
  offer: (event: EventDraft) => void,
): Broadcast {
  const say = <K extends EventKind>(kind: K, to: EventTarget, body: EventBody<K>, key?: string): void => {
    const id = EventId.parse(randomUUID())
    const event = { id, kind, to, key: key ?? `${kind}/${id}`, merged: 0, station_id: station(), body }
    offer(event as EventDraft)
  }
  return {
    broadcastInventoryUpdate: (warehouseId, about) =>
      say('inventory_updated', warehouseScope(warehouseId), about, stockKey(about.product_id)),
    broadcastOrderStatus: (warehouseId, about) =>
      say('order_status_changed', warehouseScope(warehouseId), about, orderKey(about.order_id)),
    broadcastUserActivity: (warehouseId, what) =>
      say('user_activity', warehouseScope(warehouseId), { what }, 'activity'),
    broadcastSystemAlert: (to, about) => say('system_alert', to, { ...about, alert_id: null }),
    broadcastNotification: (to, about) =>
      say('notification', userScope(to), { ...about, notification_id: null }),
  }
}

const stockKey = (id: ProductId): string => `stock/${id}`
const orderKey = (id: OrderId): string => `order/${id}`
