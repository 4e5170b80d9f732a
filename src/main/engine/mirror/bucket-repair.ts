import type { Bucket, Change } from '#shared/protocol/server.ts'
import type { BaseTables } from './base-tables.ts'
import type { ChangeWriter } from './change-writer.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import { idsOf } from './digest.ts'
import type { Repair } from './mirror.ts'
import { isMirrored, mirroredTables } from './row-codec.ts'
import { atOnce } from './steps.ts'
import type { Touched } from './touched.ts'
import type { UnreadableRows } from './unreadable-rows.ts'

interface Range {
  scope: number
  from: string
  before: string
}

interface TableStatements {
  rows: Statement<[Range], SqlValue[]>
  /** Rows of scopes that are not held: no digest counts them, but views read them. */
  strays: Statement<[Range], { id: string; scope: number }>
}

/** Puts buckets right, one after the other: memory is needed for one of them at a time. */
export class BucketRepair {
  private readonly base: BaseTables
  private readonly unreadable: UnreadableRows
  private readonly changes: ChangeWriter
  private readonly tables: ReadonlyMap<string, TableStatements>
  private readonly unreadableOf: Statement<[Range & { table: string }], SqlValue[]>

  constructor(db: Db, base: BaseTables, unreadable: UnreadableRows, changes: ChangeWriter) {
    this.base = base
    this.unreadable = unreadable
    this.changes = changes
    const bucket = 'id >= @from and id < @before'
    this.tables = new Map(
      mirroredTables.map((table) => [
        table,
        {
          rows: db
            .prepare<[Range], SqlValue[]>(
              `select id, * from ${idsOf(table)} where scope = @scope and ${bucket}`,
            )
            .raw(),
          strays: db.prepare<[Range], { id: string; scope: number }>(
            `select id, scope from ${idsOf(table)} where scope not in (select no from scopes) and ${bucket}`,
          ),
        },
      ]),
    )
    this.unreadableOf = db
      .prepare<[Range & { table: string }], SqlValue[]>(
        `select id, * from unreadable where table_name = @table and scope = @scope and ${bucket}`,
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
      this.takeOutStrays(no, bucket, touched)
      const before = this.held(no, bucket)
      const ids = new Set([...before.keys(), ...theirs.map(({ id }) => id)])
      for (const id of ids) this.takeOut(no, bucket.table, id, touched)
      atOnce(this.changes.writeAll(no, scope, theirs, touched))
      const after = this.held(no, bucket)
      for (const id of ids) if (before.get(id) !== after.get(id)) rows += 1
    }
    return rows
  }

  private takeOut(no: number, table: string, id: string, touched: Touched): void {
    if (isMirrored(table)) this.base.evict(table, no, id, touched)
    this.unreadable.remove(no, table, id)
  }

  private takeOutStrays(no: number, { table, bucket }: Bucket, touched: Touched): void {
    const strays = this.tables.get(table)?.strays.all(range(no, bucket)) ?? []
    for (const { id, scope } of strays) if (isMirrored(table)) this.base.evict(table, scope, id, touched)
  }

  /** Everything held of a bucket by id, unreadable rows too, each in a form that can be compared. */
  private held(scope: number, { table, bucket }: Bucket): Map<string, string> {
    const within = range(scope, bucket)
    const readable = this.tables.get(table)?.rows.all(within) ?? []
    const held = new Map<string, string>()
    for (const row of [...readable, ...this.unreadableOf.all({ ...within, table })]) {
      const id = String(row[0])
      held.set(id, (held.get(id) ?? '') + JSON.stringify(row))
    }
    return held
  }
}

const AFTER_ANY_CHARACTER = '\u{10ffff}'

const range = (scope: number, bucket: string): Range => ({
  scope,
  from: bucket,
  before: bucket + AFTER_ANY_CHARACTER,
})

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
