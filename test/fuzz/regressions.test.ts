import { afterAll, expect, test } from 'vitest'
import { MutationId, ProductId } from '#shared/domain/ids.ts'
import { must } from '#shared/lib/must.ts'
import { MINUTE_MS } from '#shared/lib/time.ts'
import { closeSharedPostgres } from '#test/harness/site/postgres-database.ts'
import { noAnswer } from '#test/harness/site/server-condition.ts'
import { openSite } from '#test/harness/site.ts'
import type { Site } from '#test/harness/site.ts'
import type { SiteConsole } from '#test/harness/site/site-console.ts'
import { Oracle } from './oracle.ts'
import { WorkOracle } from './work-oracle.ts'

/* What fuzz has found once, told as a story of its own; the seed that found it stands beside. */

afterAll(() => closeSharedPostgres())

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

/** Somebody takes so many of the site's first product. */
async function picks(
  site: Site,
  console: SiteConsole,
  mutation_id: MutationId,
  quantity: number,
): Promise<void> {
  const place = {
    warehouse_id: must(site.server.warehouses[0], 'a warehouse'),
    product_id: ProductId.parse(must(site.server.tables.all('products')[0], 'a product').id),
    bin: 'A-1',
    reference: null,
  }
  const kept = await console.hands.submit({ kind: 'pick', mutation_id, ...place, quantity })
  expect(kept).toMatchObject({ kind: 'kept' })
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

test('[O2] what a person does while the next one’s password is looked at is sent in their name (seed 11, run 17, work)', async () => {
  const site = await openSite({ seed: 17, consoles: 2, warehouses: 1, products: 1, server: 'postgres' })
  const gate = site.console(1)
  const [anna, ben] = site.server.users
  if (!anna || !ben) throw new Error('The site has two users.')
  const mutation_id = MutationId.parse(site.chance.uuid())
  gate.line.delayMs = 3_000
  site.poison.set(mutation_id, noAnswer)
  const signingIn = gate.signIn(ben)
  await site.clock.settle()
  expect(gate.status().user?.id).toBe(anna.id)
  await picks(site, gate, mutation_id, 1)
  await site.wait(MINUTE_MS)
  expect(await signingIn).toBe(true)
  await site.rest()
  expect(site.facts.decision(mutation_id)).toMatchObject({ user: anna.id, outcome: { outcome: 'applied' } })
  expect(await site.close()).toEqual([])
})

test('[O3] work whose person’s session has ended waits at the station until they come back for it (seed 2, run 344, work)', async () => {
  const site = await openSite({ seed: 344, consoles: 2, warehouses: 1, products: 1, server: 'postgres' })
  const gate = site.console(1)
  const [anna, ben] = site.server.users
  if (!anna || !ben) throw new Error('The site has two users.')
  const mutation_id = MutationId.parse(site.chance.uuid())
  gate.line.session.revoke(site.clock.now())
  await site.until('her session has ended', () => gate.status().link.at === 'signed-out')
  await picks(site, gate, mutation_id, 1)
  expect(await gate.signIn(ben)).toBe(true)
  await site.wait(10 * MINUTE_MS)
  expect(site.facts.decision(mutation_id)).toBeNull()
  expect(await gate.hands.isDone()).toBe(false)
  await site.rest()
  expect(gate.user()?.id).toBe(anna.id)
  expect(site.facts.decision(mutation_id)).toMatchObject({ user: anna.id, outcome: { outcome: 'applied' } })
  expect(await site.close()).toEqual([])
})

test('[D1] what is tried again is on the screen before anybody looks at the list of work (seed 4, run 1034, work)', async () => {
  const { site, oracle } = await watched({ seed: 1034, warehouses: 1, products: 1, server: 'postgres' })
  oracle.work = new WorkOracle(site, (kind, words) => oracle.report(kind, words))
  const desk = site.console(1)
  const mutation_id = MutationId.parse(site.chance.uuid())
  desk.cutCable()
  await picks(site, desk, mutation_id, 9)
  const hall = must(site.server.tables.all('warehouses')[0], 'a warehouse')
  const refuses = { ...hall, negative_stock: 'refuse' }
  await site.server.write({ kind: 'update', table: 'warehouses', rows: [refuses] })
  desk.plugIn()
  await site.wait(MINUTE_MS)
  await oracle.step()
  expect(await desk.hands.list()).toMatchObject([{ id: mutation_id, state: 'refused' }])
  desk.cutCable()
  expect(await desk.hands.retry(mutation_id)).toBe(true)
  await site.wait(100)
  await oracle.step()
  expect(await desk.hands.list()).toMatchObject([{ state: 'queued' }, { state: 'amended' }])
  await endsWell(site, oracle)
})
