import type { Diagnostics, IntegrityCheck, LinkMove, Proof } from '#shared/protocol/diagnostics.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'

/** How many of each are kept. */
export const MOST = { moves: 500, proofs: 200, checks: 50, heads: 500 } as const

export interface SeenHead {
  scope: Scope
  head: number
  at: Millis
}

/** What a station knows of its own health, in memory: lists with the newest first. */
export class DiagnosticRecord {
  readonly moves: LinkMove[] = []
  readonly proofs: Proof[] = []
  readonly checks: IntegrityCheck[] = []
  /** The least recently seen first. */
  readonly heads = new Map<Scope, SeenHead>()

  linkMoved(move: LinkMove): void {
    keepNewest(this.moves, move, MOST.moves)
  }

  proved(proof: Proof): void {
    keepNewest(this.proofs, proof, MOST.proofs)
  }

  checked(check: IntegrityCheck): void {
    keepNewest(this.checks, check, MOST.checks)
  }

  headSeen(seen: SeenHead): void {
    this.heads.delete(seen.scope)
    this.heads.set(seen.scope, seen)
    for (const scope of this.heads.keys()) {
      if (this.heads.size <= MOST.heads) break
      this.heads.delete(scope)
    }
  }

  get size(): number {
    return this.moves.length + this.proofs.length + this.checks.length + this.heads.size
  }

  clear(): void {
    this.moves.length = this.proofs.length = this.checks.length = 0
    this.heads.clear()
  }

  progress(cursors: readonly Cursor[]): Diagnostics['scopes'] {
    return cursors.map(({ scope, epoch, seq }) => {
      const seen = this.heads.get(scope)
      return {
        scope,
        epoch,
        cursor: seq,
        head: seen?.head ?? null,
        headAt: seen?.at ?? null,
        proof: this.proofs.find((proof) => proof.scope === scope) ?? null,
      }
    })
  }
}

function keepNewest<T>(list: T[], item: T, most: number): void {
  list.unshift(item)
  list.length = Math.min(list.length, most)
}
