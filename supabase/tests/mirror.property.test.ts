import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { ModelMirror } from './support/model-mirror.ts'
import { startPgliteProject, type PgliteProject } from './support/pglite-project.ts'
import { addMember, addProduct, addUser, addWarehouse, digest, warehouseScope } from './support/site.ts'
import { user, type Sql } from './support/sql.ts'

let project: PgliteProject
let sql: Sql
beforeAll(async () => {
  project = await startPgliteProject()
  sql = project.sql
})
afterAll(() => project.stop())

/* A handful of stations that statements create, rename, delete, re-key and move between two warehouses. */

type Step =
  | { do: 'insert' | 'rename' | 'delete' | 'move' | 'rekey'; rows: number[] }
  | { do: 'swap' }
  | { do: 'touch' }
  | { do: 'pull'; mirror: number; limit: number }

const rows = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('insert' as const), rows }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('rename', 'delete', 'move', 'rekey'), rows }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'swap' }, { do: 'touch' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pull' as const),
      mirror: fc.integer({ min: 0, max: 1 }),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
)

/** Ids of this run's rows end in their number; the run has a prefix of its own. */
const idOf = (run: number, n: number): string =>
  `${String(run).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`

function statement(run: number, warehouses: readonly string[], given: Exclude<Step, { do: 'pull' }>): string {
  const [a, b] = warehouses
  const mine = `id::text like '${String(run).padStart(8, '0')}-%'`
  if (given.do === 'swap') {
    return `update public.stations set warehouse_id = case warehouse_id when '${a}' then '${b}'::uuid else '${a}'::uuid end where ${mine}`
  }
  if (given.do === 'touch') return `update public.stations set name = name where ${mine}`
  const ids = given.rows.map((n) => `'${idOf(run, n)}'`).join(',')
  switch (given.do) {
    case 'insert': {
      const values = given.rows.map((n) => `('${idOf(run, n)}', '${n % 2 === 0 ? a : b}', 'new ${n}')`)
      return `insert into public.stations (id, warehouse_id, name) values ${values.join(',')}
              on conflict (id) do update set name = excluded.name || ' again'`
    }
    case 'rename':
      return `update public.stations set name = name || '!' where id in (${ids})`
    case 'delete':
      return `delete from public.stations where id in (${ids})`
    case 'move':
      return `update public.stations set warehouse_id = '${a}' where id in (${ids})`
    case 'rekey':
      return `update public.stations set id = (left(id::text, 24) || lpad(((right(id::text, 12))::bigint + 100)::text, 12, '0'))::uuid
              where id in (${ids}) and (right(id::text, 12))::bigint < 100
                and not exists (select from public.stations s where right(s.id::text, 12)::bigint >= 100 and s.id::text like '${String(run).padStart(8, '0')}-%')`
  }
}

describe('whatever statements do', () => {
  test('[M3] mirrors that pull now and then end equal to the tables, and to the digest', async () => {
    await addProduct(sql)
    let run = 0
    const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    console.info(`seed ${seed}`)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        run += 1
        const someone = await addUser(sql)
        const warehouses = [await addWarehouse(sql), await addWarehouse(sql)]
        for (const id of warehouses) await addMember(sql, someone, id, 'viewer')
        const mirrors = warehouses.map((id) => new ModelMirror(warehouseScope(id)))
        for (const given of steps) {
          if (given.do === 'pull')
            await must(mirrors[given.mirror], 'a mirror').step(sql, someone, given.limit)
          else await sql.query(statement(run, warehouses, given))
        }
        for (const [n, mirror] of mirrors.entries()) {
          await mirror.catchUp(sql, someone, 3)
          const truth = await sql.query('select * from public.stations where warehouse_id = $1 order by id', [
            warehouses[n],
          ])
          const mirrored = mirror
            .table('stations')
            .sort((x, y) => (String(x['id']) < String(y['id']) ? -1 : 1))
          expect(mirrored).toEqual(truth)
          expect(mirror.digest()).toEqual((await digest(sql, user(someone), mirror.scope)).buckets)
        }
      }),
      { seed, numRuns: 40 },
    )
  })
})
