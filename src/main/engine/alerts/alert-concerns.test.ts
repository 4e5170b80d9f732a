import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ViewSpec } from '#shared/protocol/views.ts'
import type { Change } from '#shared/protocol/server.ts'
import {
  alert,
  Feed,
  mirrorFolder,
  north,
  owner,
  ownerScope,
  note,
  person,
  product,
  receipt,
  station,
  stock,
  id,
} from '#test/harness/mirror-data.ts'
import { createAlertReader } from './alert-reader.ts'
import { concernsAlerts } from './alert-concerns.ts'

/* A view that is told a commit does not concern it shows the same after it. */

const NOW = Date.parse('2026-11-22T12:00:00Z')
const facts = { here: null, judgedAt: NOW }
const window = { offset: 0, limit: 20 }
const views = [
  ...(['open', 'stock', 'stations', 'messages', 'acknowledged'] as const).map((filter) => ({
    name: 'alerts.list' as const,
    params: { warehouseId: north, filter, ...window },
  })),
  { name: 'exceptions.list' as const, params: { warehouseId: north, kind: null, ...window } },
  { name: 'alerts.summary' as const, params: { warehouseId: north } },
  { name: 'alerts.detail' as const, params: { warehouseId: north, id: `low/${id('mug')}` } },
  { name: 'alerts.detail' as const, params: { warehouseId: north, id: id('alert a') } },
  { name: 'alerts.asking' as const, params: {} },
]

const change = fc.oneof(
  fc.record({
    what: fc.constant('stock'),
    of: fc.constantFrom('mug', 'cup'),
    n: fc.integer({ min: -2, max: 20 }),
  }),
  fc.record({
    what: fc.constantFrom('alert', 'receipt', 'person', 'station', 'note', 'product', 'acknowledgement'),
    of: fc.constantFrom('mug', 'cup'),
    n: fc.integer({ min: 0, max: 9 }),
  }),
)

const row = ({ what, of, n }: { what: string; of: string; n: number }): [string, Record<string, unknown>] => {
  switch (what) {
    case 'stock':
      return ['inventory', stock(of, n)]
    case 'alert': {
      const kind = ['message', 'short_pick', 'negative_stock'][n % 3]
      return ['alerts', alert(of === 'mug' ? 'a' : 'b', { kind, message: `${n}`, raised_by: id('user Mo') })]
    }
    case 'receipt':
      return ['alert_receipts', receipt(of === 'mug' ? 'a' : 'b', { answer: n % 2 ? 'seen' : 'accepted' })]
    case 'person':
      return ['people', person('Mo', { display_name: `Mo ${n}` })]
    case 'station': {
      const expected_by = n % 2 ? '2026-11-22T11:00:00+00:00' : null
      return ['stations', station(of, { seen_at: '2026-11-22T10:00:00+00:00', expected_by })]
    }
    case 'acknowledgement':
      return [
        'alerts',
        alert(`word ${n}`, {
          ...{ kind: 'low', key: `low/${id(of)}`, acknowledged_by: owner },
          acknowledged_at: '2026-11-22T11:00:00+00:00',
        }),
      ]
    case 'note':
      return ['notifications', note(`${n}`)]
    default:
      return ['products', product(of, { name: `${of} ${n}` })]
  }
}

test('[D1] no commit changes what a view shows that it is said not to concern', () => {
  let spared = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const folder = mirrorFolder()
      try {
        const { mirror } = folder.open()
        const feed = new Feed()
        mirror.apply(feed.site(['products', product('mug')], ['products', product('cup')]))
        mirror.apply(feed.north(['inventory', stock('mug', 9)], ['inventory', stock('cup', 9)]))
        const reader = createAlertReader({ mirror, work: null })
        const shown = (view: ViewSpec): unknown => {
          switch (view.name) {
            case 'alerts.list':
              return reader.list(view.params, facts)
            case 'exceptions.list':
              return reader.exceptions(view.params, facts)
            case 'alerts.summary':
              return reader.summary(view.params, facts)
            case 'alerts.detail':
              return reader.detail(view.params, facts)
            default:
              return reader.asking(facts)
          }
        }
        for (const given of changes) {
          const before = views.map(shown)
          const [table, of] = row(given)
          const batch =
            table === 'products'
              ? feed.site([table, of])
              : feed.batch(table === 'notifications' ? ownerScope : feed.north().scope, [[table, of]])
          const applied = mirror.apply(batch satisfies { changes: readonly Change[] })
          if (applied.kind !== 'applied') throw new Error('A gap.')
          for (const [n, view] of views.entries()) {
            if (concernsAlerts(view, applied.changeset)) continue
            spared += 1
            expect([view, shown(view)]).toEqual([view, before[n]])
          }
        }
      } finally {
        folder.remove()
      }
    }),
    { numRuns: 40 },
  )
  expect(spared).toBeGreaterThan(100)
})
