import { siteScope, type Scope } from '#shared/domain/scope.ts'
import type { Change } from '#shared/protocol/server.ts'
import type { Batch, Mirror } from '#engine/mirror/mirror.ts'
import { barcode, firstEpoch, northScope, product, stock } from './mirror-data.ts'

/*
 * A history that two processes agree on without talking: the n-th batch of a scope is the same whoever makes it. Rows come,
 * change and go.
 */

export const NUMBERED_CHANGES = 30
const NAMES = 400

export const numberedScopes: readonly Scope[] = [siteScope, northScope]

export function numberedBatch(scope: Scope, n: number): Batch {
  const from = n * NUMBERED_CHANGES
  const changes = Array.from({ length: NUMBERED_CHANGES }, (_, i): Change => {
    const seq = from + i + 1
    const { table, row } = rowAt(scope, seq)
    return { table, id: String(row['id']), seq, row: seq % 7 === 0 ? null : row }
  })
  return {
    scope,
    epoch: firstEpoch,
    from,
    to: from + NUMBERED_CHANGES,
    startOver: false,
    changes,
    serverTime: from,
  }
}

/** The batch that follows what the mirror has of the scope. */
export const nextNumberedBatch = (mirror: Mirror, scope: Scope): Batch =>
  numberedBatch(scope, mirror.cursor(scope).seq / NUMBERED_CHANGES)

function rowAt(scope: Scope, seq: number): { table: string; row: Record<string, unknown> } {
  // A step that shares no factor with the number of names comes by all of them.
  const name = `product ${(seq * 11) % NAMES}`
  if (scope === northScope) return { table: 'inventory', row: stock(name, seq % 50) }
  if (seq % 5 === 0) return { table: 'product_barcodes', row: barcode(String(100_000 + (seq % 90)), name) }
  return { table: 'products', row: product(name, { name: `thing ${seq}`, reorder_point: seq % 20 }) }
}
