import type { Bucket, Change } from '#shared/protocol/server.ts'
import type { BaseTables } from './base-tables.ts'
import type { ChangeWriter } from './change-writer.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import { idsOf } from './digest.ts'
import type { Repair } from './mirror.ts'
import { isMirrored, mirroredTables } from './row-codec.ts'
import type { Touched } from './touched.ts'
import type { UnreadableRows } from './unreadable-rows.ts'

interface Range {
  scope: number
  from: string
  before: string
}

type BucketStatement = Statement<[Range], SqlValue[]>

/** Puts buckets right, one after the other: memory is needed for one of them at a time. */
export class BucketRepair {
  private readonly base: BaseTables
  private readonly unreadable: UnreadableRows
  private readonly changes: ChangeWriter
  private readonly rowsOf: ReadonlyMap<string, BucketStatement>
  private readonly unreadableOf: Statement<[Range & { table: string }], SqlValue[]>

  constructor(db: Db, base: BaseTables, unreadable: UnreadableRows, changes: ChangeWriter) {
    this.base = base
    this.unreadable = unreadable
    this.changes = changes
    const bucket = 'scope = @scope and id >= @from and id < @before'
    this.rowsOf = new Map(
      mirroredTables.map((table) => [
        table,
        db.prepare<[Range], SqlValue[]>(`select id, * from ${idsOf(table)} where ${bucket}`).raw(),
      ]),
    )
    this.unreadableOf = db
      .prepare<[Range & { table: string }], SqlValue[]>(
        `select id, * from unreadable where table_name = @table and ${bucket}`,
      )
      .raw()
  }

  /**
   * What is held of the buckets is taken out whatever its number, for a wrong number may be higher than any right one, and
   * what the server has is put in.
   * @returns how many rows are another than before
   */
  repair(no: number, { scope, buckets, changes }: Repair, touched: Touched): number {
    const wanted = byBucket(changes)
    let rows = 0
    for (const bucket of buckets) {
      const theirs = wanted.get(keyOf(bucket.table, bucket.bucket)) ?? []
      const before = this.held(no, bucket)
      const ids = new Set([...before.keys(), ...theirs.map(({ id }) => id)])
      for (const id of ids) this.takeOut(no, bucket.table, id, touched)
      this.changes.writeAll(no, scope, theirs, touched)
      const after = this.held(no, bucket)
      for (const id of ids) if (before.get(id) !== after.get(id)) rows += 1
    }
    return rows
  }

  private takeOut(no: number, table: string, id: string, touched: Touched): void {
    if (isMirrored(table)) this.base.evict(table, no, id, touched)
    this.unreadable.remove(no, table, id)
  }

  /** Everything held of a bucket by id, unreadable rows too, each in a form that can be compared. */
  private held(scope: number, { table, bucket }: Bucket): Map<string, string> {
    const range = { scope, from: bucket, before: bucket + AFTER_ANY_CHARACTER }
    const held = new Map<string, string>()
    const rows = [
      ...(this.rowsOf.get(table)?.all(range) ?? []),
      ...this.unreadableOf.all({ ...range, table }),
    ]
    for (const row of rows) {
      const id = String(row[0])
      held.set(id, (held.get(id) ?? '') + JSON.stringify(row))
    }
    return held
  }
}

const AFTER_ANY_CHARACTER = '\u{10ffff}'

const keyOf = (table: string, bucket: string): string => `${table}/${bucket}`

function byBucket(changes: readonly Change[]): Map<string, Change[]> {
  const buckets = new Map<string, Change[]>()
  for (const change of changes) {
    const key = keyOf(change.table, change.id.slice(0, 2))
    const bucket = buckets.get(key)
    if (bucket) bucket.push(change)
    else buckets.set(key, [change])
  }
  return buckets
}
