import { createContext, use } from 'react'
import type { Answer } from '#shared/protocol/contract.ts'
import type { Client } from '../bridge/client.ts'
import type { Replica } from '../bridge/replica.ts'
import type { Chime } from '../stores/chime.ts'
import type { Clock } from '../stores/clock.ts'
import type { MutationIds } from '../stores/mutation-ids.ts'
import type { PreferencesStore } from '../stores/preferences.ts'
import type { ScreenStore } from '../stores/screen.ts'
import type { Tray } from '../stores/tray.ts'

export type About = Answer<'app.about'>

/** Everything a component may reach, made once in main.tsx. */
export interface ConsoleParts {
  readonly client: Client
  readonly replica: Replica
  readonly clock: Clock
  readonly preferences: PreferencesStore
  readonly screen: ScreenStore
  readonly tray: Tray
  readonly chime: Chime
  readonly ids: MutationIds
}

export const ConsoleContext = createContext<ConsoleParts | null>(null)

export function useConsole(): ConsoleParts {
  const parts = use(ConsoleContext)
  if (!parts) throw new Error('Expected <ConsoleContext> around this component.')
  return parts
}
