import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mirrorFolder, owner } from '#test/harness/mirror-data.ts'
import { filled, listParams, ModelSite, steps } from '#test/harness/random-site.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { STRETCH } from './milestones.ts'
import { openForReading } from './open-database.ts'
import { ScopeTable } from './scope-table.ts'
import { mirrorPath } from './sqlite-mirror.ts'
import { StockLists } from './stock-lists.ts'

/** No more than are kept at a time. */
const lists = fc.array(listParams, { minLength: 4, maxLength: 8 })

test('[D1] every window of a list that commits were put into is that of a list read anew', () => {
  fc.assert(
    fc.property(steps, lists, fc.constantFrom(0, 1_000), (life, watched, few) => {
      const folder = mirrorFolder()
      try {
        const { mirror } = folder.open()
        const db = openForReading(mirrorPath(folder.directory, folder.options.serverUrl, owner), null)
        const scopes = new ScopeTable(db)
        const kept = new StockLists(db, 1, { ofKept: few, ofUnread: few })
        const site = new ModelSite()
        for (const step of [filled, ...life]) {
          site.take(step, mirror, (changeset) => kept.changed(changeset))
          kept.walkAhead()
          // Sorts what it finds; the other picks it out of the list in every second run.
          const anew = new StockLists(db, STRETCH, { ofKept: 0, ofUnread: 0 })
          for (const params of watched) {
            const warehouse = scopes.number(warehouseScope(params.warehouseId))
            if (warehouse === null) continue
            const whole = anew.page(warehouse, { ...params, offset: 0, limit: 100 })
            for (let offset = 0; offset <= whole.total; offset++) {
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
    { numRuns: 60 },
  )
}, 60_000)
