import type { MutationId } from '#shared/domain/ids.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Db, Statement } from '../database.ts'
import type { DrawnCommand } from '../mirror.ts'
import type { ScopeTable } from '../scope-table.ts'
import type { DrawnIndex } from './drawn-index.ts'

type Head = DrawnCommand['settles'][number]

/**
 * The heads that acknowledged commands wait for. One has come when the scope's cursor is there, and when the scope started over
 * since the acknowledgement: the new history has all acknowledged work, but may number it otherwise. Of a scope that is not
 * held nothing is shown, and when it is held again it comes whole. What has come once is noted, and never waited for again.
 */
export class Heads {
  private readonly scopes: ScopeTable
  private readonly index: DrawnIndex
  private readonly insert: Statement<[command: number, scope: Scope, seq: number]>
  private readonly clearOf: Statement<[command: number], Scope>
  private readonly noteUpTo: Statement<[scope: Scope, seq: number]>
  private readonly takeUpTo: Statement<[scope: Scope, seq: number], number>
  private readonly anyOf: Statement<[command: number], number>
  private readonly note: Statement<[id: MutationId, scope: Scope]>
  private readonly isNoted: Statement<[id: MutationId, scope: Scope], number>
  private readonly forget: Statement<[ids: string]>

  constructor(db: Db, scopes: ScopeTable, index: DrawnIndex) {
    this.scopes = scopes
    this.index = index
    this.insert = db.prepare('insert into overlay_heads (command, scope, seq) values (?, ?, ?)')
    this.clearOf = db
      .prepare<[number], Scope>('delete from overlay_heads where command = ? returning scope')
      .pluck()
    this.noteUpTo = db.prepare(`
      insert or ignore into overlay_brought (id, scope)
        select c.id, h.scope from overlay_heads h cross join overlay_commands c on c.no = h.command
          where h.scope = ? and h.seq <= ?`)
    this.takeUpTo = db
      .prepare<[Scope, number], number>(
        'delete from overlay_heads where scope = ? and seq <= ? returning command',
      )
      .pluck()
    this.anyOf = db.prepare<[number], number>('select 1 from overlay_heads where command = ? limit 1').pluck()
    this.note = db.prepare('insert or ignore into overlay_brought (id, scope) values (?, ?)')
    this.isNoted = db
      .prepare<[MutationId, Scope], number>('select 1 from overlay_brought where id = ? and scope = ?')
      .pluck()
    this.forget = db.prepare('delete from overlay_brought where id not in (select value from json_each(?))')
  }

  /** The heads that have not come. */
  awaited({ id, settles }: DrawnCommand): Head[] {
    return settles.filter((head) => {
      if (this.isNoted.get(id, head.scope) !== undefined) return false
      if (!this.isHere(head)) return true
      this.note.run(id, head.scope)
      return false
    })
  }

  isWaiting(command: number): boolean {
    return this.anyOf.get(command) !== undefined
  }

  put(command: number, heads: readonly Head[]): void {
    for (const { scope, seq } of heads) {
      this.insert.run(command, scope, seq)
      this.index.heads(scope, 1)
    }
  }

  clear(command: number): void {
    for (const scope of this.clearOf.all(command)) this.index.heads(scope, -1)
  }

  /** The scope comes to `seq`; Infinity when it starts over or is dropped. @returns the commands that waited for this */
  reach(scope: Scope, seq: number): ReadonlySet<number> {
    if (!this.index.awaits(scope)) return new Set()
    this.noteUpTo.run(scope, seq)
    const commands = this.takeUpTo.all(scope, seq)
    this.index.heads(scope, -commands.length)
    return new Set(commands)
  }

  /** Of commands that nobody will name again, forgets what has come. */
  forgetAllBut(ids: readonly MutationId[]): void {
    this.forget.run(JSON.stringify(ids))
  }

  private isHere({ scope, seq }: Head): boolean {
    return this.scopes.number(scope) === null || this.scopes.cursor(scope).seq >= seq
  }
}
