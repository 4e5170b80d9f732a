import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mirrorFolder, owner } from '#test/harness/mirror-data.ts'
import { filled, ModelSite, siteWarehouses, steps } from '#test/harness/random-site.ts'
import type { ListParams, SortDirection, StockFilter, StockSort } from '#shared/protocol/views.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { openForReading } from './open-database.ts'
import { ScopeTable } from './scope-table.ts'
import { mirrorPath } from './sqlite-mirror.ts'
import { StockLists } from './stock-lists.ts'

const filters: readonly StockFilter[] = ['all', 'low', 'out', 'oversold']
const sorts: readonly StockSort[] = ['sku', 'name', 'bin', 'available', 'changed']
const directions: readonly SortDirection[] = ['asc', 'desc']

/** Every list there is, whole, and its windows of one line: what is read from a milestone, and what is not. */
function* everyList(): Iterable<ListParams<'stock.list'>> {
  for (const warehouseId of siteWarehouses)
    for (const filter of filters)
      for (const sort of sorts)
        for (const direction of directions)
          yield { warehouseId, search: '', filter, sort, direction, offset: 0, limit: 100 }
}

test('[D1] every window read from a milestone is that of a list read whole, whatever became of the rows', () => {
  fc.assert(
    fc.property(steps, (life) => {
      const folder = mirrorFolder()
      try {
        const { mirror } = folder.open()
        const db = openForReading(mirrorPath(folder.directory, folder.options.serverUrl, owner), null)
        const scopes = new ScopeTable(db)
        const kept = new StockLists(db, 1)
        const site = new ModelSite()
        for (const step of [filled, ...life]) {
          site.take(step, mirror, (changeset) => kept.changed(changeset))
          for (const params of everyList()) {
            const warehouse = scopes.number(warehouseScope(params.warehouseId))
            const whole = mirror.stockList(params)
            for (let offset = 0; warehouse !== null && offset < whole.total + 1; offset++) {
              const { total, rows } = kept.page(warehouse, { ...params, offset, limit: 1 })
              expect({ total, rows }).toEqual({
                total: whole.total,
                rows: whole.rows.slice(offset, offset + 1),
              })
            }
          }
        }
        db.close()
      } finally {
        folder.remove()
      }
    }),
    { numRuns: 15 },
  )
}, 60_000)
