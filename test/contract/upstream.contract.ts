import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Scope } from '#shared/domain/scope.ts'
import { isMirroredByDefault, siteScope } from '#shared/domain/scope.ts'
import type { Change, Cursor, Poke, PullAnswer } from '#shared/protocol/server.ts'
import type { Failure, Feed, Outcome, Upstream } from '#engine/upstream/upstream.ts'

/** A server with one user, and that user's way to it. */
export interface UpstreamWorld {
  upstream: Upstream
  email: string
  password: string
  /** Changes one product in the `site` scope and commits. */
  change(): Promise<void>
  /** Pulls the cable, or puts it back. */
  cut(on: boolean): void
  stop(): Promise<void>
}

/** What every way to a server must do, be it Supabase or a stand-in for tests. */
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
    const granted = async () => (await pull([])).granted.filter(isMirroredByDefault)

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

    test('a change is poked to who listens, with what a pull would bring', async () => {
      await signIn()
      const heard = await listening(upstream, await granted())
      const before = (await pull([fromStart(siteScope)])).pages[0]
      await world.change()
      const poke = await until(() => heard.pokes.find(({ scope }) => scope === siteScope))
      expect(poke).toMatchObject({ epoch: before?.epoch, from: (before?.head ?? 0) + 1 })
      const { pages } = await pull([{ scope: siteScope, epoch: poke.epoch, seq: poke.from - 1 }])
      expect(pages[0]?.changes).toEqual(poke.changes)
      await heard.feed.close()
    })

    test('[L1] a feed that was closed says nothing any more', async () => {
      await signIn()
      const scopes = await granted()
      const closed = await listening(upstream, scopes)
      await closed.feed.close()
      const open = await listening(upstream, scopes)
      await world.change()
      await until(() => open.pokes[0])
      expect(closed.pokes).toEqual([])
      expect(closed.lost).toEqual([])
      await open.feed.close()
    })

    test('a heartbeat is answered while the feed is open, and not after', async () => {
      await signIn()
      const { feed } = await listening(upstream, await granted())
      expect(await feed.heartbeat(5_000)).toBe(true)
      expect(await feed.heartbeat(5_000)).toBe(true)
      await feed.close()
      expect(await feed.heartbeat(5_000)).toBe(false)
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
      await until(() => again.pokes[0])
      expect(heard.lost).toHaveLength(1)
      expect(heard.pokes).toEqual([])
      await again.feed.close()
    })

    test('a good address is told from a bad one without a session', async () => {
      expect(await upstream.probe()).toMatchObject({ kind: 'settled' })
    })
  })
}

export const fromStart = (scope: Scope): Cursor => ({ scope, epoch: null, seq: 0 })

export function settled<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'settled') throw new Error(`Not settled: ${JSON.stringify(outcome)}`)
  return outcome.value
}

/** Waits until `found` finds something. */
export async function until<T>(found: () => T | undefined): Promise<T> {
  return vi.waitFor(
    () => {
      const value = found()
      if (value === undefined) throw new Error('Not there yet.')
      return value
    },
    { timeout: 10_000, interval: 5 },
  )
}

async function readAll(
  pull: (cursors: Cursor[], limit: number) => Promise<PullAnswer>,
  scope: Scope,
  limit: number,
): Promise<Change[]> {
  const changes: Change[] = []
  let cursor = fromStart(scope)
  for (;;) {
    const answer = await pull([cursor], limit)
    const [page] = answer.pages
    if (!page) throw new Error('The page is missing.')
    expect(page.changes.length).toBeLessThanOrEqual(limit)
    changes.push(...page.changes)
    if (!page.has_more) return changes
    cursor = { scope, epoch: page.epoch, seq: page.to, as_of: answer.server_time }
  }
}

export interface Heard {
  feed: Feed
  pokes: Poke[]
  moved: Scope[]
  lost: Failure[]
}

/** Opens a feed and waits until it streams. */
export async function listening(upstream: Upstream, scopes: readonly Scope[]): Promise<Heard> {
  const pokes: Poke[] = []
  const moved: Scope[] = []
  const lost: Failure[] = []
  let streaming = false
  const feed = upstream.listen(scopes, {
    streaming: () => {
      streaming = true
    },
    poke: (poke) => pokes.push(poke),
    moved: (scope) => moved.push(scope),
    lost: (failure) => lost.push(failure),
  })
  await until(() => {
    if (lost[0]) throw new Error(`Lost: ${JSON.stringify(lost[0])}`)
    return streaming || undefined
  })
  return { feed, pokes, moved, lost }
}
