import type { WarehouseId } from '#shared/domain/ids.ts'
import { presenceOf } from '#shared/domain/presence.ts'
import type { Millis } from '#shared/lib/time.ts'
import type { Fleet, FleetPerson, FleetStation } from '#shared/protocol/fleet.ts'
import type { ToldFleet, ToldPerson, ToldStation } from '../mirror/fleet-reader.ts'
import { compareNames } from '../mirror/text-keys.ts'

/** What this station knows of itself now, in the words of a report. Moments are server time. */
export type StationHere = Omit<ToldStation, 'seenAt' | 'expectedBy'> & { warehouseId: WarehouseId | null }

/** This station, and the moment by which others are judged. */
export interface FleetFacts {
  here: StationHere | null
  /** Server time: now while this station is caught up, else the moment up to which its figures are complete [L3]. */
  judgedAt: Millis
}

/** The stations and people of a warehouse, with this station as it is now in place of what the server has of it. */
export function fleetOf(told: ToldFleet, warehouseId: WarehouseId, { here, judgedAt }: FleetFacts): Fleet {
  const others = told.stations.filter(({ id }) => id !== here?.id).map((station) => other(station, judgedAt))
  const known = told.stations.find(({ id }) => id === here?.id)
  const own = here && (known || here.warehouseId === warehouseId) ? [thisOne(here, known)] : []
  const stations = [...others, ...own].sort(
    (a, b) => compareNames(a.name, b.name) || compareNames(a.id, b.id),
  )
  return { stations, people: peopleOf(told.people, stations), atRisk: atRiskIn(stations) }
}

const figures = (station: Omit<StationHere, 'warehouseId'>) => ({
  ...station,
  unsent: station.unsent ?? 0,
  refused: station.refused ?? 0,
})

const other = (station: ToldStation, judgedAt: Millis): FleetStation => ({
  ...figures(station),
  isThis: false,
  presence: presenceOf(station, judgedAt),
  seenAt: station.seenAt,
  expectedBy: station.expectedBy,
})

const thisOne = ({ warehouseId: _, ...here }: StationHere, known: ToldStation | undefined): FleetStation => ({
  ...figures(here),
  // A manager may have given it another name than it gives itself.
  name: known?.name ?? here.name,
  kind: known?.kind ?? here.kind,
  isThis: true,
  presence: 'here',
  seenAt: null,
  expectedBy: null,
})

function peopleOf(people: readonly ToldPerson[], stations: readonly FleetStation[]): FleetPerson[] {
  const at = (userId: string) => stations.filter(({ user }) => user?.id === userId)
  return people
    .filter(({ userId, role }) => role !== null || at(userId).length > 0)
    .map(({ userId, name, role }) => {
      const theirs = at(userId)
      const seen = theirs.map(({ seenAt }) => seenAt).filter((seenAt) => seenAt !== null)
      return {
        userId,
        name,
        role,
        stations: theirs.filter(({ presence }) => presence === 'here').map((station) => station.name),
        lastSeenAt: seen.length > 0 ? Math.max(...seen) : null,
      }
    })
}

/** What nobody else has: work at stations of which nothing is heard. */
function atRiskIn(stations: readonly FleetStation[]): Fleet['atRisk'] {
  const holding = stations.filter(({ presence, unsent }) => presence !== 'here' && unsent > 0)
  const oldest = holding.map(({ oldestUnsentAt }) => oldestUnsentAt).filter((at) => at !== null)
  return {
    commands: holding.reduce((sum, { unsent }) => sum + unsent, 0),
    stations: holding.length,
    oldestAt: oldest.length > 0 ? Math.min(...oldest) : null,
  }
}
