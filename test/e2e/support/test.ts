import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as launching } from '../fixtures/console.ts'
import { makeTemplate, openSite, type Site } from './site.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

export { expect } from '../fixtures/console.ts'

interface TestFixtures {
  /** Opens a site of this test's own, which it may kill, and whose faults it may turn where asked for. */
  ownSite: (options?: { faults: boolean }) => Promise<Site>
  /** A folder of this test's own. */
  folder: string
  /** Mounts a disk of a given size over a folder, until the test is over. */
  smallDisk: (folder: string, megabytes: number) => Promise<SmallDisk>
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
    await use(async ({ faults } = { faults: false }) => {
      const site = await openSite(template, faults)
      opened.push(site)
      return site
    })
    for (const site of opened) await site.close()
  },
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'smart-shelf-e2e-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
  // It names the folder so that the folder is there before the disk and goes after it.
  smallDisk: async ({ folder: _folder }, use) => {
    const mounted: SmallDisk[] = []
    await use(async (over, megabytes) => {
      const disk = await mountSmallDisk(over, megabytes)
      mounted.push(disk)
      return disk
    })
    for (const disk of mounted) await disk.close()
  },
})
