import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'
import { prepareOne, type Db, type Statement } from './database.ts'

interface ScopeRecord {
  no: number
  scope: Scope
  epoch: string | null
  seq: number
  serverTime: number | null
}

type ScopeTuple = [no: number, scope: Scope, epoch: string | null, seq: number, serverTime: number | null]

/** The scopes the mirror holds, each with its number (used in every row) and cursor. */
export class ScopeTable {
  private readonly all: Statement<[], ScopeRecord>
  private readonly one: (scope: string) => ScopeRecord | null
  private readonly named: Statement<[no: number], Scope>
  private readonly insert: Statement<[scope: string]>
  private readonly move: Statement<[epoch: string, seq: number, serverTime: number, no: number]>
  private readonly erase: Statement<[no: number]>

  constructor(db: Db) {
    const columns = 'no, scope, epoch, seq, server_time as serverTime'
    this.all = db.prepare(`select ${columns} from scopes order by scope`)
    this.one = prepareOne(
      db,
      `select ${columns} from scopes where scope = ?`,
      (...[no, scope, epoch, seq, serverTime]: ScopeTuple) => ({ no, scope, epoch, seq, serverTime }),
    )
    this.named = db.prepare<[number], Scope>('select scope from scopes where no = ?').pluck()
    this.insert = db.prepare('insert into scopes (scope, epoch, seq) values (?, null, 0)')
    this.move = db.prepare('update scopes set epoch = ?, seq = ?, server_time = ? where no = ?')
    this.erase = db.prepare('delete from scopes where no = ?')
  }

  cursors(): Cursor[] {
    return this.all.all().map(cursorOf)
  }

  cursor(scope: Scope): Cursor {
    const record = this.one(scope)
    return record ? cursorOf(record) : { scope, epoch: null, seq: 0 }
  }

  /** The scope's number, or null when the mirror does not hold it. */
  number(scope: Scope): number | null {
    return this.one(scope)?.no ?? null
  }

  byNumber(no: number): Scope | null {
    return this.named.get(no) ?? null
  }

  /** The scope's number; it gets one when it is new. */
  enter(scope: Scope): number {
    return this.number(scope) ?? Number(this.insert.run(scope).lastInsertRowid)
  }

  moveTo(no: number, epoch: string, seq: number, serverTime: Millis): void {
    this.move.run(epoch, seq, serverTime, no)
  }

  forget(no: number): void {
    this.erase.run(no)
  }
}

/** The server's time is rounded down to the millisecond: never later than it was. */
const cursorOf = ({ scope, epoch, seq, serverTime }: ScopeRecord): Cursor => ({
  scope,
  epoch,
  seq,
  ...(serverTime === null ? {} : { as_of: new Date(serverTime).toISOString() }),
})
