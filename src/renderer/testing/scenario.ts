import { act, cleanup, configure, fireEvent, render, within } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach } from 'vitest'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import type { World } from '../gallery/fake-engine.ts'
import { startOf, worldOf, type ScenarioName } from '../gallery/scenarios.ts'
import { BURST_MS } from '../hooks/use-letter-key.ts'
import type { ScreenState } from '../stores/screen.ts'
import { createTestWindow, giveElementsSize, type TestWindow } from './window.tsx'

/** When the scenarios of the tests play. */
export const now = Date.parse('2026-03-05T12:00:00Z')

/** For a file that opens windows: elements with a size, patience, and nothing left over from one test for the next. */
export function prepareWindows(): void {
  beforeAll(() => {
    giveElementsSize()
    configure({ asyncUtilTimeout: PATIENCE_MS })
  })
  beforeEach(() => localStorage.clear())
  afterEach(cleanup)
}

/**
 * Opens the window of a scenario of the gallery.
 * @param edit what is otherwise than in the scenario, before the window opens
 * @param start where the person is at first, if not where the scenario has them
 */
export function openScenario(
  scenario: ScenarioName,
  edit: (world: World) => void = () => undefined,
  start: Partial<ScreenState> | undefined = startOf(scenario),
): TestWindow {
  const world = worldOf(scenario, now)
  edit(world)
  const window = createTestWindow(world, now, start)
  render(window.element)
  return window
}

export const key = (name: string, target: Element = document.body) => fireEvent.keyDown(target, { key: name })

export const press = (name: string | RegExp, inside: HTMLElement = document.body) =>
  fireEvent.click(within(inside).getByRole('button', { name }))

/** A letter counts once nothing followed it for that long. */
export const burstOver = () => act(() => new Promise<void>((done) => setTimeout(done, 2 * BURST_MS)))
