import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { id, mirrorFolder, owner } from '#test/harness/mirror-data.ts'
import { filled, ModelSite, siteWarehouses, steps } from '#test/harness/random-site.ts'
import { ServerRows } from '#test/harness/server-rows.ts'
import { differingBuckets } from './digest-compare.ts'
import type { Db } from './database.ts'
import type { LocalMirror, MirroredTable } from './mirror.ts'
import { mirrorPath } from './sqlite-mirror.ts'

/* On failure fast-check prints the seed, the path, and the smallest life and damage that show it. */

const tables: MirroredTable[] = ['products', 'product_barcodes', 'inventory']

const keyColumn = (table: MirroredTable): string => (table === 'products' ? 'no' : 'id')

/**
 * What can go wrong with one row that a digest must notice: each changes how many rows there are or what they add up to.
 * `@by` doubles from one to the next, so that no two cancel each other out: to that a count and a sum are blind.
 */
const wrongs = {
  lost: (table) => `delete from ${table} where rowid = @rowid`,
  older: (table) => `update ${table} set seq = seq - @by where rowid = @rowid`,
  newer: (table) => `update ${table} set seq = seq + @by where rowid = @rowid`,
  'beyond the head': (table) => `update ${table} set seq = seq + 100000 * @by where rowid = @rowid`,
  'of another scope': (table) => `update ${table} set scope = scope + 1000 where rowid = @rowid`,
  'older with other values': (table) =>
    ({
      products: `update products set seq = seq - @by, name = 'wrong', reorder_point = 99 where rowid = @rowid`,
      product_barcodes: `update product_barcodes set seq = seq - @by, barcode = 'wrong', product = product + 1 where rowid = @rowid`,
      inventory: `update inventory set seq = seq - @by, quantity_on_hand = 777, product = product + 1 where rowid = @rowid`,
    })[table as 'products' | 'product_barcodes' | 'inventory'],
  'there twice': (table) =>
    `insert or ignore into unreadable select scope, '${table}', @id, seq + 30000 * @by, 'broken' from ${table} where rowid = @rowid`,
} satisfies Record<string, (table: MirroredTable) => string>

const damage = fc.record({
  table: fc.constantFrom(...tables),
  /** Which of the table's rows, counted round. */
  row: fc.nat({ max: 20 }),
  wrong: fc.constantFrom(...(Object.keys(wrongs) as (keyof typeof wrongs)[])),
})
type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never

/** A row that the server never sent. */
const addRow = (db: Db, n: number): void => {
  db.prepare(
    `insert or ignore into inventory
       select ?, scope, ?, product, 'Z-1', 5, 0, changed_at from inventory limit 1`,
  ).run(id(`extra ${n}`), 10_000 * (n + 1))
}

function takeDamage(db: Db, { table, row, wrong }: Damage, by: number): void {
  const of = table === 'products' ? 'products join product_no using (no)' : table
  const rows = db
    .prepare<[], { rowid: number; id: string }>(
      `select ${table}.rowid as rowid, id from ${of} order by ${table}.${keyColumn(table)}`,
    )
    .all()
  const hit = rows[row % Math.max(1, rows.length)]
  if (hit) db.prepare(wrongs[wrong](table)).run({ rowid: hit.rowid, id: hit.id, by })
}

function shown(mirror: LocalMirror) {
  return siteWarehouses.map((warehouseId) => ({
    summary: mirror.summary({ warehouseId }),
    lists: ['', 'mug', '77', 'wrong'].map((search) => {
      const { total, rows } = mirror.stockList({
        ...{ warehouseId, search, filter: 'all', sort: 'name', direction: 'asc', offset: 0, limit: 50 },
      })
      return { total, rows }
    }),
  }))
}

test('[M3] whatever rows are lost, wrong or too many, the differing buckets are found and made what the server has', () => {
  fc.assert(
    fc.property(
      steps,
      fc.array(damage, { minLength: 1, maxLength: 8 }),
      fc.nat({ max: 3 }),
      (life, damages, extras) => {
        const folder = mirrorFolder()
        try {
          const server = new ServerRows()
          const mirror = server.listeningTo(folder.open().mirror)
          const site = new ModelSite()
          for (const step of [filled, ...life]) site.take(step, mirror, () => undefined)
          const before = shown(mirror)

          const db = new Database(mirrorPath(folder.directory, folder.options.serverUrl, owner))
          for (const [n, each] of damages.entries()) takeDamage(db, each, 2 ** n)
          for (let n = 0; n < extras; n++) addRow(db, n)
          db.close()

          for (const scope of server.held()) {
            const differing = differingBuckets(mirror.digest(scope), server.digest(scope))
            const cursor = mirror.cursor(scope)
            expect(mirror.repair(server.repair(scope, differing)).kind).toBe('repaired')
            expect(mirror.cursor(scope)).toEqual(cursor)
          }
          for (const scope of server.held()) {
            expect(differingBuckets(mirror.digest(scope), server.digest(scope))).toEqual([])
          }
          for (const table of tables) expect(mirror.rows(table)).toEqual(site.rows(table))
          expect(shown(mirror)).toEqual(before)

          // And the life of the site goes on.
          site.take(filled, mirror, () => undefined)
          for (const warehouseId of siteWarehouses) {
            expect(mirror.summary({ warehouseId })).toEqual(site.summary(warehouseId))
          }
        } finally {
          folder.remove()
        }
      },
    ),
    { numRuns: 50 },
  )
}, 60_000)
