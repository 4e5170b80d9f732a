import { SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'
import type { ScreenState } from '../stores/screen.ts'
import { alertsEdits, alertsScenarioNames, alertsStart, isAlertsScenario } from './alerts-scenarios.ts'
import type { World } from './fake-engine.ts'
import { fleetEdits, fleetScenarios } from './fleet-scenarios.ts'
import { noPaper } from './fake-paper.ts'
import { isLedgerScenario, ledgerEdits, ledgerScenarios, ledgerStart } from './ledger-scenarios.ts'
import { isPaperScenario, paperEdits, paperScenarioNames, paperStart } from './paper-scenarios.ts'
import { orderEdits, orderScenarios, orderStart } from './order-scenarios.ts'
import { workEdits, workStarts } from './work-scenarios.ts'
import { emptyDiagnostics, sampleDiagnostics, withProofs } from './sample-diagnostics.ts'
import {
  sampleNotifications,
  sampleOrders,
  sampleStock,
  sampleUser,
  sampleWarehouses,
} from './sample-data.ts'

/* The states of the window worth looking at, by name: `?scenario=offline`. */

export const scenarioNames = [
  'live',
  'catching-up',
  'first-download',
  'connecting',
  'offline',
  'server-error',
  'signed-out',
  'session-ended',
  'degraded',
  'degraded-late',
  'clock-fast',
  'first-run',
  'incompatible',
  'disk-full',
  'engine-gone',
  'no-permission',
  'empty',
  'loading',
  'board',
  'board-offline',
  'board-loading',
  'diagnostics-equal',
  'diagnostics-repaired',
  'diagnostics-differs',
  'diagnostics-degraded',
  'diagnostics-offline',
  'diagnostics-damaged',
  'diagnostics-new',
  'diagnostics-signed-out',
  'diagnostics-loading',
  'diagnostics-error',
  'work-unsent',
  'work-offline',
  'work-empty',
  'work-loading',
  'work-error',
  'desk-refused',
  'desk-offline',
  'desk-empty',
  'desk-discard',
  'stock-unsent',
  'form-pick',
  'form-transfer',
  'form-adjust',
  'form-count',
  'form-objected',
  'receipt-offline',
  'order-open',
  'order-cancel',
  'order-create',
  'sign-out-unsent',
  ...orderScenarios,
  ...fleetScenarios,
  ...alertsScenarioNames,
  ...paperScenarioNames,
  ...ledgerScenarios,
] as const
export type ScenarioName = (typeof scenarioNames)[number]

/** Where the person is. */
export function startOf(name: ScenarioName): Partial<ScreenState> {
  if (isAlertsScenario(name)) return alertsStart(name)
  if (isPaperScenario(name)) return paperStart(name)
  if (isLedgerScenario(name)) return ledgerStart(name)
  const order = orderScenarios.find((each) => each === name)
  if (order) return orderStart(order)
  if (name.startsWith('diagnostics-')) return { screen: 'diagnostics' }
  if (name.startsWith('fleet')) return { screen: 'fleet' }
  if (name.startsWith('board')) return { screen: 'board' }
  return workStarts[name] ?? (name.startsWith('work-') ? { screen: 'work' } : {})
}

export function worldOf(name: ScenarioName, now: Millis): World {
  const world = liveWorld(now)
  edits[name](world, now)
  return world
}

export function liveWorld(now: Millis, products = 4_070): World {
  return {
    status: liveStatus(now),
    diagnostics: sampleDiagnostics(now),
    desktop: { wanted: true, supported: true },
    about: {
      version: '0.1.0',
      runtime: 'Electron 33.2.1',
      developmentRuntime: true,
      demo: { email: 'mia@example.com' },
      secretsAtRest: 'plain',
      notices: [],
    },
    warehouses: sampleWarehouses,
    stock: sampleStock(products, now),
    orders: sampleOrders(240, now),
    notifications: sampleNotifications(now),
    work: [],
    unsentOfOthers: 0,
    paper: noPaper(),
    rules: { objections: {}, doubts: {} },
    now,
    failures: {},
    answerMs: 0,
  }
}

export const liveStatus = (now: Millis): Status => ({
  link: { at: 'live', since: now - 600 * SECOND_MS },
  asOf: now,
  lostAt: null,
  clockOffsetMs: 0,
  user: sampleUser,
  server: { url: 'http://127.0.0.1:54321', embedded: true },
  memberships: sampleWarehouses.map(({ id }) => ({ warehouseId: id, role: 'supervisor' })),
  disk: 'ok',
  drill: null,
})

type Edit = (world: World, now: Millis) => void

const link =
  (status: LinkStatus, more: Partial<Status> = {}): Edit =>
  (world) => {
    world.status = { ...world.status, link: status, ...more }
  }

const degraded =
  (asOfAgoMs: Millis): Edit =>
  (world, now) =>
    link(
      {
        at: 'degraded',
        since: now - 1_500 * SECOND_MS,
        because: 'websocket-blocked',
        pollEveryMs: 10 * SECOND_MS,
        until: now + 42 * SECOND_MS,
      },
      { asOf: now - asOfAgoMs, lostAt: now - 1_500 * SECOND_MS },
    )(world, now)

const edits: Record<ScenarioName, Edit> = {
  live: () => undefined,
  'catching-up': (world, now) =>
    link(
      { at: 'catching-up', since: now, done: 320, total: 1204, first: false },
      { asOf: now - 190 * SECOND_MS },
    )(world, now),
  'first-download': (world, now) => {
    world.stock = []
    world.warehouses = []
    link({ at: 'catching-up', since: now, done: 12_000, total: 100_000, first: true }, { asOf: null })(
      world,
      now,
    )
  },
  connecting: (world, now) => {
    world.stock = []
    world.warehouses = []
    link({ at: 'connecting', since: now, attempt: 1 }, { asOf: null, memberships: [] })(world, now)
  },
  offline: (world, now) =>
    link(
      { at: 'waiting', since: now, until: now + 25 * SECOND_MS, attempt: 4, because: 'no-answer' },
      { asOf: now - 194 * SECOND_MS, lostAt: now - 190 * SECOND_MS },
    )(world, now),
  'server-error': (world, now) =>
    link(
      { at: 'waiting', since: now, until: now + 25 * SECOND_MS, attempt: 4, because: 'server-error' },
      { asOf: now - 194 * SECOND_MS, lostAt: now - 190 * SECOND_MS },
    )(world, now),
  'signed-out': link({ at: 'signed-out', because: 'never-signed-in' }, { user: null, asOf: null }),
  'session-ended': (world, now) =>
    link({ at: 'signed-out', because: 'session-ended' }, { asOf: now - 600 * SECOND_MS })(world, now),
  'first-run': link(
    { at: 'signed-out', because: 'never-signed-in' },
    { user: null, asOf: null, server: null },
  ),
  incompatible: (world, now) =>
    link({ at: 'incompatible', because: 'server-newer' }, { asOf: now - 600 * SECOND_MS })(world, now),
  'disk-full': (world, now) => link({ at: 'live', since: now }, { disk: 'full' })(world, now),
  'engine-gone': (world) => {
    world.failures = { 'view.open': 'internal' }
  },
  'no-permission': (world) => {
    world.warehouses = []
    world.stock = []
    world.status = { ...world.status, memberships: [] }
  },
  empty: (world) => {
    world.stock = []
    world.orders = []
    world.notifications = []
  },
  loading: (world) => {
    world.answerMs = 1e9
  },
  board: () => undefined,
  'board-offline': (world, now) => edits.offline(world, now),
  'board-loading': (world, now) => edits.loading(world, now),
  degraded: degraded(6 * SECOND_MS),
  'degraded-late': degraded(31 * SECOND_MS),
  'clock-fast': (world, now) => {
    const clockOffsetMs = 754 * SECOND_MS
    world.status = { ...world.status, clockOffsetMs, asOf: now - clockOffsetMs }
  },
  'diagnostics-equal': () => undefined,
  'diagnostics-repaired': (world, now) => {
    world.diagnostics = withProofs(sampleDiagnostics(now), {
      outcome: 'repaired',
      rowsRepaired: 3,
      differing: 2,
    })
  },
  'diagnostics-differs': (world, now) => {
    world.diagnostics = withProofs(sampleDiagnostics(now), { outcome: 'differs', differing: 2 })
  },
  'diagnostics-degraded': (world, now) => {
    degraded(6 * SECOND_MS)(world, now)
    const [newest] = world.diagnostics.history
    const move = { at: now - 1_500 * SECOND_MS, from: 'live', to: 'degraded', by: 'caught-up' } as const
    if (newest) world.diagnostics.history.unshift({ ...move, because: 'websocket-blocked' })
  },
  'diagnostics-offline': (world, now) => {
    edits.offline(world, now)
    const move = { at: now - 190 * SECOND_MS, from: 'live', to: 'waiting', by: 'failed' } as const
    world.diagnostics.history.unshift({ ...move, because: 'request: offline' })
  },
  'diagnostics-damaged': (world, now) => {
    if (world.diagnostics.mirror)
      world.diagnostics.mirror.integrity = {
        at: now - 400 * SECOND_MS,
        sound: false,
        problems: ['Tree 12 page 4091: btreeInitPage() returns error code 11'],
      }
  },
  'diagnostics-new': (world) => {
    world.diagnostics = emptyDiagnostics
  },
  'diagnostics-signed-out': (world, now) => {
    edits['signed-out'](world, now)
    world.diagnostics = emptyDiagnostics
  },
  'diagnostics-loading': (world) => {
    world.silentViews = ['diagnostics']
  },
  'diagnostics-error': (world) => {
    world.failingViews = ['diagnostics']
  },
  ...workEdits,
  ...ledgerEdits,
  ...orderEdits,
  ...paperEdits,
  ...fleetEdits,
  ...alertsEdits,
}
