import { z } from 'zod'
import { WarehouseId } from '../domain/ids.ts'

/** Screens that can have a window of their own. */
export const WindowScreen = z.enum([
  'stock',
  'orders',
  'ledger',
  'flow',
  'alerts',
  'exceptions',
  'fleet',
  'board',
])
export type WindowScreen = z.infer<typeof WindowScreen>

/** What a window shows at first. `warehouseId: null`: the one it chooses by itself. */
export const WindowLook = z.object({ screen: WindowScreen, warehouseId: WarehouseId.nullable() })
export type WindowLook = z.infer<typeof WindowLook>

/** A desk with more screens than this has more than one station. */
export const MAX_WINDOWS = 6

/**
 * How a page is told which window it is. What a window remembers (theme, warehouse, screen) it keeps under its number.
 * @param look of a window that was just asked for; null for one that comes back as it was left
 */
export function pageQuery(no: number, look: WindowLook | null): string {
  const query = new URLSearchParams({ window: String(no) })
  if (look !== null) query.set('screen', look.screen)
  if (look?.warehouseId) query.set('warehouse', look.warehouseId)
  return no === 1 && look === null ? '' : `?${query}`
}

/** @param search `location.search` of the page; anything unreadable in it is as if it were not there */
export function readPageQuery(search: string): { no: number; look: WindowLook | null } {
  const query = new URLSearchParams(search)
  const no = Number(query.get('window') ?? 1)
  const look = WindowLook.safeParse({ screen: query.get('screen'), warehouseId: query.get('warehouse') })
  return { no: Number.isInteger(no) && no > 1 && no <= MAX_WINDOWS ? no : 1, look: look.data ?? null }
}
