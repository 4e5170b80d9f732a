import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mirrorFolder, north, owner } from '#test/harness/mirror-data.ts'
import { filled, listParams, ModelSite, steps } from '#test/harness/random-site.ts'
import { warehouseScope } from '#shared/domain/scope.ts'
import { must } from '#shared/lib/must.ts'
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

test('however many lists were read, the way to their middles is gone once', () => {
  const folder = mirrorFolder()
  try {
    const { mirror } = folder.open()
    const db = openForReading(mirrorPath(folder.directory, folder.options.serverUrl, owner), null)
    const lists = new StockLists(db, 1)
    new ModelSite().take(filled, mirror, (changeset) => lists.changed(changeset))
    const warehouse = must(new ScopeTable(db).number(warehouseScope(north)), 'the warehouse')
    for (const filter of ['all', 'low', 'out', 'oversold'] as const)
      for (const sort of ['sku', 'name', 'bin', 'available', 'changed'] as const)
        lists.page(warehouse, { ...{ warehouseId: north, search: '', filter, sort }, ...first })
    let steps = 0
    while (lists.walkAhead() && steps < 1_000) steps += 1
    expect(steps).toBeGreaterThan(0)
    expect(steps).toBeLessThan(100)
    expect(lists.walkAhead()).toBe(false)
    db.close()
  } finally {
    folder.remove()
  }
})

const first = { direction: 'asc', offset: 0, limit: 1 } as const
