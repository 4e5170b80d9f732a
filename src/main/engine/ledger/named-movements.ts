import type { WarehouseId } from '#shared/domain/ids.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import type { LedgerMovement } from '#shared/protocol/ledger.ts'
import type { MirrorReader } from '../mirror/mirror.ts'
import type { ServerMovement } from './server-answers.ts'

/** The part of the mirror that knows names. */
export type Names = Pick<MirrorReader, 'ledgerThings' | 'fleet'>

/** Movements as a window shows them, with the names that this station's mirror has for what they name by id. */
export function namedMovements(
  rows: readonly ServerMovement[],
  warehouseId: WarehouseId,
  names: Names,
): LedgerMovement[] {
  const { products, orders } = names.ledgerThings(
    new Set(rows.map((row) => row.product_id)),
    new Set(rows.flatMap((row) => row.order_item_id ?? [])),
  )
  const { people, stations } = names.fleet({ warehouseId })
  const personNamed = new Map(people.map(({ userId, name }) => [userId, name]))
  const stationNamed = new Map(stations.map(({ id, name }) => [id, name]))
  return rows.map((row) => ({
    id: row.id,
    productId: row.product_id,
    product: products.get(row.product_id) ?? null,
    bin: row.bin,
    quantity: row.quantity,
    kind: row.kind,
    reason: row.reason,
    reference: row.reference,
    order: (row.order_item_id && orders.get(row.order_item_id)) ?? null,
    person: (row.user_id && personNamed.get(row.user_id)) ?? null,
    station: (row.station_id && stationNamed.get(row.station_id)) ?? null,
    mutationId: row.mutation_id,
    happenedAt: row.happened_at,
    receivedAt: row.received_at,
    offlineMs: offlineMs(row),
  }))
}

/** How long the server did not know of it. What was imported was never on its way; under a minute nobody was away. */
function offlineMs({ mutation_id, happened_at, received_at }: ServerMovement): number | null {
  const apart = received_at - happened_at
  return mutation_id !== null && apart > MINUTE_MS ? apart : null
}
