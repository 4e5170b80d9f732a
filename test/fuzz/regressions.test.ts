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

test('a disk that fails while a person signs out keeps nobody signed in (seed 20261122, run 29)', async () => {
  const { site, oracle } = await watched({ seed: 29, consoles: 1 })
  const console = site.console(1)
  await site.wait(2_000)
  // The first answer after a while is noted on disk at once, the next one not yet.
  for (let looks = 0; looks < 2; looks += 1) {
    console.signal({ kind: 'focused' })
    await site.wait(100)
  }
  console.failDisk()
  await console.signOut()
  await site.wait(100)
  expect(console.status()).toMatchObject({ link: { at: 'signed-out', because: 'asked' }, user: null })
  expect(console.log().map(({ event }) => event)).toContain('mirror.closed-unsettled')
  console.spare()
  await endsWell(site, oracle)
})
