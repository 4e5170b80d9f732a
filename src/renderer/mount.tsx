import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nProvider } from 'react-aria-components'
import type { ShelfApi } from '#shared/protocol/shelf-api.ts'
import { createClient } from './bridge/client.ts'
import { createPublisher, windowFrame } from './bridge/publisher.ts'
import { createReplica } from './bridge/replica.ts'
import { Crash } from './features/shell/Crash.tsx'
import { Window } from './features/shell/Window.tsx'
import { ConsoleContext } from './hooks/console.tsx'
import { locale } from './lib/format.ts'
import { windowClock } from './stores/clock.ts'
import { createMutationIds } from './stores/mutation-ids.ts'
import { createPreferences } from './stores/preferences.ts'
import { createScreenStore, type ScreenState } from './stores/screen.ts'
import { followTheme } from './stores/theme.ts'
import { createTray } from './stores/tray.ts'

/** Puts the window together: bridge, replica, stores, components. */
export function mountConsole(shelf: ShelfApi, root: HTMLElement, start?: Partial<ScreenState>): void {
  const client = createClient(shelf)
  const preferences = createPreferences(localStorage)
  const parts = {
    client,
    replica: createReplica(client, createPublisher(windowFrame)),
    clock: windowClock,
    preferences,
    screen: createScreenStore(start),
    tray: createTray(),
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
