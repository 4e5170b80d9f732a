import { rm } from 'node:fs/promises'
import { test as launching } from '../fixtures/console.ts'
import { makeTemplate, openSite, type Site } from './site.ts'

export { expect } from '../fixtures/console.ts'

interface TestFixtures {
  /** Opens a site of this test's own, which it may kill. */
  ownSite: () => Promise<Site>
}

interface WorkerFixtures {
  template: string
  /** One site for all tests that do it no harm. */
  site: Site
}

/** A console in a real window, and a server for it. */
export const test = launching.extend<TestFixtures, WorkerFixtures>({
  template: [
    async ({}, use) => {
      const template = await makeTemplate()
      await use(template)
      await rm(template, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  site: [
    async ({ template }, use) => {
      const site = await openSite(template)
      await use(site)
      await site.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  ownSite: async ({ template }, use) => {
    const opened: Site[] = []
    await use(async () => {
      const site = await openSite(template)
      opened.push(site)
      return site
    })
    for (const site of opened) await site.close()
  },
})
