import type { Scope } from '#shared/domain/scope.ts'
import type { Digest } from '#shared/protocol/server.ts'
import type { Db, Statement } from './database.ts'
import type { MirroredTable } from './mirror.ts'
import { mirroredTables } from './row-codec.ts'

type Sum = Omit<Digest['buckets'][number], 'table'>

/** Equals no epoch the server would give: the digest of a scope that is not held agrees with nothing. */
const NO_EPOCH = '00000000-0000-0000-0000-000000000000'

/** Products keep their id where their number is. */
export const idsOf = (table: MirroredTable): string =>
  table === 'products' ? 'products join product_no using (no)' : table

/**
 * What the mirror holds of a scope, per table and first byte of the id, computed from the rows themselves: a kept sum
 * would go on agreeing with the server after the rows were lost. Unreadable rows are counted like any others.
 */
export class Digests {
  private readonly tables: { table: string; sums: Statement<[number, number], Sum> }[]
  private readonly foreignTables: Statement<[scope: number], string>
  private readonly foreignSums: Statement<[scope: number, table: string], Sum>

  constructor(db: Db) {
    this.tables = mirroredTables.map((table) => ({
      table,
      sums: db.prepare(`
        select substr(id, 1, 2) as bucket, count(*) as count, sum(seq) as seq_sum
          from (
            select id, seq from ${idsOf(table)} where scope = ?
            union all
            select id, seq from unreadable where scope = ? and table_name = '${table}'
          )
          group by bucket order by bucket`),
    }))
    const known = mirroredTables.map((table) => `'${table}'`).join(', ')
    this.foreignTables = db
      .prepare<[number], string>(
        `select distinct table_name from unreadable where scope = ? and table_name not in (${known})`,
      )
      .pluck()
    this.foreignSums = db.prepare(`
      select substr(id, 1, 2) as bucket, count(*) as count, sum(seq) as seq_sum
        from unreadable where scope = ? and table_name = ? group by bucket order by bucket`)
  }

  /** @param no the scope's number, or null when the mirror does not hold it */
  of(no: number | null, scope: Scope, epoch: string | null, head: number): Digest {
    const buckets: Digest['buckets'] = []
    if (no !== null) {
      for (const { table, sums } of this.tables) {
        for (const sum of sums.all(no, no)) buckets.push({ table, ...sum })
      }
      for (const table of this.foreignTables.all(no)) {
        for (const sum of this.foreignSums.all(no, table)) buckets.push({ table, ...sum })
      }
    }
    return { scope, epoch: epoch ?? NO_EPOCH, head, buckets }
  }
}
