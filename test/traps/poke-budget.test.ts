import { afterEach, describe, expect, test, vi } from 'vitest'
import { siteScope, warehouseScope } from '#shared/domain/scope.ts'
import type { Poke } from '#shared/protocol/server.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import { NEXT_LOOK_MS, trapSite } from './support/trap-site.ts'

/* DESIGN.md 5: a scope pokes at most `poke_rate` times a second, and the last change of a burst does not wait for the timer. */

const site = trapSite()
const DEFAULT_RATE = 20

const setRate = (perSecond: number): Promise<unknown> =>
  site.backend.sql('update sync_settings set poke_rate = $1', [perSecond])
afterEach(() => setRate(DEFAULT_RATE))

/** Everything that is poked on the test warehouse and on `site` while `work` lasts. */
async function pokesDuring(work: () => Promise<void>): Promise<Poke[]> {
  const upstream = site.backend.connect()
  await upstream.signIn(site.backend.user.email, site.backend.user.password)
  const pokes: Poke[] = []
  let streams = false
  const feed = upstream.listen([siteScope, warehouseScope(site.backend.warehouseId)], {
    streaming: () => (streams = true),
    poke: (poke) => void pokes.push(poke),
    moved: () => undefined,
    lost: ({ detail }) => {
      throw new Error(detail)
    },
  })
  await vi.waitFor(() => expect(streams).toBe(true), { timeout: PATIENCE_MS, interval: 2 })
  await work()
  // An answered beat comes behind every poke that was sent before it.
  expect(await feed.heartbeat(PATIENCE_MS)).toBe(true)
  await feed.close()
  await upstream.stop()
  return pokes
}

/** Statements in both scopes, one after the other: for so long, and so many of each on any machine. */
async function flood(forMs: number, atLeast: number): Promise<void> {
  const until = performance.now() + forMs
  for (let n = 0; n < atLeast || performance.now() < until; n += 1) {
    await site.backend.receive(1)
    await site.backend.sql(
      `update products set reorder_point = reorder_point + 1 where id = (select min(id::text)::uuid from products)`,
    )
  }
}

const mostWithin = (pokes: readonly Poke[], spanMs: number): number =>
  Math.max(0, ...pokes.map(({ at }) => pokes.filter((other) => isWithin(spanMs, at, other.at)).length))
const isWithin = (spanMs: number, from: string, at: string): boolean => {
  const ms = Date.parse(at) - Date.parse(from)
  return ms >= 0 && ms < spanMs
}

describe('the budget', () => {
  test.each([4, DEFAULT_RATE])(
    '[B19] holds under a flood: a scope pokes %i times a second and no more, each scope on its own',
    async (rate) => {
      await setRate(rate)
      const pokes = await pokesDuring(() => flood(2_200, 3 * rate))
      for (const scope of [siteScope, warehouseScope(site.backend.warehouseId)]) {
        const ofScope = pokes.filter((poke) => poke.scope === scope)
        // One more than fits: a poke tells its moment a little after the budget was asked, and the machine may be slow between.
        expect(mostWithin(ofScope, 2_000)).toBeLessThanOrEqual(2 * rate + 1)
        expect(ofScope.length, 'and it is used').toBeGreaterThanOrEqual(rate)
      }
    },
  )

  test('[B19] is one for all rows of a statement', async () => {
    const pokes = await pokesDuring(() => site.backend.receive(40))
    expect(pokes).toMatchObject([{ scope: warehouseScope(site.backend.warehouseId) }])
    expect(pokes[0]!.to - pokes[0]!.from).toBe(39)
  })
})

describe('[M3] the last change of a burst', () => {
  test.each([1, 4, DEFAULT_RATE])(
    'does not wait for the timer, however few pokes there may be (%i a second)',
    async (rate) => {
      await setRate(rate)
      const terminal = await site.live()
      for (let n = 0; n < 40; n += 1) await site.change()
      await terminal.isTold()
      expect(terminal.path().filter((at) => at === 'connecting')).toHaveLength(1)
      await site.equal(terminal)
    },
  )

  test('[L3] with pokes turned off altogether every look brings what there is, and the feed is not trusted for it', async () => {
    const terminal = await site.live()
    await terminal.clock.pass(6_000)
    await setRate(0)
    await site.change(5)
    await terminal.current(NEXT_LOOK_MS + 30_000)
    await site.equal(terminal)
    await setRate(DEFAULT_RATE)
    await site.recovers(terminal, 60_000)
  })
})

test('[N8] the server drops messages that are no objects, or too large, without an error: ours are objects of 64 KB at most', async () => {
  await site.backend.addStock(100)
  await site.backend.sql(
    `update products set name = repeat('long ', 200) where id in (select id from products order by id limit 90)`,
  )
  await site.change(90)
  const [largest] = await site.backend.sql<{ bytes: number; odd: number; messages: number }>(
    `select max(octet_length(payload::text))::int as bytes, count(*)::int as messages,
       count(*) filter (where jsonb_typeof(payload) <> 'object')::int as odd
     from realtime.messages where event = 'poke'`,
  )
  expect(largest!.messages).toBeGreaterThan(0)
  expect(largest).toMatchObject({ odd: 0 })
  expect(largest!.bytes).toBeLessThan(64 * 1024)
})
