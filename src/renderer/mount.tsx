import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nProvider } from 'react-aria-components'
import type { ShelfApi } from '#shared/protocol/shelf-api.ts'
import type { WindowLook } from '#shared/protocol/windows.ts'
import { createClient } from './bridge/client.ts'
import { createPublisher, windowTime } from './bridge/publisher.ts'
import { createReplica } from './bridge/replica.ts'
import { Crash } from './features/shell/Crash.tsx'
import { Window } from './features/shell/Window.tsx'
import { ConsoleContext } from './hooks/console.tsx'
import { locale } from './lib/format.ts'
import { createChime, soundTwoNotes } from './stores/chime.ts'
import { windowClock } from './stores/clock.ts'
import { createMutationIds } from './stores/mutation-ids.ts'
import { createPreferences } from './stores/preferences.ts'
import { createScreenStore, rememberScreen, type ScreenState } from './stores/screen.ts'
import { followTheme } from './stores/theme.ts'
import { createTray } from './stores/tray.ts'

/** Which window of the station this is, and what it was asked to show, if it was just asked for. */
interface Opening {
  readonly no: number
  readonly look: WindowLook | null
}

/**
 * Puts the window together: bridge, replica, stores, components.
 * @param start what it shows at first, where that is not for the window to say
 */
export function mountConsole(
  shelf: ShelfApi,
  root: HTMLElement,
  { no, look }: Opening = { no: 1, look: null },
  start?: Partial<ScreenState>,
): void {
  const client = createClient(shelf)
  const preferences = createPreferences(localStorage, no)
  if (look?.warehouseId) preferences.setState({ warehouseId: look.warehouseId })
  const left = no > 1 ? preferences.getState().screen : null
  const screen = createScreenStore(start ?? { screen: look?.screen ?? left ?? 'stock' })
  if (no > 1) rememberScreen(screen, preferences)
  const parts = {
    client,
    replica: createReplica(client, createPublisher(windowTime())),
    clock: windowClock,
    preferences,
    screen,
    tray: createTray(),
    chime: createChime(localStorage, navigator.locks, soundTwoNotes),
    ids: createMutationIds(),
  }
  followTheme(preferences, document.documentElement, window)
  createRoot(root).render(
    <StrictMode>
      <I18nProvider locale={locale}>
        <ConsoleContext value={parts}>
          <Crash>
            <Window />
          </Crash>
        </ConsoleContext>
      </I18nProvider>
    </StrictMode>,
  )
  client.ready()
}
