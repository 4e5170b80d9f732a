import { beforeEach, describe, expect, test } from 'vitest'
import { MutationId, RowId, WarehouseId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { Proof } from '#shared/protocol/diagnostics.ts'
import type { Drill, DrillCaller, DrillReport } from '#shared/protocol/fleet.ts'
import type { WorkState } from '#shared/protocol/work.ts'
import { manualClock, type ManualClock } from '#test/harness/manual-clock.ts'
import { recordedLog } from '#test/harness/recorded-log.ts'
import { createStationDrill, RETURN_WITHIN_MS, SEND_FIRST_MS, type StationDrill } from './drill.ts'

/* An outage drill by hand: the station around it does what the test says, the clock as well. */

const scopes = ['site', 'warehouse:11111111-1111-4111-8111-111111111111'] as Scope[]
const caller: DrillCaller = {
  alertId: RowId.parse('44444444-4444-4444-8444-444444444444'),
  warehouseId: WarehouseId.parse('11111111-1111-4111-8111-111111111111'),
  from: 'Mia',
}

let clock: ManualClock
let isShut: boolean
let isCaughtUp: boolean
let work: Map<MutationId, { keptAt: number; state: WorkState }>
let shown: Drill[]
let told: [DrillCaller, DrillReport][]
let nudges: number
let drill: StationDrill

beforeEach(() => {
  clock = manualClock()
  isShut = false
  isCaughtUp = true
  work = new Map()
  shown = []
  told = []
  nudges = 0
  drill = createStationDrill({
    clock,
    log: recordedLog(),
    gate: {
      over: (upstream) => upstream,
      shut: () => {
        // Whoever looks sees the word before the outage.
        expect(shown.at(-1)?.state.kind).toBe('running')
        isShut = true
        isCaughtUp = false
      },
      open: () => (isShut = false),
    },
    station: {
      isCaughtUp: () => isCaughtUp,
      unsent: () =>
        [...work].filter(([, { state }]) => state === 'queued').map(([id, { keptAt }]) => ({ id, keptAt })),
      stateOf: (id) => work.get(id)?.state ?? null,
      scopes: () => scopes,
    },
    show: (value) => shown.push(value),
    networkBack: () => (nudges += 1),
    tell: (to, report) => told.push([to, report]),
  })
})

let commands = 0
function scan(state: WorkState = 'queued'): MutationId {
  const id = MutationId.parse(`55555555-5555-4555-8555-${String(++commands).padStart(12, '0')}`)
  work.set(id, { keptAt: clock.now(), state })
  drill.look()
  return id
}
function becomes(id: MutationId, state: WorkState): void {
  work.set(id, { keptAt: work.get(id)?.keptAt ?? 0, state })
  drill.look()
}
function proof(scope: Scope, outcome: Proof['outcome'] = 'equal'): void {
  drill.proved({
    ...{ at: clock.now(), scope, outcome, head: 1, compared: 1, changing: 0, differing: 0, rowsRepaired: 0 },
  })
}
const state = () => shown.at(-1)?.state
const report = () => shown.at(-1)?.report

test('ends by itself, after the minutes that were asked for', async () => {
  drill.start({ minutes: 10, calledBy: null })
  expect(state()).toEqual({
    ...{ kind: 'running', calledBy: null },
    ...{ since: clock.now(), until: clock.now() + 10 * MINUTE_MS },
  })
  await clock.advance(10 * MINUTE_MS - 1)
  expect(isShut).toBe(true)
  await clock.advance(1)
  expect({ isShut, nudges, at: state()?.kind }).toEqual({ isShut: false, nudges: 1, at: 'returning' })
})

test('[L3] the report: how long, what was done, how old, and what the way back took', async () => {
  drill.start({ minutes: 10, calledBy: caller })
  await clock.advance(2 * MINUTE_MS)
  const first = scan()
  await clock.advance(MINUTE_MS)
  const second = scan()
  scan('taken-back')
  await clock.advance(MINUTE_MS)
  drill.end()
  await clock.advance(3 * SECOND_MS)
  // Not caught up: a proof from before says nothing.
  proof('site' as Scope)
  isCaughtUp = true
  drill.look()
  await clock.advance(2 * SECOND_MS)
  becomes(first, 'applied')
  becomes(second, 'refused')
  await clock.advance(4 * SECOND_MS)
  for (const scope of scopes) proof(scope)
  const told1 = {
    ...{ endedBy: 'person', calledBy: caller, offlineMs: 4 * MINUTE_MS, done: 2, oldestMs: 2 * MINUTE_MS },
    ...{ liveAfterMs: 3 * SECOND_MS, sentAfterMs: 5 * SECOND_MS, refused: 1, figures: 'equal' },
  }
  expect(report()).toMatchObject(told1)
  expect(told).toEqual([[caller, expect.objectContaining(told1)]])
  expect(state()).toEqual({ kind: 'idle' })
  expect(clock.pending()).toBe(0)
})

describe('figures', () => {
  test.each<[Proof['outcome'], Proof['outcome'], DrillReport['figures']]>([
    ['equal', 'equal', 'equal'],
    ['equal', 'repaired', 'repaired'],
    ['differs', 'equal', 'differs'],
    ['unproven', 'equal', 'unproven'],
  ])('%s and %s: %s', (first, second, figures) => {
    drill.start({ minutes: 1, calledBy: null })
    drill.end()
    isCaughtUp = true
    proof(scopes[0] as Scope, first)
    proof(scopes[1] as Scope, second)
    expect(report()).toMatchObject({ figures, done: 0, oldestMs: null })
  })

  test('what does not come back in time is told as not back', async () => {
    drill.start({ minutes: 1, calledBy: null })
    scan()
    drill.end()
    await clock.advance(RETURN_WITHIN_MS)
    expect(report()).toMatchObject({ liveAfterMs: null, sentAfterMs: null, figures: 'unproven', done: 1 })
    expect(state()).toEqual({ kind: 'idle' })
  })
})

test('what was done before is sent first, or after three seconds not', async () => {
  const early = scan()
  drill.start({ minutes: 5, calledBy: caller })
  expect(state()).toMatchObject({ kind: 'starting' })
  becomes(early, 'applied')
  expect(state()).toMatchObject({ kind: 'running' })
  drill.end()
  drill.close()

  scan()
  drill.start({ minutes: 5, calledBy: null })
  await clock.advance(SEND_FIRST_MS)
  expect(isShut).toBe(true)
  drill.end()
  // It was not done offline.
  await clock.advance(RETURN_WITHIN_MS)
  expect(report()).toMatchObject({ done: 0 })
})

test('one at a time', () => {
  drill.start({ minutes: 5, calledBy: null })
  expect(drill.start({ minutes: 5, calledBy: null })).toMatchObject({
    ok: false,
    error: { code: 'not-ready' },
  })
})

test('it ends with the session, without a report', () => {
  drill.start({ minutes: 5, calledBy: caller })
  drill.close()
  expect({ isShut, told, at: state() }).toEqual({ isShut: false, told: [], at: { kind: 'idle' } })
  expect(clock.pending()).toBe(0)
})
