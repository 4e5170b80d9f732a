import { createStore, type StoreApi } from 'zustand/vanilla'

export const themeChoices = ['system', 'light', 'dark', 'contrast'] as const
export type ThemeChoice = (typeof themeChoices)[number]

/** What this window remembers between starts. None of it is work: losing it costs a click. */
export interface Preferences {
  readonly theme: ThemeChoice
  readonly warehouseId: string | null
}

export type PreferencesStore = StoreApi<Preferences>

const KEY = 'shelf.preferences'
const initial: Preferences = { theme: 'system', warehouseId: null }

export function createPreferences(storage: Storage): PreferencesStore {
  const store = createStore<Preferences>(() => read(storage))
  store.subscribe((preferences) => storage.setItem(KEY, JSON.stringify(preferences)))
  return store
}

function read(storage: Storage): Preferences {
  const text = storage.getItem(KEY)
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
  const { theme, warehouseId } = kept as Record<string, unknown>
  return {
    theme: themeChoices.find((choice) => choice === theme) ?? initial.theme,
    warehouseId: typeof warehouseId === 'string' ? warehouseId : null,
  }
}
