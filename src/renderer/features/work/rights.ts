import type { WarehouseId } from '#shared/domain/ids.ts'
import type { MemberRole } from '#shared/domain/rows.ts'
import type { ShownStatus } from '../shell/shown-status.ts'

/** What this person may do in a warehouse, as far as this station knows; the server decides. */
export interface Rights {
  readonly role: MemberRole | null
  /** Book stock and take orders a step further. */
  readonly work: boolean
  /** Make orders, and cancel them. */
  readonly cancel: boolean
}

export function rightsIn({ memberships }: ShownStatus, warehouse: WarehouseId): Rights {
  const role = memberships.find(({ warehouseId }) => warehouseId === warehouse)?.role ?? null
  return { role, work: role !== 'viewer', cancel: role === 'supervisor' || role === 'manager' }
}
