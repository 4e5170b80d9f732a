import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Command } from '#shared/domain/commands.ts'
import type { StationId } from '#shared/domain/ids.ts'
import { stockState } from '#shared/domain/stock.ts'
import type { AlertFilter } from '#shared/protocol/alerts.ts'
import {
  alert,
  Feed,
  id,
  mirrorFolder,
  north,
  owner,
  person,
  product,
  receipt,
  station,
  stock,
} from '#test/harness/mirror-data.ts'
import { createAlertReader } from './alert-reader.ts'

/* Whatever the rows are: the lists are those that somebody would write down who looks at every row. */

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HOUR = 3_600_000
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString().replace('Z', '+00:00')

const hour = fc.integer({ min: 1, max: 60 })
const world = fc.record({
  stock: fc.array(
    fc.record({ onHand: fc.integer({ min: -3, max: 12 }), allocated: fc.integer({ min: 0, max: 8 }), hour }),
    { maxLength: 14 },
  ),
  alerts: fc.array(
    fc.record({
      kind: fc.constantFrom(
        'negative_stock',
        'short_pick',
        'count_task',
        'unknown_code',
        'message',
        'drill',
        'strange',
      ),
      severity: fc.constantFrom('info', 'warning', 'critical'),
      hour,
      acknowledged: fc.boolean(),
      unsentWord: fc.constantFrom('none', 'none', 'acknowledge', 'answer'),
      receipt: fc.boolean(),
      raisedHere: fc.boolean(),
    }),
    { maxLength: 14 },
  ),
  /** Words on computed alerts: of a product by number, for a state that may or may not be its own. */
  words: fc.array(
    fc.record({
      of: fc.nat(13),
      state: fc.constantFrom('low', 'out', 'oversold'),
      hour: fc.integer({ min: 1, max: 40 }),
      sent: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
  stations: fc.array(
    fc.record({
      overdueHours: fc.constantFrom(null, -1, 2, 300),
      unsent: fc.constantFrom(0, 4),
      behind: fc.constantFrom(0, 600),
      offsetMs: fc.constantFrom(null, 1_000, -130_000),
    }),
    { maxLength: 4 },
  ),
  window: fc.record({ offset: fc.nat(20), limit: fc.integer({ min: 1, max: 12 }) }),
})
type World = typeof world extends fc.Arbitrary<infer W> ? W : never

const here = id<StationId>('station Here')
const nameOf = (n: number): string => `p${String(n).padStart(2, '0')}`

/** In the order of the whole list, without windows and indexes. */
function naive(given: World, filter: AlertFilter): string[] {
  const told = given.alerts.map((row, n) => {
    const at = NOW - row.hour * HOUR - n
    const isSaid = row.kind === 'message' || row.kind === 'drill'
    const asks =
      isSaid &&
      !row.acknowledged &&
      row.hour < 24 &&
      !row.receipt &&
      row.unsentWord !== 'answer' &&
      !(row.raisedHere && row.kind === 'message')
    return {
      ...row,
      ...{ at, isSaid, asks },
      id: id(`alert ${n}`),
      isClosed: row.acknowledged || row.unsentWord === 'acknowledge',
    }
  })
  const newest = (first: (row: (typeof told)[number]) => boolean) => (rows: typeof told) =>
    [...rows]
      .sort((a, b) => Number(first(b)) - Number(first(a)) || b.at - a.at || (a.id < b.id ? 1 : -1))
      .map((row) => row.id)
  const pressing = newest((row) => row.severity === 'critical' || row.asks)
  const plainly = newest((row) => row.severity === 'critical')

  const isAcknowledged = (n: number, state: string): boolean =>
    given.words.some((word) => word.of === n && word.state === state && (!word.sent || word.hour < 24))
  const short = given.stock.map((row, n) => ({
    ...row,
    n,
    state: stockState(row.onHand, row.allocated, 5),
    at: NOW - row.hour * HOUR,
  }))
  const stock = (wanted: boolean): string[] =>
    ['oversold', 'out', 'low'].flatMap((state) =>
      short
        .filter((row) => row.state === state && isAcknowledged(row.n, state) === wanted)
        .sort((a, b) => b.at - a.at || b.n - a.n)
        .map(({ n }) => `${state}/${id(nameOf(n))}`),
    )
  const stations = given.stations.flatMap((row, n) => {
    const about = id(`station S${n}`)
    const isHere = row.overdueHours !== null && row.overdueHours < 0
    const isSilent = row.overdueHours !== null && !isHere && (row.unsent > 0 || row.overdueHours < 168)
    return [
      ...(isSilent ? [`silent/${about}`] : []),
      ...(isHere && row.behind > 0 ? [`behind/${about}`] : []),
      ...(isHere && row.offsetMs === -130_000 ? [`clock/${about}`] : []),
    ]
  })
  switch (filter) {
    case 'open':
      return [...pressing(told.filter((row) => !row.isClosed)), ...stations, ...stock(false)]
    case 'stock':
      return [
        ...pressing(
          told.filter(({ kind, isClosed }) => !isClosed && ['negative_stock', 'count_task'].includes(kind)),
        ),
        ...stock(false),
      ]
    case 'stations':
      return stations
    case 'messages':
      return plainly(told.filter((row) => row.isSaid))
    case 'acknowledged':
      return [...stock(true), ...plainly(told.filter((row) => row.isClosed))]
  }
}

function fill(given: World, folder: ReturnType<typeof mirrorFolder>) {
  const { mirror } = folder.open()
  const feed = new Feed()
  const unsettled: { command: Command; keptAt: number }[] = []
  const say = (command: object): void => void unsettled.push({ command: command as Command, keptAt: NOW })
  mirror.apply(
    feed.site(
      ...given.stock.map((_, n) => ['products', product(nameOf(n))] as [string, Record<string, unknown>]),
    ),
  )
  const rows: [string, Record<string, unknown>][] = [
    ['people', person('Ines', { user_id: owner })],
    ['stations', station('Here')],
  ]
  for (const [n, { onHand, allocated, hour: at }] of given.stock.entries())
    rows.push(['inventory', stock(nameOf(n), onHand, { quantity_allocated: allocated, changed_at: ago(at) })])
  for (const [n, row] of given.alerts.entries()) {
    const told = alert(String(n), {
      kind: row.kind,
      severity: row.severity,
      created_at: new Date(NOW - row.hour * HOUR - n).toISOString(),
      acknowledged_at: row.acknowledged ? ago(0) : null,
      ...(row.raisedHere ? { raised_by: owner, raised_at_station: here } : { raised_by: id('user Mo') }),
    })
    rows.push(['alerts', told])
    if (row.receipt) rows.push(['alert_receipts', receipt(String(n), { station_id: here })])
    const command = {
      warehouse_id: north,
      alert_id: told['id'],
      note: null,
      key: null,
      answer: 'seen',
      facts: null,
    }
    if (row.unsentWord === 'acknowledge') say({ ...command, kind: 'alert.acknowledge' })
    if (row.unsentWord === 'answer') say({ ...command, kind: 'alert.confirm' })
  }
  for (const [n, { of, state, hour: at, sent }] of given.words.entries()) {
    const key = `${state}/${id(nameOf(of))}`
    if (sent)
      rows.push([
        'alerts',
        alert(`word ${n}`, {
          kind: state,
          key,
          created_at: ago(at),
          acknowledged_at: ago(at),
          acknowledged_by: owner,
        }),
      ])
    else say({ kind: 'alert.acknowledge', warehouse_id: north, alert_id: null, key, note: null })
  }
  for (const [n, row] of given.stations.entries()) {
    const seen = { seen_at: ago(1), complete_as_of: ago(1), unsent: row.unsent, behind: row.behind }
    rows.push([
      'stations',
      station(`S${n}`, {
        ...seen,
        clock_offset_ms: row.offsetMs,
        expected_by: row.overdueHours === null ? null : ago(row.overdueHours),
      }),
    ])
  }
  mirror.apply(feed.north(...rows))
  return {
    mirror,
    reader: createAlertReader({
      mirror,
      work: {
        unsettled: () => unsettled,
        list: () => ({ total: 0, rows: [] }),
        summary: () => ({ unsent: 0, oldestUnsentAt: null, refused: 0, unsentOfOthers: 0 }),
      },
    }),
  }
}

const facts = {
  here: {
    ...{ id: here, name: 'Here', kind: 'desk' as const, user: null, version: null, link: 'live', behind: 0 },
    ...{ completeAsOf: NOW, unsent: 0, oldestUnsentAt: null, refused: 0, lastScanAt: null, clockOffsetMs: 0 },
    warehouseId: north,
  },
  judgedAt: NOW,
}

test('every list of alerts is the one that looking at every row would give, in any window', () => {
  fc.assert(
    fc.property(world, (given) => {
      const folder = mirrorFolder()
      try {
        const { reader } = fill(given, folder)
        const { offset, limit } = given.window
        for (const filter of ['open', 'stock', 'stations', 'messages', 'acknowledged'] as const) {
          const expected = naive(given, filter)
          const whole = reader.list({ warehouseId: north, filter, offset: 0, limit: 500 }, facts)
          expect([filter, whole.rows.map((row) => row.id)]).toEqual([filter, expected])
          const page = reader.list({ warehouseId: north, filter, offset, limit }, facts)
          expect(page.total).toBe(expected.length)
          expect(page.rows).toEqual(whole.rows.slice(offset, offset + limit))
          for (const row of whole.rows)
            expect(reader.detail({ warehouseId: north, id: row.id }, facts)?.alert).toEqual(row)
        }
        const open = naive(given, 'open')
        const count = (start: string): number => open.filter((one) => one.startsWith(start)).length
        const summary = reader.summary({ warehouseId: north }, facts)
        expect(summary).toMatchObject({
          low: count('low/'),
          out: count('out/'),
          oversold: count('oversold/'),
        })
        expect(summary.low + summary.out + summary.oversold + summary.others).toBe(open.length)
      } finally {
        folder.remove()
      }
    }),
    { numRuns: 60 },
  )
})
