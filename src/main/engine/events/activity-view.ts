import type { SiteEvent } from '#shared/domain/events.ts'
import type { ActivityAbout, ActivityItem } from '#shared/protocol/activity.ts'
import type { KnownNames } from '../mirror/known-names.ts'

/** An event as a window shows it: with the names this station knows. */
export function activityItem(
  event: SiteEvent,
  sentBy: ActivityItem['sentBy'],
  names: KnownNames,
): ActivityItem {
  const { user_id: userId, station_id: stationId } = event.from
  return {
    id: event.id,
    at: Date.parse(event.at) || 0,
    from: {
      userId,
      name: userId && names.person(userId),
      stationId,
      station: stationId && names.station(stationId),
    },
    to: event.to === 'site' ? 'site' : event.to.startsWith('user:') ? 'user' : 'warehouse',
    sentBy,
    merged: event.merged,
    about: aboutOf(event, names),
  }
}

function aboutOf(event: SiteEvent, names: KnownNames): ActivityAbout {
  switch (event.kind) {
    case 'inventory_updated': {
      const { product_id: productId, bin, work } = event.body
      return { kind: event.kind, productId, product: names.product(productId), bin, work }
    }
    case 'order_status_changed': {
      const { order_id: orderId, status } = event.body
      return { kind: event.kind, orderId, number: names.order(orderId), status }
    }
    case 'user_activity':
      return { kind: event.kind, what: event.body.what }
    case 'system_alert': {
      const { severity, text, alert_id: alertId } = event.body
      return { kind: event.kind, severity, text, alertId }
    }
    case 'notification': {
      const { severity, title, notification_id: notificationId } = event.body
      return { kind: event.kind, severity, title, notificationId }
    }
  }
}
