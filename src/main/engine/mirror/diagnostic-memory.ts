import type {
  Diagnostics,
  IntegrityCheck,
  LinkMove,
  MirrorHealth,
  Proof,
} from '#shared/protocol/diagnostics.ts'
import type { Scope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { DiagnosticStore } from './mirror.ts'

const MOST_MOVES = 200
const MOST_PROOFS = 100

interface Sources {
  cursors: () => Cursor[]
  health: () => Omit<MirrorHealth, 'integrity'>
}

/** Keeps the newest of each in memory, for as long as the mirror is open. */
export function diagnosticMemory({ cursors, health }: Sources): DiagnosticStore {
  const history: LinkMove[] = []
  const proofs: Proof[] = []
  const heads = new Map<Scope, { head: number; at: Millis }>()
  let integrity: IntegrityCheck | null = null

  return {
    linkMoved: (move) => keepNewest(history, move, MOST_MOVES),
    proved: (proof) => keepNewest(proofs, proof, MOST_PROOFS),
    checked: (check) => {
      integrity = check
    },
    headsSeen(seen, serverTime) {
      for (const [scope, head] of seen) heads.set(scope, { head, at: serverTime })
    },
    read: (): Pick<Diagnostics, 'history' | 'scopes' | 'proofs' | 'mirror'> => ({
      history: [...history],
      proofs: [...proofs],
      scopes: cursors().map(({ scope, epoch, seq }) => ({
        scope,
        epoch,
        cursor: seq,
        head: heads.get(scope)?.head ?? null,
        headAt: heads.get(scope)?.at ?? null,
        proof: proofs.find((proof) => proof.scope === scope) ?? null,
      })),
      mirror: { ...health(), integrity },
    }),
  }
}

function keepNewest<T>(list: T[], item: T, most: number): void {
  list.unshift(item)
  list.length = Math.min(list.length, most)
}
