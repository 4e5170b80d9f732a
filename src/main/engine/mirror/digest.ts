import type { Scope } from '#shared/domain/scope.ts'
import type { Digest } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import type { Db, Statement } from './database.ts'
import type { MirroredTable } from './mirror.ts'
import { mirroredTables } from './row-codec.ts'
import { compareBinary } from './text-keys.ts'

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
  private readonly tables: { table: string; sums: Statement<[number, number], string> }[]
  private readonly foreignTables: Statement<[scope: number], string>
  private readonly foreignSums: Statement<[scope: number, table: string], string>

  constructor(db: Db) {
    db.aggregate('bucket_sums', bucketSums)
    this.tables = mirroredTables.map((table) => ({
      table,
      sums: db
        .prepare<[number, number], string>(
          `select bucket_sums(substr(id, 1, 2), seq)
             from (
               select id, seq from ${idsOf(table)} where scope = ?
               union all
               select id, seq from unreadable where scope = ? and table_name = '${table}'
             )`,
        )
        .pluck(),
    }))
    const known = mirroredTables.map((table) => `'${table}'`).join(', ')
    this.foreignTables = db
      .prepare<[number], string>(
        `select distinct table_name from unreadable where scope = ? and table_name not in (${known})`,
      )
      .pluck()
    this.foreignSums = db
      .prepare<[number, string], string>(
        'select bucket_sums(substr(id, 1, 2), seq) from unreadable where scope = ? and table_name = ?',
      )
      .pluck()
  }

  /** @param no the scope's number, or null when the mirror does not hold it */
  of(no: number | null, scope: Scope, epoch: string | null, head: number): Digest {
    const buckets: Digest['buckets'] = []
    const add = (table: string, sums: string | undefined): void => {
      const read = JSON.parse(must(sums, 'the sums of a table')) as Sum[]
      for (const sum of read.sort(byBucket)) buckets.push({ table, ...sum })
    }
    if (no !== null) {
      for (const { table, sums } of this.tables) add(table, sums.get(no, no))
      for (const table of this.foreignTables.all(no)) add(table, this.foreignSums.get(no, table))
    }
    return { scope, epoch: epoch ?? NO_EPOCH, head, buckets }
  }
}

/** Adds up in one pass over the rows in whatever order they lie: `group by` would sort them all first, at four times the cost. */
function addTo(sums: Map<string, Sum>, bucket: string, seq: number): void {
  const sum = sums.get(bucket)
  if (sum) {
    sum.count += 1
    sum.seq_sum += seq
  } else sums.set(bucket, { bucket, count: 1, seq_sum: seq })
}

const bucketSums = {
  start: () => new Map<string, Sum>(),
  // The package's types know no aggregate of values of another kind than its result.
  step: addTo as never,
  result: (sums: Map<string, Sum>): string => JSON.stringify([...sums.values()]),
}

const byBucket = (a: Sum, b: Sum): number => compareBinary(a.bucket, b.bucket)
