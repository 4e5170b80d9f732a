import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mirrorFolder } from '#test/harness/mirror-data.ts'
import {
  filled,
  listParams,
  ModelSite,
  siteScopes,
  siteWarehouses,
  steps,
} from '#test/harness/random-site.ts'
import type { LocalMirror, MirroredTable } from './mirror.ts'

/* On failure fast-check prints the seed, the path and the smallest life of a site that shows it. */

const tables: MirroredTable[] = ['products', 'product_barcodes', 'inventory']

function withMirror(work: (mirror: LocalMirror) => void): void {
  const folder = mirrorFolder()
  try {
    work(folder.open().mirror)
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

test('[M1] stock lines, searches and counts equal what the base rows say, after every step', () => {
  fc.assert(
    fc.property(steps, fc.array(listParams, { minLength: 4, maxLength: 4 }), (life, windows) => {
      withMirror((mirror) => {
        const site = new ModelSite()
        for (const step of [filled, ...life]) {
          site.take(step, mirror, () => undefined)
          for (const warehouseId of siteWarehouses) {
            expect(mirror.summary({ warehouseId })).toEqual(site.summary(warehouseId))
          }
          for (const params of windows) {
            const { total, rows } = mirror.stockList(params)
            expect({ total, rows }).toEqual(site.list(params))
          }
        }
      })
    }),
    { numRuns: 60 },
  )
}, 60_000)
