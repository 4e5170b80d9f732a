import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { must } from '#shared/lib/must.ts'
import { isMirroredByDefault, siteScope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import { PATIENCE_MS } from '#test/harness/patience.ts'
import type { Upstream } from '#engine/upstream/upstream.ts'
import { fromStart, headTold, listening, openFeed, settled, until } from './upstream-support.ts'
import type { UpstreamWorld } from './upstream-world.ts'

/**
 * What every feed must do, whichever way it hears of changes.
 * @param tells what it tells of a change: the change itself, or only that a head moved
 */
export function feedContract(
  name: string,
  tells: 'changes' | 'heads',
  makeWorld: () => Promise<UpstreamWorld>,
): void {
  describe(`feed: ${name}`, () => {
    let world: UpstreamWorld
    let upstream: Upstream

    beforeEach(async () => {
      world = await makeWorld()
      upstream = world.upstream
    })
    afterEach(() => world.stop())

    const signIn = async () => settled(await upstream.signIn(world.email, world.password))
    const pull = async (cursors: Cursor[], limit = 5_000) => settled(await upstream.pull(cursors, limit))
    const granted = async () => (await pull([])).granted.filter(isMirroredByDefault)
    const site = async () => must((await pull([fromStart(siteScope)], 1)).pages[0], 'the site’s page')

    test('a change is told to who listens, with its number', async () => {
      await signIn()
      const heard = await listening(upstream, await granted())
      const before = await site()
      await world.change()
      const head = await until(() => headTold(heard, siteScope))
      expect(head).toBe(before.head + 1)
      const { pages } = await pull([{ scope: siteScope, epoch: before.epoch, seq: before.head }])
      expect(pages[0]?.changes).toMatchObject([{ seq: head }])
      const told = heard.pokes.filter(({ scope }) => scope === siteScope)
      expect(told).toMatchObject(
        tells === 'changes' ? [{ epoch: before.epoch, from: head, changes: pages[0]?.changes }] : [],
      )
      await heard.feed.close()
    })

    test('after a burst of changes the last number told is the last there is', async () => {
      await signIn()
      const heard = await listening(upstream, await granted())
      for (let count = 0; count < 25; count += 1) await world.change()
      const { head } = await site()
      await until(() => headTold(heard, siteScope) === head || undefined)
      await heard.feed.close()
    })

    test('two stations hear the same, and one that leaves does not silence the other', async () => {
      await signIn()
      const another = world.another()
      settled(await another.signIn(world.email, world.password))
      const scopes = await granted()
      const here = await listening(upstream, scopes)
      const there = await listening(another, scopes)
      await world.change()
      const first = await until(() => headTold(there, siteScope))
      await until(() => headTold(here, siteScope) === first || undefined)
      await there.feed.close()
      await world.change()
      await until(() => headTold(here, siteScope) === first + 1 || undefined)
      expect(headTold(there, siteScope)).toBe(first)
      await another.stop()
      await here.feed.close()
    })

    test('a scope that is not granted tells nothing, and may be refused', async () => {
      await signIn()
      const ours = await listening(upstream, await granted())
      const strange = openFeed(upstream, [world.elsewhere])
      await until(() => strange.lost[0] ?? (strange.streaming || undefined))
      await world.changeElsewhere()
      await world.change()
      await until(() => headTold(ours, siteScope))
      expect(strange.lost).toMatchObject(strange.streaming ? [] : [{ kind: 'refused', code: 'Unauthorized' }])
      expect(strange.pokes).toEqual([])
      expect(strange.moved).toEqual([])
      expect(ours.lost).toEqual([])
      await strange.feed.close()
      await ours.feed.close()
    })

    test('a feed outlives its token: the next one is there before the first one ends', async () => {
      const livesMs = world.shortTokens()
      await signIn()
      const heard = await listening(upstream, await granted())
      const firstIsOverAt = Date.now() + livesMs
      await until(() => heard.lost[0] ?? (Date.now() > firstIsOverAt || undefined))
      await world.change()
      const { head } = await site()
      await until(() => heard.lost[0] ?? (headTold(heard, siteScope) === head || undefined))
      expect(heard.lost).toEqual([])
      await heard.feed.close()
    })

    test('a restart of the server loses the feed; the next one tells again, with the same session', async () => {
      const user = await signIn()
      const scopes = await granted()
      const heard = await listening(upstream, scopes)
      const before = await site()
      await world.restart()
      expect((await until(() => heard.lost[0])).kind).toMatch(/^(offline|retry)$/)
      expect(settled(await upstream.authenticate())).toEqual(user)
      expect(await site()).toMatchObject({ epoch: before.epoch, head: before.head })
      const again = await listening(upstream, scopes)
      await world.change()
      expect(await until(() => headTold(again, siteScope))).toBe(before.head + 1)
      expect(heard.lost).toHaveLength(1)
      await again.feed.close()
    })

    test('[L1] a feed that was closed says nothing any more', async () => {
      await signIn()
      const scopes = await granted()
      const closed = await listening(upstream, scopes)
      await closed.feed.close()
      const open = await listening(upstream, scopes)
      await world.change()
      await until(() => headTold(open, siteScope))
      expect(headTold(closed, siteScope)).toBeUndefined()
      expect(closed.lost).toEqual([])
      await open.feed.close()
    })

    test('a heartbeat is answered while the feed is open, and not after', async () => {
      await signIn()
      const { feed } = await listening(upstream, await granted())
      expect(await feed.heartbeat(PATIENCE_MS)).toBe(true)
      expect(await feed.heartbeat(PATIENCE_MS)).toBe(true)
      await feed.close()
      expect(await feed.heartbeat(PATIENCE_MS)).toBe(false)
    })

    test('a cut cable loses the feed once, fails questions as offline, and keeps the session', async () => {
      const user = await signIn()
      const scopes = await granted()
      const heard = await listening(upstream, scopes)
      world.cut(true)
      expect(await until(() => heard.lost[0])).toMatchObject({ kind: 'offline' })
      expect(await upstream.pull([], 1)).toMatchObject({ kind: 'offline' })
      expect(await upstream.probe()).toMatchObject({ kind: 'offline' })
      expect(await upstream.restUser()).toEqual(user)
      world.cut(false)
      const again = await listening(upstream, scopes)
      await world.change()
      await until(() => headTold(again, siteScope))
      expect(heard.lost).toHaveLength(1)
      expect(headTold(heard, siteScope)).toBeUndefined()
      await again.feed.close()
    })
  })
}
