import { must } from '#shared/lib/must.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { WarehouseId } from '#shared/domain/ids.ts'
import type { ScreenState } from '../stores/screen.ts'
import type { World } from './fake-engine.ts'
import {
  alertId,
  askingCritical,
  askingDrill,
  askingMessage,
  linkNotifications,
  sampleAlerts,
  sampleExceptions,
  samplePeople,
  sampleReceipts,
} from './sample-alerts.ts'
import { sampleNotifications, sampleStock, sampleUser, sampleWarehouses } from './sample-data.ts'

/* The desk in the states worth looking at: alerts, messages, exceptions, notifications. */

export const alertsScenarioNames = [
  'alerts-open',
  'alerts-message',
  'alerts-acknowledged',
  'alerts-offline',
  'alerts-viewer',
  'alerts-empty',
  'alerts-none',
  'alerts-loading',
  'alerts-error',
  'message-new',
  'message-person',
  'banner-message',
  'banner-critical',
  'banner-drill',
  'banner-viewer',
  'exceptions-open',
  'exceptions-code',
  'exceptions-offline',
  'exceptions-viewer',
  'exceptions-empty',
  'exceptions-loading',
  'exceptions-error',
  'code-assign',
  'code-report',
  'notifications-open',
  'notifications-offline',
  'notifications-empty',
  'notifications-loading',
  'notifications-error',
] as const
export type AlertsScenario = (typeof alertsScenarioNames)[number]

type Edit = (world: World, now: Millis) => void

/** A warehouse with something to see to. */
export const withDesk: Edit = (world, now) => {
  world.alerts = sampleAlerts(world, now)
  world.alertReceipts = sampleReceipts(now)
  world.exceptions = sampleExceptions(world, now)
  world.fleet = {
    stations: [],
    people: samplePeople(now),
    atRisk: { commands: 0, stations: 0, oldestAt: null },
  }
  linkNotifications(world, now)
}

const offline: Edit = (world, now) => {
  withDesk(world, now)
  world.status = {
    ...world.status,
    link: { at: 'waiting', since: now, until: now + 25 * SECOND_MS, attempt: 4, because: 'no-answer' },
    asOf: now - 13 * MINUTE_MS,
    lostAt: now - 13 * MINUTE_MS,
  }
  world.alerts = (world.alerts ?? []).map((row) =>
    row.id === alertId(2)
      ? {
          ...row,
          acknowledged: {
            userId: sampleUser.id,
            name: sampleUser.displayName,
            at: now - 2 * MINUTE_MS,
            sent: false,
            note: 'Jonas counts it after the break',
          },
        }
      : row,
  )
}

const viewer: Edit = (world, now) => {
  withDesk(world, now)
  world.status.memberships = world.status.memberships.map((member) => ({ ...member, role: 'viewer' }))
}

const silent =
  (view: 'alerts.list' | 'exceptions.list' | 'notifications.list'): Edit =>
  (world) => {
    world.silentViews = [view]
  }
const failing =
  (view: 'alerts.list' | 'exceptions.list' | 'notifications.list'): Edit =>
  (world) => {
    world.failingViews = [view]
  }

export const alertsEdits: Record<AlertsScenario, Edit> = {
  'alerts-open': withDesk,
  'alerts-message': withDesk,
  'alerts-acknowledged': withDesk,
  'alerts-offline': offline,
  'alerts-viewer': viewer,
  'alerts-empty': () => undefined,
  'alerts-none': () => undefined,
  'alerts-loading': silent('alerts.list'),
  'alerts-error': failing('alerts.list'),
  'message-new': withDesk,
  'message-person': withDesk,
  'banner-message': (world, now) => {
    withDesk(world, now)
    world.asking = [askingMessage(now)]
  },
  'banner-critical': (world, now) => {
    withDesk(world, now)
    world.asking = [askingMessage(now), askingCritical(now), askingDrill(now)]
  },
  'banner-drill': (world, now) => {
    withDesk(world, now)
    world.asking = [askingDrill(now)]
  },
  'banner-viewer': (world, now) => {
    viewer(world, now)
    world.asking = [askingMessage(now)]
  },
  'exceptions-open': withDesk,
  'exceptions-code': withDesk,
  'exceptions-offline': offline,
  'exceptions-viewer': viewer,
  'exceptions-empty': () => undefined,
  'exceptions-loading': silent('exceptions.list'),
  'exceptions-error': failing('exceptions.list'),
  'code-assign': withDesk,
  'code-report': withDesk,
  'notifications-open': withDesk,
  'notifications-offline': offline,
  'notifications-empty': (world) => {
    world.notifications = []
  },
  'notifications-loading': silent('notifications.list'),
  'notifications-error': failing('notifications.list'),
}

const berlin: WarehouseId = must(sampleWarehouses[0], 'Berlin').id
const oversold = must(
  sampleStock(4_070, 0).find(({ state }) => state === 'oversold'),
  'oversold',
)

/** Where the person is; by default on the screen the scenario is named after, with nothing open. */
const starts: Partial<Record<AlertsScenario, Partial<ScreenState>>> = {
  'alerts-open': { alertId: `oversold/${oversold.id}` },
  'alerts-message': { alertId: alertId(1), alertFilter: 'messages' },
  'alerts-acknowledged': { alertId: alertId(4), alertFilter: 'acknowledged' },
  'alerts-offline': { alertId: alertId(2) },
  'alerts-viewer': { alertId: alertId(2) },
  'alerts-none': { alertFilter: 'stations' },
  'message-new': { screen: 'alerts', form: { kind: 'message', warehouseId: berlin } },
  'message-person': { screen: 'alerts', form: { kind: 'message', warehouseId: berlin } },
  'banner-message': { screen: 'stock' },
  'banner-critical': { screen: 'stock' },
  'banner-drill': { screen: 'orders' },
  'banner-viewer': { screen: 'stock' },
  'exceptions-open': { exceptionId: alertId(41) },
  'exceptions-code': { exceptionId: alertId(42) },
  'exceptions-offline': { exceptionId: alertId(44) },
  'exceptions-viewer': { exceptionId: alertId(43) },
  'code-assign': {
    screen: 'exceptions',
    form: { kind: 'assign-code', warehouseId: berlin, code: '4006381333931' },
  },
  'code-report': { screen: 'exceptions', form: { kind: 'report-code', warehouseId: berlin } },
  'notifications-open': { notificationId: must(sampleNotifications(0)[2], 'notification').id },
}

export function alertsStart(name: AlertsScenario): Partial<ScreenState> {
  const [place] = name.split('-')
  const screen =
    place === 'exceptions' || place === 'notifications' || place === 'alerts' ? { screen: place } : {}
  return { ...(screen as Partial<ScreenState>), ...starts[name] }
}

export const isAlertsScenario = (name: string): name is AlertsScenario =>
  alertsScenarioNames.some((known) => known === name)
