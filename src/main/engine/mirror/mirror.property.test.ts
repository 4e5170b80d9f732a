import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProductId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { ListParams } from '#shared/protocol/views.ts'
import { id, mirrorFolder, owner } from '#test/harness/mirror-data.ts'
import {
  filled,
  listParams,
  ModelSite,
  productNames,
  siteScopes,
  siteWarehouses,
  steps,
} from '#test/harness/random-site.ts'
import { overlayTables } from './migrations/0003-overlay.ts'
import type { Batch, LocalMirror, MirroredTable } from './mirror.ts'
import { mirrorPath } from './sqlite-mirror.ts'

/* On failure fast-check prints the seed, the path and the smallest life of a site that shows it. */

type Folder = ReturnType<typeof mirrorFolder>

const tables: MirroredTable[] = ['products', 'product_barcodes', 'inventory']

function withMirror(work: (mirror: LocalMirror, folder: Folder) => void): void {
  const folder = mirrorFolder()
  try {
    work(folder.open().mirror, folder)
  } finally {
    folder.remove()
  }
}

test('[M2] whatever is doubled, tried early or delivered backwards, the mirror holds what the server has', () => {
  fc.assert(
    fc.property(steps, (life) => {
      withMirror((mirror) => {
        const site = new ModelSite()
        for (const step of life) site.take(step, mirror, () => undefined)
        for (const table of tables) expect(mirror.rows(table)).toEqual(site.rows(table))
        for (const scope of siteScopes) {
          const { buckets } = mirror.digest(scope)
          const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0)
          const seqSum = buckets.reduce((sum, bucket) => sum + bucket.seq_sum, 0)
          expect({ count, seqSum }).toEqual(site.digest(scope))
        }
      })
    }),
    { numRuns: 60 },
  )
}, 60_000)

/** What the mirror shows of everything equals what the model says of rows and work together. */
function expectShown(
  mirror: LocalMirror,
  site: ModelSite,
  windows: readonly ListParams<'stock.list'>[],
): void {
  for (const warehouseId of siteWarehouses) {
    expect(mirror.summary({ warehouseId })).toEqual(site.summary(warehouseId))
    for (const productId of productNames.map((name) => id<ProductId>(name))) {
      const bins = site.bins(warehouseId, productId)
      expect(mirror.stockDetail({ warehouseId, productId })?.bins ?? null).toEqual(bins)
    }
  }
  for (const params of windows) {
    const { total, rows } = mirror.stockList(params)
    expect({ total, rows }).toEqual(site.list(params))
  }
}

const someWindows = fc.array(listParams, { minLength: 4, maxLength: 4 })

test('[M1] lines, searches, counts and details equal rows and unsettled work together, after every step', () => {
  fc.assert(
    fc.property(steps, someWindows, (life, windows) => {
      withMirror((mirror) => {
        const site = new ModelSite()
        for (const step of [filled, ...life]) {
          site.take(step, mirror, () => undefined)
          expectShown(mirror, site, windows)
        }
      })
    }),
    { numRuns: 80 },
  )
}, 60_000)

/** Everything that is derived, by names instead of the file's own numbers; and how much is drawn. */
function derivedIn(folder: Folder): unknown {
  const db = new Database(mirrorPath(folder.directory, folder.options.serverUrl, owner))
  try {
    const drawn = Object.keys(overlayTables).filter((table) => table !== 'overlay_brought')
    return [
      'select scope, epoch, seq from scopes order by scope',
      `select s.scope, n.id, l.bin, l.bin_key, l.other_bins, l.on_hand, l.allocated, l.free, l.unsent, l.changed_at,
              l.state, l.sku_key, l.name_key
         from stock_line l join scopes s on s.no = l.warehouse join product_no n on n.no = l.product order by 1, 2`,
      `select s.scope, c.state, c.lines, c.units_on_hand from stock_count c join scopes s on s.no = c.warehouse
         where c.lines <> 0 or c.units_on_hand <> 0 order by 1, 2`,
      'select n.id, t.text from product_text t join product_no n using (no) order by 1',
      ...drawn.map((table) => `select * from ${table}`),
    ].map((sql) => db.prepare(sql).all())
  } finally {
    db.close()
  }
}

/** The same mirror; what moves its rows is noted, to be done to another that never heard of any work. */
const noting = (mirror: LocalMirror, noted: ((other: LocalMirror) => unknown)[]): LocalMirror =>
  new Proxy(mirror, {
    get(target, name) {
      if (name === 'apply') {
        return ({ fates, ...batch }: Batch) => {
          noted.push((other) => other.apply(batch))
          return target.apply(fates ? { ...batch, fates } : batch)
        }
      }
      if (name === 'drop') {
        return (scopes: Scope[]) => {
          noted.push((other) => other.drop(scopes))
          return target.drop(scopes)
        }
      }
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })

test('[M3] once all work is settled, the file is what one is that never had any', () => {
  fc.assert(
    fc.property(steps, (life) => {
      withMirror((mirror, folder) => {
        const noted: ((other: LocalMirror) => unknown)[] = []
        const site = new ModelSite()
        const busy = noting(mirror, noted)
        for (const step of [filled, ...life]) site.take(step, busy, () => undefined)
        site.settleAll(busy, () => undefined)
        withMirror((other, otherFolder) => {
          for (const again of noted) again(other)
          for (const scope of siteScopes) expect(mirror.digest(scope)).toEqual(other.digest(scope))
          expect(derivedIn(folder)).toEqual(derivedIn(otherFolder))
        })
      })
    }),
    { numRuns: 60 },
  )
}, 60_000)
