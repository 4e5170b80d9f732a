import type { Db, Statement } from './database.ts'

/** Changes we could not read. They stand in for their rows in the digest, which counts what the server has. */
export class UnreadableRows {
  private readonly upsert: Statement<[scope: number, table: string, id: string, seq: number, problem: string]>
  private readonly erase: Statement<[scope: number, table: string, id: string]>
  private readonly anyOf: Statement<[scope: number], number>
  private readonly scopesWith: Statement<[], number>

  constructor(db: Db) {
    this.upsert = db.prepare(`
      insert into unreadable (scope, table_name, id, seq, problem) values (?, ?, ?, ?, ?)
      on conflict (scope, table_name, id) do update set seq = excluded.seq, problem = excluded.problem
        where excluded.seq > seq`)
    this.erase = db.prepare('delete from unreadable where scope = ? and table_name = ? and id = ?')
    this.anyOf = db.prepare<[number], number>('select 1 from unreadable where scope = ? limit 1').pluck()
    this.scopesWith = db.prepare<[], number>('select distinct scope from unreadable').pluck()
  }

  has(scope: number): boolean {
    return this.anyOf.get(scope) !== undefined
  }

  /** Numbers of the scopes with at least one. */
  scopes(): number[] {
    return this.scopesWith.all()
  }

  put(scope: number, table: string, id: string, seq: number, problem: string): void {
    this.upsert.run(scope, table, id, seq, problem)
  }

  remove(scope: number, table: string, id: string): void {
    this.erase.run(scope, table, id)
  }
}
