import type { Locator, Page } from '@playwright/test'
import { expect } from './test.ts'

/* What somebody does who has no mouse. */

/**
 * Finds something in the palette and takes it.
 * @param shown how it stands there, where that is more than what is typed
 */
export async function take(window: Page, typed: string, shown: string | RegExp = typed): Promise<void> {
  await window.keyboard.press('ControlOrMeta+k')
  await expect(window.getByRole('combobox', { name: 'Go to anything' })).toBeFocused()
  await window.keyboard.type(typed)
  // Products of what was typed so far may still stand above it.
  await expect(window.getByRole('option', { selected: true })).toHaveText(shown)
  await window.keyboard.press('Enter')
  await expect(window.getByRole('dialog')).toBeHidden()
}

/** Goes to a screen by the palette. */
export async function goTo(window: Page, screen: string): Promise<void> {
  await take(window, screen)
  await expect(window.getByRole('heading', { level: 2, name: screen, exact: true })).toBeVisible()
}

/** Tabs on until this has the focus. */
export async function tabTo(window: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let step = 0; step < 80; step++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return
    await window.keyboard.press('Tab')
  }
  throw new Error('The focus never came there.')
}

/** Types a letter that does something, as a hand does: at the speed of a test it would be taken for a scan. */
export async function typeLetter(window: Page, letter: string, shown: Locator): Promise<void> {
  await expect(async () => {
    if (await shown.isVisible()) return
    await window.keyboard.press(letter)
    await expect(shown).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 20_000 })
}
