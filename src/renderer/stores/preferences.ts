import { WindowScreen } from '#shared/protocol/windows.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'

export const themeChoices = ['system', 'light', 'dark', 'contrast'] as const
export type ThemeChoice = (typeof themeChoices)[number]

export const ordersForms = ['board', 'list'] as const
export type OrdersForm = (typeof ordersForms)[number]

/** What this window remembers between starts. None of it is work: losing it costs a click. */
export interface Preferences {
  readonly theme: ThemeChoice
  readonly warehouseId: string | null
  /** Whether orders are shown as a board or as a list. */
  readonly orders: OrdersForm
  /** Where a window beside the first was left; the first starts where work begins. */
  readonly screen: WindowScreen | null
}

export type PreferencesStore = StoreApi<Preferences>

/** Each window has its own, under its number; the first has none. */
const keyOf = (windowNo: number): string =>
  windowNo === 1 ? 'shelf.preferences' : `shelf.preferences.${windowNo}`
const initial: Preferences = { theme: 'system', warehouseId: null, orders: 'board', screen: null }

export function createPreferences(storage: Storage, windowNo = 1): PreferencesStore {
  const key = keyOf(windowNo)
  const store = createStore<Preferences>(() => read(storage, key))
  store.subscribe((preferences) => storage.setItem(key, JSON.stringify(preferences)))
  return store
}

function read(storage: Storage, key: string): Preferences {
  const text = storage.getItem(key)
  if (!text) return initial
  try {
    return parse(JSON.parse(text))
  } catch {
    // Written by another version or by hand: start over.
    return initial
  }
}

function parse(kept: unknown): Preferences {
  if (typeof kept !== 'object' || kept === null) return initial
  const { theme, warehouseId, orders, screen } = kept as Record<string, unknown>
  return {
    theme: themeChoices.find((choice) => choice === theme) ?? initial.theme,
    orders: ordersForms.find((form) => form === orders) ?? initial.orders,
    warehouseId: typeof warehouseId === 'string' ? warehouseId : null,
    screen: WindowScreen.options.find((option) => option === screen) ?? null,
  }
}
