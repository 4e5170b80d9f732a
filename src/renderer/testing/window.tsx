import { StrictMode } from 'react'
import { act } from '@testing-library/react'
import { CommandIntent } from '#shared/domain/commands.ts'
import type { AskChannel } from '#shared/protocol/contract.ts'
import type { Millis } from '#shared/lib/time.ts'
import { createClient } from '../bridge/client.ts'
import { createReplica } from '../bridge/replica.ts'
import { Window } from '../features/shell/Window.tsx'
import { createFakeEngine, type FakeEngine, type World } from '../gallery/fake-engine.ts'
import { ConsoleContext, type ConsoleParts } from '../hooks/console.tsx'
import { createChime } from '../stores/chime.ts'
import type { Clock } from '../stores/clock.ts'
import { createMutationIds } from '../stores/mutation-ids.ts'
import { createPreferences } from '../stores/preferences.ts'
import { createScreenStore, type ScreenState } from '../stores/screen.ts'
import { createTray } from '../stores/tray.ts'

export interface TestWindow {
  /** What to render. */
  readonly element: React.ReactElement
  readonly engine: FakeEngine
  readonly parts: ConsoleParts
  /** Lets time pass by hand. */
  tick(nowMs: Millis): void
  /** How often it has sounded. */
  chimes(): number
  /** Something changes in the engine; the window has drawn it when this returns. */
  change(edit: (world: World) => void): void
  /** What the window asked on a channel, oldest first. */
  asked(channel: AskChannel): unknown[]
  /** The work it handed in, oldest first. */
  submitted(): CommandIntent[]
}

/** The happy-dom window has no layout: this gives every element the size of a screen. */
export function giveElementsSize(widthPx = 1280, heightPx = 720): void {
  for (const [name, size] of [
    ['offsetWidth', widthPx],
    ['offsetHeight', heightPx],
    ['clientWidth', widthPx],
    ['clientHeight', heightPx],
  ] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size })
}

/** The whole window in StrictMode, as in the product, on a stand-in engine whose changes arrive at once. */
export function createTestWindow(world: World, startMs: Millis, start?: Partial<ScreenState>): TestWindow {
  const engine = createFakeEngine(world)
  const client = createClient(engine.shelf)
  const clock = createHandClock(startMs)
  let chimes = 0
  const parts: ConsoleParts = {
    client,
    replica: createReplica(client, { post: (_key, publish) => publish() }),
    clock,
    preferences: createPreferences(localStorage),
    screen: createScreenStore(start),
    tray: createTray(),
    chime: createChime(localStorage, undefined, () => (chimes += 1)),
    ids: createMutationIds(),
  }
  const element = (
    <StrictMode>
      <ConsoleContext value={parts}>
        <Window />
      </ConsoleContext>
    </StrictMode>
  )
  const asked = (channel: AskChannel): unknown[] =>
    engine.asked.filter((each) => each.channel === channel).map(({ question }) => question)
  return {
    element,
    engine,
    parts,
    tick: clock.tick,
    chimes: () => chimes,
    change: (edit) => act(() => engine.change(edit)),
    asked,
    submitted: () =>
      asked('work.submit').map((question) => CommandIntent.parse((question as { command: unknown }).command)),
  }
}

function createHandClock(startMs: Millis): Clock & { tick(nowMs: Millis): void } {
  let now = startMs
  const listeners = new Set<() => void>()
  return {
    now: () => now,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tick(nowMs) {
      now = nowMs
      for (const listener of listeners) listener()
    },
  }
}
