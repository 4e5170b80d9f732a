import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { World } from './fake-engine.ts'
import { drillReport, runningDrill, sampleActivity, sampleFleet } from './sample-fleet.ts'

/* The stations of a warehouse, in the states worth looking at. */

export const fleetScenarios = [
  'fleet',
  'fleet-picker',
  'fleet-offline',
  'fleet-drill',
  'fleet-drill-report',
  'fleet-empty',
  'fleet-loading',
  'fleet-error',
  'fleet-no-permission',
] as const
export type FleetScenario = (typeof fleetScenarios)[number]

function afternoon(world: World, now: Millis): void {
  world.fleet = sampleFleet(now)
  world.activity = sampleActivity(now)
}

function cutOff(world: World, now: Millis): void {
  world.status = {
    ...world.status,
    link: { at: 'waiting', since: now, until: now + 25 * SECOND_MS, attempt: 4, because: 'no-answer' },
    asOf: now - 4 * MINUTE_MS,
    lostAt: now - 4 * MINUTE_MS,
  }
}

export const fleetEdits: Record<FleetScenario, (world: World, now: Millis) => void> = {
  fleet: afternoon,
  'fleet-picker': (world, now) => {
    afternoon(world, now)
    const memberships = world.status.memberships.map((member) => ({ ...member, role: 'picker' as const }))
    world.status = { ...world.status, memberships }
  },
  'fleet-offline': (world, now) => {
    afternoon(world, now)
    cutOff(world, now)
  },
  'fleet-drill': (world, now) => {
    afternoon(world, now)
    cutOff(world, now)
    world.drill = runningDrill(now)
    const { state } = world.drill
    if (state.kind === 'running') {
      const { since, until } = state
      world.status = { ...world.status, drill: { since, until, calledBy: state.calledBy?.from ?? null } }
    }
  },
  'fleet-drill-report': (world, now) => {
    afternoon(world, now)
    world.drill = { state: { kind: 'idle' }, report: drillReport(now) }
  },
  'fleet-empty': () => undefined,
  'fleet-loading': (world) => {
    world.silentViews = ['fleet']
  },
  'fleet-error': (world) => {
    world.failingViews = ['fleet']
  },
  'fleet-no-permission': (world) => {
    world.warehouses = []
    world.status = { ...world.status, memberships: [] }
  },
}
