import type { WarehouseId } from '#shared/domain/ids.ts'
import type { Fleet, FleetPerson } from '#shared/protocol/fleet.ts'
import { useValueView } from './use-value-view.ts'

const nobody: readonly FleetPerson[] = []

/** Who works in a warehouse now: the members, by name. */
export function usePeople(warehouseId: WarehouseId): readonly FleetPerson[] {
  const { value } = useValueView<'fleet'>({ name: 'fleet', params: { warehouseId } })
  const people: Fleet['people'] | undefined = value?.people
  return people?.filter(({ role }) => role !== null) ?? nobody
}
