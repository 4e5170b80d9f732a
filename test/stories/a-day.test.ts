import { afterEach, expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '#shared/lib/time.ts'
import { openSite } from '#test/harness/site.ts'
import type { Site, SiteOptions } from '#test/harness/site.ts'
import { HOUR_MS } from './support/clocks.ts'

/*
 * Whole days of a hall with several terminals, on a clock that needs no time.
 */

let site: Site | null = null
async function openHall(options: SiteOptions): Promise<Site> {
  site = await openSite(options)
  return site
}
afterEach(async () => {
  const left = await site?.close()
  site = null
  expect(left ?? []).toEqual([])
})

const states = (hall: Site): string[] => hall.consoles().map((console) => console.status().link.at)

test('[M3] [L2] three terminals, a lunch break with one cable out and one lid closed: all agree at the end', async () => {
  const hall = await openHall({ seed: 12, consoles: 3, products: 40 })
  const [gate, desk, packing] = [hall.console(1), hall.console(2), hall.console(3)]
  expect(states(hall)).toEqual(['live', 'live', 'live'])

  gate.cutCable()
  packing.fallAsleep()
  for (let minute = 0; minute < 30; minute++) {
    await hall.server.change()
    await hall.wait(MINUTE_MS)
  }
  expect(gate.status().link.at).toBe('waiting')
  expect(desk.status().link.at).toBe('live')
  expect(desk.status().asOf).toBeGreaterThan(gate.status().asOf ?? 0)

  gate.plugIn()
  packing.wake()
  await hall.until('all three are live', () => states(hall).every((at) => at === 'live'), MINUTE_MS)
  await hall.wait(SECOND_MS)
  await hall.expectEqual()
})

test('[L2] [L3] the switch of the hall is dead for two hours: everybody says so, and afterwards they do not come back in step', async () => {
  const hall = await openHall({ seed: 3, consoles: 5 })
  for (const terminal of hall.consoles()) terminal.cutCable()
  await hall.wait(MINUTE_MS)
  const ages = hall.consoles().map((terminal) => terminal.status().asOf)
  for (let quarter = 0; quarter < 8; quarter++) {
    await hall.server.change('many rows at once')
    await hall.wait(HOUR_MS / 4)
    expect(states(hall)).toEqual(Array(5).fill('waiting'))
  }
  expect(hall.consoles().map((terminal) => terminal.status().asOf)).toEqual(ages)

  for (const terminal of hall.consoles()) terminal.plugIn()
  const liveAt = new Map<number, number>()
  hall.onStatus = ({ no }, { link }) => {
    if (link.at === 'live' && !liveAt.has(no)) liveAt.set(no, hall.clock.now())
  }
  await hall.until('all five are live', () => liveAt.size === 5, 2 * MINUTE_MS)
  expect(new Set([...liveAt.values()].map((at) => Math.floor(at / SECOND_MS))).size).toBeGreaterThan(1)
  await hall.rest()
  await hall.expectEqual()
})

test('[M3] a night shift: the server is restored, one terminal loses its process, a right is taken away; in the morning all agree', async () => {
  const hall = await openHall({ seed: 21, consoles: 4, warehouses: 3, products: 30 })
  await hall.server.backUp()
  for (let hour = 0; hour < 4; hour++) {
    await hall.server.change()
    await hall.wait(HOUR_MS)
  }
  hall.console(2).kill()
  const [, , third] = hall.server.users
  const [first] = hall.server.warehouses
  if (!third || !first) throw new Error('The hall is smaller than asked for.')
  await hall.server.restoreBackup()
  await hall.server.revoke(third, first)
  for (let hour = 0; hour < 4; hour++) {
    await hall.server.change()
    await hall.wait(HOUR_MS)
  }
  await hall.rest()
  await hall.expectEqual()
})
