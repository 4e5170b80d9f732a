import { siteScope, userScope, warehouseScope, type Scope } from '#shared/domain/scope.ts'
import { MINUTE_MS, SECOND_MS, type Millis } from '#shared/lib/time.ts'
import type { Diagnostics, LinkMove, Proof } from '#shared/protocol/diagnostics.ts'
import { sampleUser, sampleWarehouses } from './sample-data.ts'

/* What a station knows of itself after a day with an outage, a proxy that blocked websockets, and a night. */

const HOUR_MS = 60 * MINUTE_MS

type Move = readonly [agoMs: Millis, to: LinkMove['to'], by: string, because?: string]

/** Oldest first; each move leads on from the one before. */
const day: readonly Move[] = [
  [20 * HOUR_MS, 'connecting', 'started'],
  [20 * HOUR_MS - 900, 'catching-up', 'streaming'],
  [20 * HOUR_MS - 4_200, 'live', 'caught-up'],
  [15 * HOUR_MS, 'stopped', 'stopped'],
  [6.4 * HOUR_MS, 'connecting', 'started'],
  [6.4 * HOUR_MS - 700, 'catching-up', 'streaming'],
  [6.4 * HOUR_MS - 2_600, 'live', 'caught-up'],
  [3.1 * HOUR_MS, 'waiting', 'failed', 'feed: offline'],
  [3.1 * HOUR_MS - 2 * SECOND_MS, 'connecting', 'woke'],
  [3.1 * HOUR_MS - 12 * SECOND_MS, 'waiting', 'failed', 'request: offline'],
  [2.8 * HOUR_MS, 'connecting', 'woke'],
  [2.8 * HOUR_MS - 400, 'catching-up', 'streaming'],
  [2.8 * HOUR_MS - 1_900, 'live', 'caught-up'],
  [1.9 * HOUR_MS, 'degraded', 'caught-up', 'websocket-blocked'],
  [1.2 * HOUR_MS, 'live', 'caught-up'],
]

function historyOf(now: Millis): LinkMove[] {
  let from: LinkMove['from'] = 'offline'
  const moves = day.map(([agoMs, to, by, because = null]) => {
    const move = { at: now - agoMs, from, to, by, because }
    from = by === 'stopped' ? 'offline' : to
    return move
  })
  return moves.reverse()
}

const heads: readonly [Scope, number][] = [
  [siteScope, 8_431],
  ...sampleWarehouses.map(({ id }, n): [Scope, number] => [warehouseScope(id), 41_902 - n * 9_771]),
  [userScope(sampleUser.id), 118],
]

const equal = (at: Millis, scope: Scope, head: number): Proof => ({
  at,
  scope,
  outcome: 'equal',
  head,
  compared: scope.startsWith('user:') ? 92 : 1_536,
  changing: 0,
  differing: 0,
  rowsRepaired: 0,
})

export function sampleDiagnostics(now: Millis): Diagnostics {
  const rounds = [2.2, 17, 32].map((minutes) => now - minutes * MINUTE_MS)
  const proofs = rounds.flatMap((at) => heads.map(([scope, head], n) => equal(at - n * 400, scope, head)))
  return {
    feed: 'broadcast',
    history: historyOf(now),
    proofs,
    scopes: heads.map(([scope, head]) => ({
      scope,
      epoch: 'e1',
      cursor: head,
      head,
      headAt: now - 8 * SECOND_MS,
      proof: proofs.find((proof) => proof.scope === scope) ?? null,
    })),
    misses: 0,
    rowsRepaired: 0,
    mirror: {
      schemaVersion: 3,
      fileBytes: 41_320_448,
      logBytes: 1_148_536,
      unreadableRows: 0,
      integrity: { at: now - 34 * MINUTE_MS, sound: true, problems: [] },
    },
  }
}

/** The same day, with the newest comparison of one warehouse gone otherwise. */
export function withProofs(diagnostics: Diagnostics, change: Partial<Proof>): Diagnostics {
  const changed = (proof: Proof): Proof => ({ ...proof, ...change })
  const proofs = diagnostics.proofs.map((proof, at) => (at === 1 ? changed(proof) : proof))
  return {
    ...diagnostics,
    proofs,
    rowsRepaired: change.rowsRepaired ?? 0,
    scopes: diagnostics.scopes.map((scope, at) =>
      at === 1 && scope.proof ? { ...scope, proof: changed(scope.proof) } : scope,
    ),
  }
}

export const emptyDiagnostics: Diagnostics = {
  feed: 'broadcast',
  history: [],
  scopes: [],
  proofs: [],
  misses: 0,
  rowsRepaired: 0,
  mirror: null,
}
