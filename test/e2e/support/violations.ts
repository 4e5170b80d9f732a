import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect } from './test.ts'

/** What axe finds wrong, one line each; empty when nothing is. */
export async function violations(window: Page): Promise<string[]> {
  // What react-aria has said aloud stays in its announcer for some seconds, also when what it points to is gone.
  await expect(window.locator('[data-live-announcer] [role=img]')).toHaveCount(0)
  // Halfway from dimmed to live the contrast is nobody's.
  await window.evaluate(async () => {
    const ending = document.getAnimations().filter((each) => each.effect?.getTiming().iterations !== Infinity)
    await Promise.allSettled(ending.map((each) => each.finished))
  })
  const { violations: found } = await new AxeBuilder({ page: window }).setLegacyMode().analyze()
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help} (${node.target.join(' ')})`),
  )
}
