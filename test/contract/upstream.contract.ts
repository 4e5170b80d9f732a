import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { siteScope } from '#shared/domain/scope.ts'
import type { Cursor } from '#shared/protocol/server.ts'
import type { Upstream } from '#engine/upstream/upstream.ts'
import { fromStart, readAll, settled } from './upstream-support.ts'
import type { UpstreamWorld } from './upstream-world.ts'

/** What every way to a server must do, be it Supabase by one feed or the other, or a stand-in for tests. */
export function upstreamContract(name: string, makeWorld: () => Promise<UpstreamWorld>): void {
  describe(`upstream: ${name}`, () => {
    let world: UpstreamWorld
    let upstream: Upstream

    beforeEach(async () => {
      world = await makeWorld()
      upstream = world.upstream
    })
    afterEach(() => world.stop())

    const signIn = async () => settled(await upstream.signIn(world.email, world.password))
    const pull = async (cursors: Cursor[], limit = 5_000) => settled(await upstream.pull(cursors, limit))

    test('without a session every question says so, and nothing reads as empty', async () => {
      expect(await upstream.restUser()).toBeNull()
      const noSession = { kind: 'signed-out', because: 'no-session' }
      expect(await upstream.authenticate()).toMatchObject(noSession)
      expect(await upstream.pull([fromStart(siteScope)], 10)).toMatchObject(noSession)
    })

    test('a wrong password is refused by code', async () => {
      const outcome = await upstream.signIn(world.email, 'wrong')
      expect(outcome).toMatchObject({ kind: 'refused', code: 'invalid_credentials' })
    })

    test('signing in makes a session that rests on the station; signing out forgets it', async () => {
      const user = await signIn()
      expect(await upstream.restUser()).toEqual(user)
      expect(settled(await upstream.authenticate())).toEqual(user)
      await upstream.signOut()
      expect(await upstream.restUser()).toBeNull()
      expect(await upstream.authenticate()).toMatchObject({ kind: 'signed-out' })
    })

    test('a question without cursors tells who we are and what we may read', async () => {
      const user = await signIn()
      const answer = await pull([])
      expect(answer).toMatchObject({ uid: user.id, pages: [] })
      expect(answer.granted).toContain(siteScope)
    })

    test('[M3] pages add up to everything, in ascending order, whatever their size', async () => {
      await signIn()
      for (let count = 0; count < 5; count += 1) await world.change()
      const whole = await readAll(pull, siteScope, 5_000)
      const small = await readAll(pull, siteScope, 2)
      expect(small).toEqual(whole)
      expect(whole.length).toBeGreaterThan(0)
      expect(whole.map(({ seq }) => seq)).toEqual(whole.map(({ seq }) => seq).sort((a, b) => a - b))
    })

    test('a cursor of another epoch, or of a future that never was, must start over', async () => {
      await signIn()
      const [page] = (await pull([fromStart(siteScope)])).pages
      const stranger = '00000000-0000-4000-8000-000000000000'
      for (const cursor of [
        { scope: siteScope, epoch: stranger, seq: 1 },
        { scope: siteScope, epoch: page?.epoch ?? '', seq: (page?.head ?? 0) + 1 },
      ]) {
        expect((await pull([cursor])).pages[0]).toMatchObject({ must_refetch: true, from: 0 })
      }
    })

    test('a good address is told from a bad one without a session', async () => {
      expect(await upstream.probe()).toMatchObject({ kind: 'settled' })
    })
  })
}
