import { expect, test } from 'vitest'
import { openSite } from '#test/harness/site.ts'
import type { Site } from '#test/harness/site.ts'
import { chooseAction } from './actions.ts'
import { Oracle } from './oracle.ts'

const HOUR_MS = 3_600_000
const FAULTS_AN_HOUR = 84
const BETWEEN_MS = Math.floor(HOUR_MS / FAULTS_AN_HOUR)

interface Held {
  timers: number
  feeds: number
  heard: number
}

/** What a link at rest holds on to. */
const held = ({ clock, truth, console }: Site): Held => ({
  timers: clock.pending(),
  feeds: console(1).line.openFeeds(),
  heard: truth.listeners(),
})

const faultsOf = (site: Site): number => [...site.faults.values()].reduce((sum, count) => sum + count, 0)

/** One fault at least, and all of them healed before the next. */
async function disturb(site: Site, oracle: Oracle): Promise<void> {
  const console = site.console(1)
  const pruned = (): void => oracle.notePruned()
  let faulted = 0
  const before = faultsOf(site)
  while (faulted === 0) {
    await chooseAction(site)({ site, console, pruned, poisoned: () => undefined })
    faulted = faultsOf(site) - before
  }
  const lastsMs = site.chance.between(100, BETWEEN_MS - 1_000)
  await site.wait(lastsMs)
  await oracle.step()
  await site.heal()
  await site.wait(BETWEEN_MS - lastsMs)
  await oracle.step()
}

test('[L2] [L3] 24 hours of a link with 2,000 faults: always back to live, and nothing piles up', async () => {
  const site = await openSite({ seed: 24, consoles: 1, products: 4 })
  const oracle = new Oracle(site)
  await site.rest()
  const atFirst = held(site)
  const startedAt = site.clock.monotonicMs()

  for (let hour = 0; hour < 24; hour += 1) {
    for (let fault = 0; fault < FAULTS_AN_HOUR; fault += 1) {
      await disturb(site, oracle)
    }
    expect(await site.comeToRest(), `after ${hour + 1} hours`).toEqual([])
    expect(held(site), `after ${hour + 1} hours`).toEqual(atFirst)
  }

  expect(faultsOf(site)).toBeGreaterThanOrEqual(2_000)
  expect(site.clock.monotonicMs() - startedAt).toBeGreaterThan(23.9 * HOUR_MS)
  expect(oracle.problems).toEqual([])
  await site.expectEqual()
  expect(await site.close()).toEqual([])
})
