import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ProductId } from '#shared/domain/ids.ts'

export const screens = ['stock', 'orders', 'notifications'] as const
export type Screen = (typeof screens)[number]

/** What floats over the screen; one at a time. */
export type Overlay = 'palette' | 'keys' | 'sign-out' | 'sign-in'

/** Where the person is in this window. */
export interface ScreenState {
  readonly screen: Screen
  readonly overlay: Overlay | null
  /** The product in the detail pane of the stock screen. */
  readonly productId: ProductId | null
}

export type ScreenStore = StoreApi<ScreenState>

export const createScreenStore = (): ScreenStore =>
  createStore<ScreenState>(() => ({ screen: 'stock', overlay: null, productId: null }))
