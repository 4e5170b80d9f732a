import type { Command } from '#shared/domain/commands.ts'
import type {
  AlertDetail,
  AlertFilter,
  AlertKind,
  AlertListRow,
  AlertSummary,
  ExceptionRow,
} from '#shared/protocol/alerts.ts'
import type { World } from './fake-engine.ts'

/* What the stand-in engine answers of alerts, and what becomes of them when a person says something. */

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

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>

/** Draws what was said over the rows, as the engine does with what is not sent yet. */
export function drawWord(world: World, command: Command): void {
  switch (command.kind) {
    case 'alert.acknowledge':
      return acknowledge(world, command)
    case 'alert.confirm':
      return confirm(world, command)
    case 'message.send':
      return send(world, command)
    case 'notification.read_all':
      world.notifications = world.notifications.map((row) =>
        row.readAt === null && row.createdAt <= Date.parse(command.up_to)
          ? { ...row, readAt: world.now }
          : row,
      )
      return
    case 'barcode.assign':
      return answered(world, ({ facts }) => facts['code'] === command.code)
    case 'count':
      return answered(
        world,
        ({ product, bin }) => product?.id === command.product_id && (bin === null || bin === command.bin),
      )
    default:
  }
}

/** What was said is in the system. */
export function sendWords(world: World): void {
  world.alerts = (world.alerts ?? []).map((row) =>
    row.acknowledged ? { ...row, acknowledged: { ...row.acknowledged, sent: true } } : row,
  )
  world.exceptions = (world.exceptions ?? []).filter((row) => !row.answered || row.alertId === null)
}

const me = ({ status }: World) => ({
  userId: status.user?.id ?? null,
  name: status.user?.displayName ?? '',
})

function acknowledge(world: World, { alert_id, key, note }: Of<'alert.acknowledge'>): void {
  const acknowledged = { ...me(world), at: world.now, sent: false, note }
  world.alerts = (world.alerts ?? []).map((row) =>
    row.id === (alert_id ?? key) ? { ...row, acknowledged } : row,
  )
  answered(world, (row) => row.alertId === alert_id)
}

function answered(world: World, isMeant: (row: ExceptionRow) => boolean): void {
  world.exceptions = (world.exceptions ?? []).map((row) => (isMeant(row) ? { ...row, answered: true } : row))
}

function confirm(world: World, { alert_id, answer }: Of<'alert.confirm'>): void {
  world.asking = (world.asking ?? []).filter(({ id }) => id !== alert_id)
  world.alerts = (world.alerts ?? []).map((row) => (row.id === alert_id ? { ...row, mine: answer } : row))
}

function send(world: World, { alert_id, severity, text, to_user }: Of<'message.send'>): void {
  const { userId, name } = me(world)
  if (to_user !== null || userId === null) return
  const row: AlertListRow = {
    id: alert_id,
    source: 'told',
    kind: 'message',
    severity,
    message: text,
    product: null,
    order: null,
    station: null,
    bin: null,
    facts: {},
    raisedAt: world.now,
    raisedBy: { userId, name },
    acknowledged: null,
    receipts: { answered: 0, stations: 4 },
    mine: null,
  }
  world.alerts = [row, ...(world.alerts ?? [])]
}
