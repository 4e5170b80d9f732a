import type {
  AlertDetail,
  AlertFilter,
  AlertKind,
  AlertListRow,
  AlertSummary,
} from '#shared/protocol/alerts.ts'
import type { World } from './fake-engine.ts'

/* What the stand-in engine answers of alerts. */

const groups: Readonly<Record<'stock' | 'stations' | 'messages', readonly AlertKind[]>> = {
  stock: ['low', 'out', 'oversold', 'negative_stock', 'count_task'],
  stations: ['station_silent', 'station_behind', 'clock_wrong'],
  messages: ['message', 'drill'],
}

export function alertsIn(alerts: readonly AlertListRow[], filter: AlertFilter): AlertListRow[] {
  if (filter === 'acknowledged') return alerts.filter(({ acknowledged }) => acknowledged !== null)
  if (filter === 'messages') return alerts.filter(({ kind }) => groups.messages.includes(kind))
  const open = alerts.filter(({ acknowledged }) => acknowledged === null)
  return filter === 'open' ? open : open.filter(({ kind }) => groups[filter].includes(kind))
}

export function alertSummary({
  alerts = [],
  exceptions = [],
  notifications,
}: Pick<World, 'alerts' | 'exceptions' | 'notifications'>): AlertSummary {
  const open = alertsIn(alerts, 'open')
  const count = (kind: AlertKind): number => open.filter((row) => row.kind === kind).length
  const [low, out, oversold] = [count('low'), count('out'), count('oversold')]
  return {
    low,
    out,
    oversold,
    others: open.length - low - out - oversold,
    critical: open.filter(({ severity }) => severity === 'critical').length,
    exceptions: exceptions.length,
    unreadNotifications: notifications.filter(({ readAt }) => readAt === null).length,
  }
}

export function alertDetail(
  { alerts = [], alertReceipts = {} }: Pick<World, 'alerts' | 'alertReceipts'>,
  id: string,
): AlertDetail | null {
  const alert = alerts.find((row) => row.id === id)
  return alert ? { alert, ...(alertReceipts[id] ?? { receipts: [], silent: [] }) } : null
}
