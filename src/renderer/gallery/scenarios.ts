import { SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { LinkStatus, Status } from '#shared/protocol/status.ts'
import type { World } from './fake-engine.ts'
import {
  sampleDiagnostics,
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
  'first-run',
  'incompatible',
  'disk-full',
  'engine-gone',
  'no-permission',
  'empty',
  'loading',
] as const
export type ScenarioName = (typeof scenarioNames)[number]

export function worldOf(name: ScenarioName, now: Millis): World {
  const world = liveWorld(now)
  edits[name](world, now)
  return world
}

export function liveWorld(now: Millis, products = 4_070): World {
  return {
    status: liveStatus(now),
    diagnostics: sampleDiagnostics(now),
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
})

type Edit = (world: World, now: Millis) => void

const link =
  (status: LinkStatus, more: Partial<Status> = {}): Edit =>
  (world) => {
    world.status = { ...world.status, link: status, ...more }
  }

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
}
