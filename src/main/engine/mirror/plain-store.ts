import type { RowOf } from '#shared/domain/rows.ts'
import type { Db, SqlValue, Statement } from './database.ts'
import { plainTables, type PlainSpec, type PlainTable } from './plain-tables.ts'

/** Rows of one plain table: a newer `seq` replaces an older one, never the other way round [M2]. */
export class PlainStore<T extends PlainTable> {
  private readonly spec: PlainSpec<T>
  private readonly upsert: Statement
  private readonly erase: Statement<[id: string, scope: number, seq: number]>
  private readonly all: Statement<[], Record<string, SqlValue>>

  constructor(db: Db, table: T) {
    this.spec = plainTables[table]
    const columns = [...this.spec.columns, ...this.spec.derived.map(({ name }) => name)]
    this.upsert = db.prepare(`
      insert into ${table} (id, scope, seq, ${columns.join(', ')})
      values (?, ?, ?, ${columns.map(() => '?').join(', ')})
      on conflict (id, scope) do update
        set seq = excluded.seq, ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
        where excluded.seq > seq`)
    this.erase = db.prepare(`delete from ${table} where id = ? and scope = ? and seq < ?`)
    this.all = db.prepare(`select id, ${this.spec.columns.join(', ')} from ${table} order by id`)
  }

  /** @returns whether anything changed */
  put(scope: number, seq: number, row: RowOf<T>): boolean {
    const values = this.spec.columns.map((column) => this.stored(row, column))
    const derived = this.spec.derived.map(({ of }) => of(row))
    return this.upsert.run(row.id, scope, seq, ...values, ...derived).changes > 0
  }

  /** @returns whether anything changed */
  remove(scope: number, seq: number, id: string): boolean {
    return this.erase.run(id, scope, seq).changes > 0
  }

  rows(): RowOf<T>[] {
    return this.all.all().map((row) => {
      const read: Record<string, unknown> = { ...row }
      for (const column of this.spec.json) read[column] = JSON.parse(String(row[column]))
      return read as RowOf<T>
    })
  }

  private stored(row: RowOf<T>, column: keyof RowOf<T> & string): SqlValue {
    const value: unknown = row[column]
    return this.spec.json.includes(column) ? JSON.stringify(value) : (value as SqlValue)
  }
}
