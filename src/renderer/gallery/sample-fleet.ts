import { EventId } from '#shared/domain/events.ts'
import type { OrderId, ProductId, StationId, UserId } from '#shared/domain/ids.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import { noActivity, type Activity, type ActivityItem } from '#shared/protocol/activity.ts'
import type { Drill, DrillReport, Fleet, FleetStation } from '#shared/protocol/fleet.ts'
import { sampleUser, sampleWarehouses, uuid } from './sample-data.ts'

/* A warehouse's stations on an ordinary afternoon: most are here, one has fallen silent with work on it. */

const people = [
  { userId: sampleUser.id, name: 'Mia Brandt', role: 'supervisor' },
  { userId: uuid(8, 1) as UserId, name: 'Nora Lindqvist', role: 'picker' },
  { userId: uuid(8, 2) as UserId, name: 'Tom Becker', role: 'picker' },
  { userId: uuid(8, 3) as UserId, name: 'Aylin Demir', role: 'picker' },
  { userId: uuid(8, 4) as UserId, name: 'Jonas Weiß', role: 'manager' },
  { userId: uuid(8, 5) as UserId, name: 'Olga Petrova', role: 'viewer' },
] as const

const person = (n: number): FleetStation['user'] => {
  const found = people[n]
  return found ? { id: found.userId, name: found.name } : null
}

function station(n: number, now: Millis, more: Partial<FleetStation>): FleetStation {
  const seenAt = now - (4 + ((n * 7) % 26)) * SECOND_MS
  return {
    id: uuid(9, n) as StationId,
    name: `Station ${n}`,
    kind: 'terminal',
    isThis: false,
    user: null,
    version: '0.1.0',
    link: 'live',
    presence: 'here',
    behind: 0,
    completeAsOf: seenAt,
    unsent: 0,
    oldestUnsentAt: null,
    refused: 0,
    lastScanAt: seenAt - n * 11 * SECOND_MS,
    clockOffsetMs: 40,
    seenAt,
    expectedBy: seenAt + 90 * SECOND_MS,
    ...more,
  }
}

export function sampleFleet(now: Millis): Fleet {
  const silentSince = now - 17 * MINUTE_MS
  const stations = [
    station(1, now, { name: 'Gate 1', user: person(1) }),
    station(2, now, { name: 'Gate 2', user: person(2), unsent: 2, oldestUnsentAt: now - 40 * SECOND_MS }),
    station(3, now, {
      name: 'Gate 3',
      user: person(3),
      presence: 'silent',
      unsent: 12,
      oldestUnsentAt: silentSince - 4 * MINUTE_MS,
      seenAt: silentSince,
      completeAsOf: silentSince,
      lastScanAt: silentSince,
      expectedBy: silentSince + 90 * SECOND_MS,
    }),
    station(4, now, { name: 'Goods in', kind: 'desk', link: 'degraded', refused: 1, user: person(4) }),
    station(5, now, {
      name: 'Office',
      kind: 'desk',
      isThis: true,
      user: person(0),
      seenAt: null,
      expectedBy: null,
    }),
    station(6, now, { name: 'Packing', user: person(2), behind: 42, clockOffsetMs: 754 * SECOND_MS }),
    station(7, now, {
      name: 'Shop window',
      kind: 'kiosk',
      presence: 'closed',
      link: 'stopped',
      version: '0.0.9',
      seenAt: now - 15 * 60 * MINUTE_MS,
      lastScanAt: null,
      expectedBy: null,
    }),
    station(8, now, {
      name: 'Yard',
      presence: 'never',
      link: null,
      version: null,
      behind: null,
      completeAsOf: null,
      lastScanAt: null,
      clockOffsetMs: null,
      seenAt: null,
      expectedBy: null,
    }),
  ]
  return {
    stations,
    people: people.map(({ userId, name, role }) => {
      const theirs = stations.filter(({ user }) => user?.id === userId)
      const seen = theirs.map(({ seenAt }) => seenAt ?? now)
      return {
        userId,
        name,
        role,
        stations: theirs.filter(({ presence }) => presence === 'here').map((found) => found.name),
        lastSeenAt: seen.length > 0 ? Math.max(...seen) : null,
      }
    }),
    atRisk: { commands: 12, stations: 1, oldestAt: silentSince - 4 * MINUTE_MS },
  }
}

export function sampleActivity(now: Millis): Activity {
  const abouts: readonly ActivityItem['about'][] = [
    {
      kind: 'inventory_updated',
      productId: uuid(1, 1) as ProductId,
      product: { sku: '85123A', name: 'T-light' },
      bin: 'A3-04',
      work: 'pick',
    },
    { kind: 'order_status_changed', orderId: uuid(3, 1) as OrderId, number: 'SO-10432', status: 'packed' },
    {
      kind: 'inventory_updated',
      productId: uuid(1, 2) as ProductId,
      product: { sku: '71053', name: 'Lantern' },
      bin: 'B1-11',
      work: 'receive',
    },
    { kind: 'user_activity', what: 'arrived' },
    {
      kind: 'system_alert',
      severity: 'warning',
      text: 'The carrier comes an hour early today.',
      alertId: null,
    },
    {
      kind: 'inventory_updated',
      productId: uuid(1, 3) as ProductId,
      product: { sku: '22871', name: 'Number tile' },
      bin: 'C2-07',
      work: 'count',
    },
    { kind: 'user_activity', what: 'back' },
  ]
  const events = Array.from({ length: 18 }, (_, n): ActivityItem => {
    const who = people[n % people.length]
    return {
      id: EventId.parse(uuid(7, n)),
      at: now - (n * n * 9 + 3) * SECOND_MS,
      from: { userId: who?.userId ?? null, name: who?.name ?? null, stationId: null, station: null },
      to: 'warehouse',
      sentBy: n % 4 === 0 ? 'this-station' : 'another',
      merged: n === 2 ? 14 : 0,
      about: abouts[n % abouts.length] ?? { kind: 'user_activity', what: 'left' },
    }
  })
  return { ...noActivity, events }
}

const caller = {
  alertId: uuid(6, 1) as never,
  warehouseId: sampleWarehouses[0]?.id as never,
  from: 'Jonas Weiß',
}

export const runningDrill = (now: Millis): Drill => ({
  state: { kind: 'running', since: now - 4 * MINUTE_MS, until: now + 11 * MINUTE_MS, calledBy: caller },
  report: null,
})

export const drillReport = (now: Millis): DrillReport => ({
  startedAt: now - 17 * MINUTE_MS,
  endedAt: now - 2 * MINUTE_MS,
  endedBy: 'time',
  calledBy: caller,
  offlineMs: 15 * MINUTE_MS,
  done: 34,
  oldestMs: 14 * MINUTE_MS + 20 * SECOND_MS,
  liveAfterMs: 900,
  sentAfterMs: 2_400,
  refused: 1,
  figures: 'equal',
})
