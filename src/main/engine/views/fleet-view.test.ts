import { describe, expect, test } from 'vitest'
import { StationId, UserId, WarehouseId } from '#shared/domain/ids.ts'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import type { ToldFleet, ToldStation } from '../mirror/fleet-reader.ts'
import { fleetOf, type FleetFacts, type StationHere } from './fleet-view.ts'

const hall = WarehouseId.parse('11111111-1111-4111-8111-111111111111')
const yard = WarehouseId.parse('22222222-2222-4222-8222-222222222222')
const now = Date.parse('2026-11-23T12:00:00Z')

const idOf = (n: number) => StationId.parse(`33333333-3333-4333-8333-${String(n).padStart(12, '0')}`)
const mia = { id: UserId.parse('44444444-4444-4444-8444-444444444444'), name: 'Mia' }

const told = (n: number, more: Partial<ToldStation> = {}): ToldStation => ({
  ...{ id: idOf(n), name: `Gate ${n}`, kind: 'terminal', user: null, version: '1', link: 'live', behind: 0 },
  ...{ completeAsOf: now, unsent: 0, oldestUnsentAt: null, refused: 0, lastScanAt: null, clockOffsetMs: 0 },
  ...{ seenAt: now - SECOND_MS, expectedBy: now + MINUTE_MS },
  ...more,
})
const fleetAt = (stations: ToldStation[], more: Partial<FleetFacts> = {}, people: ToldFleet['people'] = []) =>
  fleetOf({ stations, people }, hall, { here: null, judgedAt: now, ...more })

function hereAs(n: number, more: Partial<StationHere> = {}): StationHere {
  const { seenAt: _seenAt, expectedBy: _expectedBy, ...facts } = told(n)
  return { ...facts, warehouseId: hall, ...more }
}

describe('[L3] whether a station is here', () => {
  test.each([
    ['here', { expectedBy: now }],
    ['silent', { expectedBy: now - 1 }],
    ['closed', { expectedBy: null }],
    ['never', { seenAt: null, expectedBy: null }],
  ] as const)('%s: %o', (presence, more) => {
    expect(fleetAt([told(1, more)]).stations).toMatchObject([{ presence }])
  })

  test('is judged by the moment up to which this station knows', () => {
    const overdue = told(1, { expectedBy: now - MINUTE_MS })
    expect(fleetAt([overdue], { judgedAt: now - 2 * MINUTE_MS }).stations).toMatchObject([
      { presence: 'here' },
    ])
  })
})

describe('this station', () => {
  test('is as it is now, whatever the server has of it, under the name that a manager gave it', () => {
    const known = told(2, { name: 'Gate two', unsent: 0, expectedBy: now - MINUTE_MS })
    const { stations } = fleetAt([told(1), known], { here: hereAs(2, { name: 'desk-17', unsent: 4 }) })
    expect(stations.map(({ name }) => name)).toEqual(['Gate 1', 'Gate two'])
    expect(stations[1]).toMatchObject({ isThis: true, presence: 'here', unsent: 4, seenAt: null })
  })

  test('is listed before its first report, in its own warehouse and in no other', () => {
    expect(fleetAt([], { here: hereAs(1) }).stations).toMatchObject([{ isThis: true }])
    expect(fleetAt([], { here: hereAs(1, { warehouseId: yard }) }).stations).toEqual([])
  })
})

test('at risk is what lies at stations of which nothing is heard, also after a goodbye', () => {
  const at = (ms: number) => ({ unsent: 3, oldestUnsentAt: now - ms })
  const { atRisk } = fleetAt([
    told(1, at(9 * MINUTE_MS)),
    told(2, { ...at(5 * MINUTE_MS), expectedBy: now - 1 }),
    told(3, { ...at(7 * MINUTE_MS), expectedBy: null }),
    told(4, { expectedBy: now - 1 }),
  ])
  expect(atRisk).toEqual({ commands: 6, stations: 2, oldestAt: now - 7 * MINUTE_MS })
})

test('people are where they are heard of; who has left stays only while signed in somewhere', () => {
  const gone = { id: UserId.parse('55555555-5555-4555-8555-555555555555'), name: 'Tom' }
  const people = [
    { userId: mia.id, name: 'Mia', role: 'picker' as const },
    { userId: gone.id, name: 'Tom', role: null },
  ]
  const seenAt = now - MINUTE_MS
  const stations = [told(1, { user: mia }), told(2, { user: mia, expectedBy: now - 1, seenAt })]
  expect(fleetAt(stations, {}, people).people).toEqual([
    { userId: mia.id, name: 'Mia', role: 'picker', stations: ['Gate 1'], lastSeenAt: now - SECOND_MS },
  ])
  const withTom = fleetAt([told(3, { user: gone })], {}, people).people
  expect(withTom.map(({ name, lastSeenAt }) => [name, lastSeenAt])).toEqual([
    ['Mia', null],
    ['Tom', now - SECOND_MS],
  ])
})
