import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MutationId, OrderId, ProductId, RowId } from '#shared/domain/ids.ts'
import type { AlertFilter } from '#shared/protocol/alerts.ts'
import { WindowScreen } from '#shared/protocol/windows.ts'
import type { PreferencesStore } from './preferences.ts'
import type { ShownTable } from './shown-table.ts'
import type { PaperStart } from './paper-start.ts'
import type { WorkForm } from './work-form.ts'

/** Where work is done: the rail has a place for each. On the floor, at the desk, and where one looks back. */
export const placeGroups = [
  ['stock', 'orders', 'work', 'refused'],
  ['alerts', 'exceptions', 'notifications', 'fleet'],
  ['ledger', 'flow', 'paper'],
] as const
export const places = placeGroups.flat()
export type Place = (typeof places)[number]

/** Diagnostics are looked for when something is wrong, and lie where one looks then: in the bar, the menu, the palette. */
export const screens = [...places, 'board', 'diagnostics'] as const
export type Screen = (typeof screens)[number]

/** What floats over the screen; one at a time. */
export type Overlay = 'palette' | 'keys' | 'sign-out' | 'sign-in'

/** A product in all bins, or in one. */
export interface StoryOf {
  readonly productId: ProductId
  readonly bin: string | null
  readonly from: Screen
}

/** Where the person is in this window. */
export interface ScreenState {
  readonly screen: Screen
  readonly overlay: Overlay | null
  /** The product in the detail pane of the stock screen. */
  readonly productId: ProductId | null
  /** The order in the pane of the orders screen. */
  readonly orderId: OrderId | null
  /** The piece of work in the pane of the work list or the refused desk. */
  readonly workId: MutationId | null
  /** The alert in the pane of the alerts screen: a row's id or a computed alert's key; and which of them are shown. */
  readonly alertId: string | null
  readonly alertFilter: AlertFilter
  /** The exception, and the notification, in the panes of their screens. */
  readonly exceptionId: string | null
  readonly notificationId: RowId | null
  /** What the screen "In and out" was opened for. */
  readonly paper: PaperStart | null
  /** The list on this screen that can be exported. */
  readonly table: ShownTable | null
  /** The figure whose story is told on the ledger's screen, and where the question was asked; null shows the ledger. */
  readonly story: StoryOf | null
  /** The form that is being filled in, over everything else. */
  readonly form: WorkForm | null
}

const start: ScreenState = {
  screen: 'stock',
  overlay: null,
  productId: null,
  orderId: null,
  workId: null,
  alertId: null,
  alertFilter: 'open',
  exceptionId: null,
  notificationId: null,
  paper: null,
  table: null,
  story: null,
  form: null,
}

export type ScreenStore = StoreApi<ScreenState>

/** @param first where the person is at first, if not at the stock */
export const createScreenStore = (first: Partial<ScreenState> = {}): ScreenStore =>
  createStore<ScreenState>(() => ({ ...start, ...first }))

/** A window beside the first comes back where it was left. */
export function rememberScreen(store: ScreenStore, preferences: PreferencesStore): void {
  const keep = ({ screen }: ScreenState): void => {
    const shown = WindowScreen.options.find((option) => option === screen)
    if (shown && shown !== preferences.getState().screen) preferences.setState({ screen: shown })
  }
  keep(store.getState())
  store.subscribe(keep)
}
