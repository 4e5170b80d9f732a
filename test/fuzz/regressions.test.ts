import { expect, test } from 'vitest'
import { openSite } from '#test/harness/site.ts'
import type { Site } from '#test/harness/site.ts'
import { Oracle } from './oracle.ts'

/* What fuzz has found once, told as a story of its own; the seed that found it stands beside. */

async function watched(options: Parameters<typeof openSite>[0]): Promise<{ site: Site; oracle: Oracle }> {
  const site = await openSite(options)
  return { site, oracle: new Oracle(site) }
}

async function endsWell(site: Site, oracle: Oracle): Promise<void> {
  await site.rest()
  await site.expectEqual()
  expect(oracle.problems).toEqual([])
  expect(await site.close()).toEqual([])
}

test('[L3] who signs in where somebody else was live is not shown the live link of the other (seed 1, run 11)', async () => {
  const { site, oracle } = await watched({ seed: 11, consoles: 2 })
  const shared = site.console(1)
  await shared.signIn(site.server.users[1]!)
  await oracle.step()
  await site.wait(100)
  await oracle.step()
  await shared.signIn(site.server.users[0]!)
  await oracle.step()
  await endsWell(site, oracle)
})

test('[L3] a restore from a backup while live: no moment is claimed for rows of another epoch (seed 1, run 8)', async () => {
  const { site, oracle } = await watched({ seed: 8, consoles: 2 })
  await site.server.change('stock counted')
  await site.wait(30_000)
  await site.server.restoreBackup()
  await site.server.change('stock row goes')
  await oracle.step()
  await endsWell(site, oracle)
})
