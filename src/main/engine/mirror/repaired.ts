import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import type { Repair } from './mirror.ts'

/**
 * How new what was put right is. A repair may bring rows that are newer than the cursor, and nothing else may: every other
 * row with a number beyond it is wrong. So answers that are older than an earlier one are refused whole, instead of row by
 * row. Memory is enough: an answer to a question asked after a restart is newer than all before it.
 */
export class Repaired {
  private readonly heads = new Map<Scope, { epoch: string; head: number }>()

  isOutdated({ scope, epoch, head }: Repair, cursor: Cursor): boolean {
    if (cursor.epoch !== epoch || cursor.seq > head) return true
    const earlier = this.heads.get(scope)
    return earlier !== undefined && earlier.epoch === epoch && earlier.head > head
  }

  note({ scope, epoch, head }: Repair): void {
    this.heads.set(scope, { epoch, head })
  }
}
