import { z } from 'zod'
import type { UserId, WarehouseId } from './ids.ts'

/**
 * A unit of sharing with its own history: `site`, `warehouse:<id>`, `ledger:<warehouse id>`, `user:<id>`.
 * Each has its own epoch, head and cursor.
 */
export const Scope = z
  .string()
  .regex(/^(site|(warehouse|ledger|user):[0-9a-f-]{36})$/)
  .brand<'Scope'>()
export type Scope = z.infer<typeof Scope>

export const siteScope = 'site' as Scope
export const warehouseScope = (id: WarehouseId): Scope => `warehouse:${id}` as Scope
export const userScope = (id: UserId): Scope => `user:${id}` as Scope

/** The ledger of a warehouse is read on demand, not mirrored by default: it grows without end. */
export const isMirroredByDefault = (scope: Scope): boolean => !scope.startsWith('ledger:')
