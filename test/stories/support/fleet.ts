import { randomUUID } from 'node:crypto'
import { StationId, type WarehouseId } from '#shared/domain/ids.ts'
import type { StationKind } from '#shared/domain/rows.ts'
import { must } from '#shared/lib/must.ts'
import type { ViewId } from '#shared/protocol/delta.ts'
import type { Drill, Fleet, FleetStation } from '#shared/protocol/fleet.ts'
import type { ViewSpec, ViewValue } from '#shared/protocol/views.ts'
import type { StationIdentity } from '#engine/thread-protocol.ts'
import type { Premises } from './premises.ts'
import { soon } from './soon.ts'
import type { Terminal } from './terminal.ts'

export const stationNamed = (name: string, kind: StationKind = 'terminal'): StationIdentity => ({
  id: StationId.parse(randomUUID()),
  name,
  kind,
})

/** A window that keeps a view open, and knows what it was told. */
async function watch<N extends 'fleet' | 'drill'>(
  { engine, window, deltas }: Terminal,
  view: ViewSpec & { name: N },
): Promise<() => ViewValue<N>> {
  const viewId = `watch-${randomUUID()}` as ViewId
  const reply = await engine.ask(window, 'view.open', { viewId, view })
  if (!reply.ok || reply.value.result.kind !== 'value') throw new Error(`${view.name} did not open.`)
  const opened = reply.value.result.value
  return () => {
    const change = deltas.findLast((delta) => delta.viewId === viewId)?.change
    return (change?.kind === 'value' ? change.value : opened) as ViewValue<N>
  }
}

/** The screen of somebody who looks at the stations of a warehouse. */
export interface FleetWatch {
  fleet(): Fleet
  /** Null when it is not listed. */
  station(identity: StationIdentity): FleetStation | null
  /** Waits until a station is shown so. */
  shows(identity: StationIdentity, holds: (station: FleetStation) => boolean): Promise<FleetStation>
}

export async function watchFleet(terminal: Terminal, warehouseId: WarehouseId): Promise<FleetWatch> {
  const fleet = await watch(terminal, { name: 'fleet', params: { warehouseId } })
  const station = ({ id }: StationIdentity) => fleet().stations.find((row) => row.id === id) ?? null
  return {
    fleet,
    station,
    shows: (identity, holds) =>
      soon(() => {
        const shown = must(station(identity), `${identity.name} in the list`)
        if (!holds(shown)) throw new Error(`${identity.name} is shown as ${JSON.stringify(shown)}.`)
        return shown
      }, 30_000),
  }
}

export const watchDrill = (terminal: Terminal): Promise<() => Drill> =>
  watch(terminal, { name: 'drill', params: {} })

/**
 * As if the last report of a station had been made so long ago that it is overdue in a moment, and nobody was told of that. Does
 * nothing where that is so already: it can be asked for again, for a report may have been on its way when a line was lost.
 */
export async function lastHeardOf(
  { backend }: Premises,
  { id }: StationIdentity,
  inMs: number,
): Promise<void> {
  await backend.sql(
    `update stations set expected_by = clock_timestamp() + make_interval(secs => $2 / 1000.0),
       seen_at = clock_timestamp() - interval '90 s'
     where id = $1 and (expected_by is null or expected_by > clock_timestamp() + make_interval(secs => $2 / 1000.0))`,
    [id, inMs],
  )
}
