import type { Scope } from '#shared/domain/scope.ts'
import type { Change } from '#shared/protocol/server.ts'
import { must } from '#shared/lib/must.ts'
import type { BaseTables } from './base-tables.ts'
import { isMirrored, parseRow } from './row-codec.ts'
import type { Steps } from './steps.ts'
import type { Touched } from './touched.ts'
import type { UnreadableRows } from './unreadable-rows.ts'

/** A row that could not be read, and why. */
export interface Unreadable {
  table: string
  id: string
  problem: string
}

/** Writes what the server sent, change by change: readable rows into their tables, the others where they are counted. */
export class ChangeWriter {
  private readonly base: BaseTables
  private readonly unreadable: UnreadableRows

  constructor(base: BaseTables, unreadable: UnreadableRows) {
    this.base = base
    this.unreadable = unreadable
  }

  *writeAll(no: number, scope: Scope, changes: readonly Change[], touched: Touched): Steps<Unreadable[]> {
    const problems: Unreadable[] = []
    const hadUnreadable = this.unreadable.has(no)
    for (const change of inOrder(changes)) {
      yield
      const { table, id } = change
      const problem = this.write(no, scope, change, touched)
      if (problem !== null) {
        this.unreadable.put(no, table, id, change.seq, problem)
        problems.push({ table, id, problem })
      } else if (hadUnreadable || problems.length > 0) {
        this.unreadable.remove(no, table, id)
      }
    }
    return problems
  }

  /** @returns why the row could not be read, or null. Its older state is taken away: it is not true any more. */
  private write(no: number, scope: Scope, change: Change, touched: Touched): string | null {
    const { table, id, seq, row } = change
    if (!isMirrored(table)) return row === null ? null : 'table: is not known to this version'
    if (row === null) {
      this.base.remove(table, no, seq, id, touched)
      return null
    }
    const parsed = parseRow(table, scope, id, row)
    if (parsed.ok) {
      this.base.put(table, no, seq, parsed.row, touched)
      return null
    }
    this.base.remove(table, no, seq, id, touched)
    return parsed.problem
  }
}

/** Changes come in ascending seq; should they not, the newest state of a row must still be the one that stays [M2]. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const sorted = changes.every((change, i) => i === 0 || must(changes[i - 1], 'a change').seq <= change.seq)
  return sorted ? changes : [...changes].sort((a, b) => a.seq - b.seq)
}
